"""The tokens of what stands in a paragraph as pieces of a manuscript.

Marks and changes are switches that tokens turn on and off, so it does not matter in which order they end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field

from markdown_it.token import Token

from cowrite.interchange.manuscript import (
    Change,
    Comment,
    Inline,
    LineBreak,
    Link,
    Mark,
    NoteReference,
    Picture,
    Run,
)
from cowrite.interchange.markup import critic
from cowrite.interchange.markup.tags import MARKS, comment_of, tag_of
from cowrite.markdown.parser import is_east_asian

_SWITCHES = {"strong": Mark.STRONG, "em": Mark.EMPHASIS, "s": Mark.STRIKE}
_OWN_COMMENT = len("%%")


@dataclass
class InlineReading:
    """Goes through the tokens of one paragraph, heading or cell.

    ``labels``: of notes that there are; another one is text. ``tags``: names of tags that were left out, to be
    filled. ``end`` is the change of the paragraph's end.
    """

    labels: Set[str]
    tags: Counter[str]
    end: Change | None = None
    _marks: Counter[Mark] = field(default_factory=Counter)
    _links: list[Link | None] = field(default_factory=list)
    _change: Change | None = None
    _critic: str = ""

    def read(self, tokens: Sequence[Token]) -> Iterator[Inline]:
        """The pieces, not yet tidied."""
        for at, token in enumerate(tokens):
            match token.type:
                case "text" | "text_special":
                    yield self._run(token.content)
                case "code_inline":
                    yield self._run(token.content, Mark.CODE)
                case "softbreak":
                    yield self._run(_joint(tokens, at))
                case "hardbreak":
                    yield LineBreak(self._change)
                case "link_open":
                    self._links.append(
                        Link(str(token.attrs.get("href", "")), str(token.attrs.get("title", "")))
                    )
                case "link_close":
                    self._links.pop()
                case "image":
                    yield Picture(
                        str(token.attrs.get("src", "")), _words(token.children), self._link
                    )
                case "own_comment":
                    yield Comment(token.content[_OWN_COMMENT:-_OWN_COMMENT])
                case "footnote_ref":
                    yield self._reference(token)
                case "html_inline":
                    yield from self._tag(token.content)
                case critic.OPENED | critic.CLOSED | critic.HALF | critic.NOTE:
                    yield from self._changes(token, is_last=at == len(tokens) - 2)
                case _:
                    self._switch(token)

    @property
    def _link(self) -> Link | None:
        return self._links[-1] if self._links else None

    def _run(self, text: str, *more: Mark) -> Run:
        marks = frozenset((*(mark for mark, depth in self._marks.items() if depth > 0), *more))
        return Run(text, marks, self._link, self._change)

    def _switch(self, token: Token) -> None:
        mark = _SWITCHES.get(token.type.rpartition("_")[0])
        if mark is not None:
            self._marks[mark] += token.nesting

    def _reference(self, token: Token) -> Inline:
        label = str(token.meta["label"])
        if label not in self.labels:
            return self._run(f"[^{label}]")
        return NoteReference(label, change=self._change)

    def _tag(self, text: str) -> Iterator[Inline]:
        name, closes = tag_of(text)
        if (comment := comment_of(text)) is not None:
            yield Comment(comment)
        elif name == "br":
            yield LineBreak(self._change)
        elif name in MARKS:
            self._marks[MARKS[name]] += -1 if closes else 1
        elif not closes:
            self.tags[name or text.strip("<>?![]")[:20]] += 1

    def _changes(self, token: Token, *, is_last: bool) -> Iterator[Inline]:
        match token.type:
            case critic.NOTE:
                yield Comment(token.content)
            case critic.HALF:
                self._change = critic.change_of("++")
            case critic.CLOSED:
                self._change = None
            case critic.OPENED:
                self._change = None if token.info == "==" else critic.change_of(token.info)
                self.end = self._change if is_last else None


def _words(tokens: Sequence[Token] | None) -> str:
    """The words of a picture's description, without marks."""
    parts = []
    for token in tokens or ():
        if token.type in ("text", "text_special", "code_inline"):
            parts.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif token.type == "footnote_ref":
            parts.append(f"[^{token.meta['label']}]")
        elif token.type == "image":
            parts.append(_words(token.children))
    return "".join(parts)


def _joint(tokens: Sequence[Token], at: int) -> str:
    """What stands between two lines that are one: a blank, and nothing in a script that has none."""
    before = tokens[at - 1].content[-1:] if at else ""
    after = tokens[at + 1].content[:1] if at + 1 < len(tokens) else ""
    is_asian = before and after and is_east_asian(before) and is_east_asian(after)
    return "" if is_asian else " "
