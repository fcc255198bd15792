"""A whole text made typographic."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from cowrite.markdown.kinds import TextKind
from cowrite.markdown.spans import spans
from cowrite.typography.signs import Masked, Paragraph, Sign
from cowrite.typography.styles import style_of

_LINE_END = re.compile(r"\n")
_PARAGRAPH_END = re.compile(
    r"\n(?=[ \t]*(?:\n|$|#{1,6}[ \t]|[-*+][ \t]|\d+[.)][ \t]|>|\|))", re.MULTILINE
)


def typographic(text: str, language: str, *, markdown: bool) -> str:
    """``text`` with the signs of ``language``; code, addresses, front matter and comments of Markdown as they were.

    Raises UserError for a language that has no signs here.
    """
    parts, at = [], 0
    for sign in signs_of(text, language, markdown=markdown):
        parts += [text[at : sign.start], sign.text]
        at = sign.end
    return "".join([*parts, text[at:]])


def signs_of(text: str, language: str, *, markdown: bool) -> Iterator[Sign]:
    """What is to be set in ``text``, in order, in characters of it. Raises UserError as :func:`typographic` does."""
    style = style_of(language)
    masked = _masked(text, markdown=markdown)
    starts = [each.start for each in masked]
    goes_on = False
    for start, end in _paragraphs(text, markdown=markdown):
        first = max(0, bisect_left(starts, start) - 1)
        here = _within(masked, first, start, end)
        paragraph = Paragraph(text[start:end], style, here, goes_on=goes_on)
        for sign in paragraph.signs():
            yield Sign(sign.start + start, sign.end + start, sign.text)
        if text[start:end].strip():
            goes_on = paragraph.is_open


def _masked(text: str, *, markdown: bool) -> list[Masked]:
    if not markdown:
        return []
    return [
        Masked(span.start, span.end, is_code=span.kind is TextKind.CODE)
        for span in spans(text, markdown=True)
        # A backslash says that the sign after it is meant as it stands, which the signs have to see.
        if span.kind is not TextKind.PROSE and text[span.end - 1] != "\\"
    ]


def _within(masked: Sequence[Masked], first: int, start: int, end: int) -> Iterator[Masked]:
    for number in range(first, len(masked)):
        each = masked[number]
        if each.start >= end:
            return
        if each.end > start:
            yield Masked(max(0, each.start - start), each.end - start, each.is_code)


def _paragraphs(text: str, *, markdown: bool) -> Iterator[tuple[int, int]]:
    """Where paragraphs begin and end: in a plain text each line is one."""
    start = 0
    for match in (_PARAGRAPH_END if markdown else _LINE_END).finditer(text):
        yield start, match.end()
        start = match.end()
    yield start, len(text)
