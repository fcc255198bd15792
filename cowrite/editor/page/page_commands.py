"""What can be done with the text of a page and with its size: a table of commands, and the page's context menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.commands.menu_entries import SEPARATOR

if TYPE_CHECKING:
    from cowrite.editor.page.tracked_edit import TrackedEdit

_Key = QKeySequence.StandardKey
CONTEXT_MENU = (
    "edit.undo", "edit.redo", SEPARATOR,
    "edit.cut", "edit.copy", "edit.paste", SEPARATOR,
    "edit.select_all",
)  # fmt: skip


def commands(page: TrackedEdit) -> list[Command]:
    """Undo, clipboard, selection and zoom of ``page``."""
    return [*_undo(page), *_clipboard(page), *_zoom(page)]


def _undo(page: TrackedEdit) -> list[Command]:
    document = page.document()

    def editable() -> bool:
        return not page.isReadOnly()

    return [
        Command(
            id="edit.undo",
            title="&Undo",
            group="Edit",
            help="Undo, also an accepted suggestion",
            keys=key_sequences(_Key.Undo),
            run=page.undo,
            enabled=document.isUndoAvailable,
            useful=editable,
            follows=(document.undoAvailable,),
        ),
        Command(
            id="edit.redo",
            title="&Redo",
            group="Edit",
            keys=key_sequences(_Key.Redo),
            run=page.redo,
            enabled=document.isRedoAvailable,
            useful=editable,
            follows=(document.redoAvailable,),
        ),
    ]


def _clipboard(page: TrackedEdit) -> list[Command]:
    document = page.document()

    def editable() -> bool:
        return not page.isReadOnly()

    def selected() -> bool:
        return page.textCursor().hasSelection()

    return [
        Command(
            id="edit.cut",
            title="Cu&t",
            group="Edit",
            keys=key_sequences(_Key.Cut),
            run=page.cut,
            enabled=selected,
            useful=editable,
            follows=(page.copyAvailable,),
        ),
        Command(
            id="edit.copy",
            title="&Copy",
            group="Edit",
            keys=key_sequences(_Key.Copy),
            run=page.copy,
            enabled=selected,
            follows=(page.copyAvailable,),
        ),
        Command(
            id="edit.paste",
            title="&Paste",
            group="Edit",
            keys=key_sequences(_Key.Paste),
            run=page.paste,
            useful=lambda: editable() and page.canPaste(),
        ),
        Command(
            id="edit.select_all",
            title="Select &all",
            group="Edit",
            keys=key_sequences(_Key.SelectAll),
            run=page.selectAll,
            useful=lambda: not document.isEmpty(),
        ),
    ]


def _zoom(page: TrackedEdit) -> list[Command]:
    return [
        Command(
            id="view.zoom_in",
            title="&Zoom in",
            group="View",
            keys=key_sequences(_Key.ZoomIn),
            run=lambda: page.zoom_by(1),
        ),
        Command(
            id="view.zoom_out",
            title="Zoom &out",
            group="View",
            keys=key_sequences(_Key.ZoomOut),
            run=lambda: page.zoom_by(-1),
        ),
        Command(
            id="view.actual_size",
            title="Actual &size",
            group="View",
            keys=key_sequences("Ctrl+0"),
            run=lambda: page.zoom_by(0),
        ),
    ]
