"""Which passage is meant: what is selected, or the sentence at the caret, or with the next press its paragraph."""

from __future__ import annotations

from dataclasses import dataclass

from cowrite.base.sentences import sentence_around
from cowrite.base.utf16 import utf16_index, utf16_length
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.tracked_text import TrackedText

AROUND_CHARACTERS = 3_000
"""So much of what stands around a passage is told with it, on either side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """``text`` from ``start`` to ``end`` of a document (UTF-16 units), with what stands before and after it."""

    start: int
    end: int
    text: str
    before: str = ""
    after: str = ""


def meant_passage(
    page: PageEdit, *, whole_paragraph: bool = False, at: int | None = None
) -> Passage:
    """What the writer means now: what is selected, or the sentence at ``at``, which is the caret if it is not said.

    Or its ``whole_paragraph``. Empty where nothing stands in that. Spaces at its ends are no part of it.
    """
    cursor = page.textCursor()
    if cursor.hasSelection():
        return passage_between(page.content, cursor.selectionStart(), cursor.selectionEnd())
    if at is not None:
        cursor.setPosition(at)
    block = cursor.block()
    first, text = block.position(), block.text()
    if whole_paragraph:
        return passage_between(page.content, first, first + block.length() - 1)
    start, end = sentence_around(text, utf16_index(text, cursor.positionInBlock()))
    return passage_between(
        page.content, first + utf16_length(text[:start]), first + utf16_length(text[:end])
    )


def passage_between(content: TrackedText, start: int, end: int) -> Passage:
    """The passage from one place to another, without spaces at its ends, and what stands around it."""
    text = content.text_between(start, end)
    start += utf16_length(text[: len(text) - len(text.lstrip())])
    text = text.strip()
    end = start + utf16_length(text)
    first, last = content.document.findBlock(start), content.document.findBlock(end)
    mirror = content.mirror
    return Passage(
        start=start,
        end=end,
        text=text,
        before=mirror.before(first.blockNumber(), start - first.position(), AROUND_CHARACTERS),
        after=mirror.after(last.blockNumber(), end - last.position(), AROUND_CHARACTERS),
    )
