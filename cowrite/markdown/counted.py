"""What of a text counts towards its length: its prose, without what a reader does not see, and without code."""

from __future__ import annotations

from cowrite.markdown.kinds import TextKind
from cowrite.markdown.spans import spans

_PARTS_WORDS = frozenset({TextKind.CODE, TextKind.ADDRESS, TextKind.TAG, TextKind.COMMENT})


def counted_text(text: str, *, markdown: bool) -> str:
    """Only the prose of ``text``, so that its words can be counted: what was left out parts no word, unless it is code,
    an address, a tag, a comment or the end of a line.
    """
    pieces = []
    for span in spans(text, markdown=markdown):
        if span.kind is TextKind.PROSE:
            pieces.append(text[span.start : span.end])
        elif span.kind in _PARTS_WORDS or "\n" in text[span.start : span.end]:
            pieces.append("\n")
    return "".join(pieces)
