"""What can be done with notes: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

PANEL_ID = "notes"
GROUP = tr_noop("View")


def commands(
    *,
    toggle: Callable[[], None],
    is_shown: Callable[[], bool],
    shown_changed: SignalInstance,
) -> list[Command]:
    """The panel with the notes on the text in front."""
    return [
        Command(
            id="notes.show",
            title=tr("&Notes"),
            group=GROUP,
            help=tr("Show or hide your notes on the text"),
            keys=key_sequences("Ctrl+Shift+M"),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
    ]
