"""What can be done with answers: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

PANEL_ID = "answers"
GROUP = tr_noop("Passage")


def commands(
    *,
    toggle: Callable[[], None],
    is_shown: Callable[[], bool],
    shown_changed: SignalInstance,
) -> list[Command]:
    """The panel with the answers about the text in front."""
    return [
        Command(
            id="answers.show",
            title=tr("Ans&wers"),
            group=GROUP,
            help=tr("Show or hide summaries, translations and answers"),
            keys=key_sequences("Ctrl+Shift+Y"),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
    ]
