"""What can be done with goals: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

PANEL_ID = "goals"
GROUP = tr_noop("View")


def commands(
    *,
    toggle: Callable[[], None],
    is_shown: Callable[[], bool],
    shown_changed: SignalInstance,
) -> list[Command]:
    """The panel with what was written, and what is to be."""
    return [
        Command(
            id="goals.show",
            title=tr("&Goals"),
            group=GROUP,
            help=tr("Show or hide goals, and what you wrote on which day"),
            keys=key_sequences("Ctrl+Shift+G"),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
    ]
