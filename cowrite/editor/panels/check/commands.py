"""What can be done with the check: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

PANEL_ID = "check"
GROUP = tr_noop("Edit")


def commands(
    *,
    toggle: Callable[[], None],
    is_shown: Callable[[], bool],
    shown_changed: SignalInstance,
    go: Callable[[int], None],
) -> list[Command]:
    """The panel with what was found in the text in front; ``go`` goes on (1) or back (-1) in the text."""
    return [
        Command(
            id="check.show",
            title=tr("&List of findings"),
            group=GROUP,
            help=tr("Show or hide what a careful reader would stumble over"),
            keys=key_sequences("Ctrl+Shift+K"),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
        Command(
            id="check.next",
            title=tr("&Next finding"),
            group=GROUP,
            help=tr("Go to the next place that the check found in the text"),
            keys=key_sequences("F4"),
            run=lambda: go(1),
        ),
        Command(
            id="check.previous",
            title=tr("&Previous finding"),
            group=GROUP,
            help=tr("Go to the place before it"),
            keys=key_sequences("Shift+F4"),
            run=lambda: go(-1),
        ),
    ]
