"""What of a text counts towards its length: what a reader reads, with code, without what nobody sees."""

from __future__ import annotations

from cowrite.markdown.kinds import TextKind
from cowrite.markdown.spans import spans

COUNTED = frozenset({TextKind.PROSE, TextKind.CODE})


def counted_text(text: str, *, markdown: bool) -> str:
    """``text`` without front matter, comments, addresses, labels and marks, so that its words can be counted."""
    if not markdown:
        return text
    return "".join(
        text[span.start : span.end] for span in spans(text, markdown=True) if span.kind in COUNTED
    )
