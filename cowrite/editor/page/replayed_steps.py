"""Puts the undo steps of an earlier session back under a text that was just loaded. The text itself does not change."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QTextCursor

from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_length
from cowrite.documents.versions.undo_steps import Step
from cowrite.editor.page.text_mirror import insert_exactly
from cowrite.editor.page.tracked_text import TrackedText


def replay(content: TrackedText, steps: Sequence[Step]) -> list[int]:
    """Take ``steps`` back, which nobody can undo, and make them again; nobody is told, as the text is what it was.

    Returns the number that the undo stack has after each of them. The steps must fit the text, and nothing may have
    been done to it yet.
    """
    document, caret, states = content.document, content.caret, list[int]()
    with content.changes_are(ChangeKind.LOADED):
        document.setUndoRedoEnabled(False)
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        for step in reversed(steps):
            for edit in reversed(step):
                _put(cursor, edit.offset, edit.inserted, edit.removed)
        cursor.endEditBlock()
        document.setUndoRedoEnabled(True)
        for step in steps:
            cursor.beginEditBlock()
            for edit in step:
                _put(cursor, edit.offset, edit.removed, edit.inserted)
            cursor.endEditBlock()
            states.append(document.availableUndoSteps())
        document.setModified(False)
    content.place_caret(caret)
    return states


def _put(cursor: QTextCursor, offset: int, old: str, new: str) -> None:
    cursor.setPosition(offset)
    cursor.setPosition(offset + utf16_length(old), QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    insert_exactly(cursor, new)
