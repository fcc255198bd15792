"""What can be done with the voice line: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command
from cowrite.localization import tr, tr_noop

PANEL_ID = "voice"
GROUP = tr_noop("View")


def commands(
    *,
    toggle: Callable[[], None],
    is_shown: Callable[[], bool],
    shown_changed: SignalInstance,
) -> list[Command]:
    """The panel with a line for each chapter."""
    return [
        Command(
            id="voice.show",
            title=tr("&Does it still sound like you?"),
            group=GROUP,
            help=tr(
                "Show or hide how far each chapter is from your own texts towards a model's prose"
            ),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
    ]
