"""What can be done with the outline: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

PANEL_ID = "outline"
GROUP = tr_noop("View")


def commands(
    *,
    toggle: Callable[[], None],
    is_shown: Callable[[], bool],
    shown_changed: SignalInstance,
) -> list[Command]:
    """The panel with the headings of the text in front."""
    return [
        Command(
            id="outline.show",
            title=tr("O&utline"),
            group=GROUP,
            help=tr("Show or hide the headings of the text"),
            keys=key_sequences("Ctrl+Shift+L"),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
    ]
