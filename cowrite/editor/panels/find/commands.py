"""Find and replace as commands of a window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

GROUP = tr_noop("Edit")


class Finds(Protocol):
    """What finds in a window."""

    def show(self, *, replaces: bool = False) -> None:
        """Show the bar."""
        ...

    def go_next(self) -> None:
        """Go to the next hit."""
        ...

    def go_previous(self) -> None:
        """Go to the hit before."""
        ...


def commands(finder: Callable[[], Finds], find_in_files: Callable[[], object]) -> list[Command]:
    """The table of one window; ``finder`` makes what finds when it is asked for first."""
    return [
        *_in_document(finder),
        Command(
            id="find.in_files",
            title=tr("Find &in documents and folders…"),
            group=GROUP,
            help=tr("Find in all open documents, or in a folder"),
            keys=key_sequences("Ctrl+Shift+F"),
            run=find_in_files,
        ),
    ]


def _in_document(finder: Callable[[], Finds]) -> list[Command]:
    return [
        Command(
            id="find.show",
            title=tr("&Find…"),
            group=GROUP,
            help=tr("Find in this document"),
            keys=key_sequences("Ctrl+F"),
            run=lambda: finder().show(),
        ),
        Command(
            id="find.replace",
            title=tr("Find and r&eplace…"),
            group=GROUP,
            help=tr("Find and replace in this document"),
            keys=key_sequences("Ctrl+H"),
            run=lambda: finder().show(replaces=True),
        ),
        Command(
            id="find.next",
            title=tr("Find &next"),
            group=GROUP,
            help=tr("Go to the next hit"),
            keys=key_sequences("F3"),
            run=lambda: finder().go_next(),
        ),
        Command(
            id="find.previous",
            title=tr("Find pre&vious"),
            group=GROUP,
            help=tr("Go to the hit before"),
            keys=key_sequences("Shift+F3"),
            run=lambda: finder().go_previous(),
        ),
    ]
