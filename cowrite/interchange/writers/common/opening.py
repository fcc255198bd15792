"""What the first page says: title, author, and for a manuscript how long it is."""

from __future__ import annotations

from dataclasses import dataclass

from cowrite.base.text_counts import count_text
from cowrite.interchange.manuscript import Heading
from cowrite.interchange.writers.common.languages import Language
from cowrite.interchange.writers.common.plain import lines_of
from cowrite.interchange.writers.common.preparing import Prepared

_LONGEST_IN_HEADER = 60
_NOVELLA = 17_500
# They stand in the text and are in its language, whatever language the program is used in.
_COUNT = {"en": "about {count} words", "zh": "约 {count} 字"}
_BY = {"en": "by {author}", "zh": "{author} 著"}


@dataclass(frozen=True, slots=True)
class Opening:
    """``is_a_page``: it has a page to itself. ``header``: what stands above each page of a manuscript."""

    title: str
    author: str
    by_author: str
    count: str
    header: str
    is_a_page: bool

    @classmethod
    def of(cls, prepared: Prepared, language: Language, is_manuscript: bool = True) -> Opening:
        """The opening of that text."""
        title, author = prepared.metadata.title, prepared.metadata.author
        has_chapters = any(isinstance(block, Heading) for block in prepared.blocks)
        return cls(
            title=title,
            author=author,
            by_author=_BY.get(language.code, "{author}").replace("{author}", author),
            count=_length(prepared, language) if is_manuscript else "",
            header=" / ".join(part for part in (author, _short(title).upper()) if part),
            is_a_page=has_chapters or not is_manuscript,
        )


def _length(prepared: Prepared, language: Language) -> str:
    """How long the text is, rounded as editors want it: to a hundred, a long one to five hundred."""
    words = sum(count_text(line).words for line in lines_of(prepared.blocks))
    step = 100 if words < _NOVELLA else 500
    count = max(step, round(words / step) * step) if words >= step // 2 else words
    return _COUNT.get(language.code, "{count}").replace("{count}", f"{count:,}")


def _short(title: str) -> str:
    """``title`` as it fits above a page, cut between words."""
    if len(title) <= _LONGEST_IN_HEADER:
        return title
    cut = title[:_LONGEST_IN_HEADER]
    return cut.rsplit(" ", 1)[0] if " " in cut else cut
