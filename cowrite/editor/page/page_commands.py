"""What can be done with the text of a page and with its size: a table of commands, and the page's context menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.commands.menu_entries import SEPARATOR
from cowrite.localization import tr, tr_noop

if TYPE_CHECKING:
    from cowrite.editor.page.tracked_edit import TrackedEdit

_Key = QKeySequence.StandardKey
CONTEXT_MENU = (
    "edit.undo", "edit.redo", SEPARATOR,
    "edit.cut", "edit.copy", "edit.paste", "edit.paste_plain", SEPARATOR,
    "edit.select_all",
)  # fmt: skip


Page = Callable[[], "TrackedEdit"]
"""Which page a command is meant for, asked when it runs."""


def commands(page: Page, follows: Sequence[SignalInstance] = ()) -> list[Command]:
    """Undo, clipboard, selection and zoom; ``follows`` tell when what can be done with the page has changed."""
    return [*_undo(page, follows), *_clipboard(page, follows), *_zoom(page)]


def _undo(page: Page, follows: Sequence[SignalInstance]) -> list[Command]:
    def editable() -> bool:
        return not page().isReadOnly()

    return [
        Command(
            id="edit.undo",
            title=tr("&Undo"),
            group=tr_noop("Edit"),
            keys=key_sequences(_Key.Undo),
            run=lambda: page().undo(),
            enabled=lambda: page().document().isUndoAvailable(),
            useful=editable,
            follows=follows,
        ),
        Command(
            id="edit.redo",
            title=tr("&Redo"),
            group=tr_noop("Edit"),
            keys=key_sequences(_Key.Redo),
            run=lambda: page().redo(),
            enabled=lambda: page().document().isRedoAvailable(),
            useful=editable,
            follows=follows,
        ),
    ]


def _clipboard(page: Page, follows: Sequence[SignalInstance]) -> list[Command]:
    def editable() -> bool:
        return not page().isReadOnly()

    def selected() -> bool:
        return page().textCursor().hasSelection()

    return [
        Command(
            id="edit.cut",
            title=tr("Cu&t"),
            group=tr_noop("Edit"),
            keys=key_sequences(_Key.Cut),
            run=lambda: page().cut(),
            enabled=selected,
            useful=editable,
            follows=follows,
        ),
        Command(
            id="edit.copy",
            title=tr("&Copy"),
            group=tr_noop("Edit"),
            keys=key_sequences(_Key.Copy),
            run=lambda: page().copy(),
            enabled=selected,
            follows=follows,
        ),
        Command(
            id="edit.paste",
            title=tr("&Paste"),
            group=tr_noop("Edit"),
            keys=key_sequences(_Key.Paste),
            run=lambda: page().paste(),
            useful=lambda: editable() and page().canPaste(),
        ),
        Command(
            id="edit.paste_plain",
            title=tr("Paste as plain te&xt"),
            group=tr_noop("Edit"),
            keys=key_sequences("Ctrl+Shift+V"),
            run=lambda: page().paste_plain(),
            useful=lambda: editable() and page().canPaste(),
        ),
        Command(
            id="edit.select_all",
            title=tr("Select &all"),
            group=tr_noop("Edit"),
            keys=key_sequences(_Key.SelectAll),
            run=lambda: page().selectAll(),
            useful=lambda: not page().document().isEmpty(),
        ),
    ]


def _zoom(page: Page) -> list[Command]:
    return [
        Command(
            id="view.zoom_in",
            title=tr("&Zoom in"),
            group=tr_noop("View"),
            keys=key_sequences(_Key.ZoomIn),
            run=lambda: page().zoom_by(1),
        ),
        Command(
            id="view.zoom_out",
            title=tr("Zoom &out"),
            group=tr_noop("View"),
            keys=key_sequences(_Key.ZoomOut),
            run=lambda: page().zoom_by(-1),
        ),
        Command(
            id="view.actual_size",
            title=tr("Actual &size"),
            group=tr_noop("View"),
            keys=key_sequences("Ctrl+0"),
            run=lambda: page().zoom_by(0),
        ),
    ]
