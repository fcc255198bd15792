"""Tags of HTML in a Markdown text: those that mean emphasis, breaks, paragraphs; and the words between others."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from cowrite.interchange.manuscript import (
    Block,
    Blocks,
    CommentBlock,
    Inline,
    LineBreak,
    Mark,
    Paragraph,
    RawBlock,
    Run,
)

MARKS = {
    "em": Mark.EMPHASIS,
    "i": Mark.EMPHASIS,
    "cite": Mark.EMPHASIS,
    "strong": Mark.STRONG,
    "b": Mark.STRONG,
    "s": Mark.STRIKE,
    "del": Mark.STRIKE,
    "strike": Mark.STRIKE,
    "code": Mark.CODE,
    "tt": Mark.CODE,
}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)")
_COMMENTS = re.compile(r"<!--(.*?)-->", re.DOTALL)
_NEXT_COMMENT = re.compile(r"\s*<!--(.*?)-->", re.DOTALL)
_PARTS = re.compile(
    "p|div|[uod]l|li|d[td]|table|t[rhd]|h[1-6]|blockquote|pre|section|center|fig(ure|caption)"
    "|details|summary|article|header|footer|main|aside"
)
_UNSEEN = frozenset(("script", "style", "head", "title", "template"))


def tag_of(text: str) -> tuple[str, bool]:
    """The name of a tag, and whether it closes; an empty name for what is none."""
    found = _TAG.match(text)
    return (found[2].lower(), bool(found[1])) if found else ("", False)


def comment_of(text: str) -> str | None:
    """What stands in a comment of HTML, or None."""
    found = _COMMENTS.fullmatch(text.strip())
    return found[1] if found else None


def blocks_of_html(text: str) -> tuple[Blocks, bool]:
    """A piece of HTML between paragraphs, and whether its tags are left out of that.

    A comment is one; without words it stays as it is; of the rest the words stay, with emphasis and breaks.
    """
    comments: list[Block] = []
    at = 0
    while (found := _NEXT_COMMENT.match(text, at)) is not None:
        comments.append(CommentBlock(found[1]))
        at = found.end()
    rest, private = text[at:], ""
    if _is_open(text):
        start = text.rfind("<!--")
        rest, private = text[at:start], text[start + 4 :]
    after = (CommentBlock(private.strip()),) if private.strip() else ()
    if not rest.strip():
        return (*comments, *after), False
    words = _Words()
    words.feed(_COMMENTS.sub("", rest))
    words.close()
    words.end_paragraph()
    if not words.found:
        return (*comments, RawBlock(rest), *after), False
    return (*comments, *words.found, *after), _TAG.search(rest) is not None


def _is_open(text: str) -> bool:
    """Whether a comment begins that nobody ended: all behind it is private, as in a browser."""
    return text.rfind("<!--") > text.rfind("-->")


class _Words(HTMLParser):
    """Gathers the words as paragraphs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Block] = []
        self._content: list[Inline] = []
        self._open: list[str] = []

    def end_paragraph(self) -> None:
        """What comes now is another one."""
        if any(isinstance(each, Run) and each.text.strip() for each in self._content):
            self.found.append(Paragraph(tuple(self._content)))
        self._content = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        """Emphasis, an end of a line, a new paragraph, or nothing that is seen."""
        if tag == "br":
            self._content.append(LineBreak())
        elif _PARTS.fullmatch(tag):
            self.end_paragraph()
        elif tag in MARKS or tag in _UNSEEN:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """The end of one of these."""
        if _PARTS.fullmatch(tag):
            self.end_paragraph()
        elif tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data: str) -> None:
        """Words."""
        if not _UNSEEN.intersection(self._open):
            marks = frozenset(MARKS[tag] for tag in self._open if tag in MARKS)
            self._content.append(Run(data, marks))
