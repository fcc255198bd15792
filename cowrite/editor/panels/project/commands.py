"""What can be done with a folder of texts: the table of a window's commands."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

PANEL_ID = "project"


def commands(
    *,
    open_folder: Callable[[], object],
    toggle: Callable[[], None],
    is_shown: Callable[[], bool],
    shown_changed: SignalInstance,
) -> list[Command]:
    """Choosing a folder, and the panel that shows it."""
    return [
        Command(
            id="project.open",
            title=tr("Open fo&lder…"),
            group=tr_noop("File"),
            help=tr("Show the texts of a folder beside the page"),
            run=open_folder,
        ),
        Command(
            id="project.show",
            title=tr("Pro&ject"),
            group=tr_noop("View"),
            help=tr("Show or hide the texts of a folder"),
            keys=key_sequences("Ctrl+Shift+E"),
            run=toggle,
            checked=is_shown,
            follows=(shown_changed,),
        ),
    ]
