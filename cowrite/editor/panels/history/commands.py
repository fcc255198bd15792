"""What can be done with earlier versions: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences

PANEL_ID = "history"
GROUP = "File"


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
            title="&History",
            group=GROUP,
            help="Show or hide earlier versions of the text",
            keys=key_sequences("F12"),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
        Command(
            id="history.keep",
            title="&Keep this version…",
            group=GROUP,
            help="Keep the text as it is now, with a name",
            keys=key_sequences("Shift+F12"),
            run=keep,
            useful=is_kept,
        ),
    ]
