"""What can be done with earlier versions: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

PANEL_ID = "history"
GROUP = tr_noop("File")


def commands(
    *,
    toggle: Callable[[], None],
    is_shown: Callable[[], bool],
    shown_changed: SignalInstance,
    keep: Callable[[], None],
    is_kept: Callable[[], bool],
) -> list[Command]:
    """The panel, and a version that the writer names. ``is_kept``: whether any are kept of the text in front."""
    return [
        Command(
            id="history.show",
            title=tr("&History"),
            group=GROUP,
            help=tr("Show or hide earlier versions of the text"),
            keys=key_sequences("F12"),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
        Command(
            id="history.keep",
            title=tr("&Keep this version…"),
            group=GROUP,
            help=tr("Keep the text as it is now, with a name"),
            keys=key_sequences("Shift+F12"),
            run=keep,
            useful=is_kept,
        ),
    ]
