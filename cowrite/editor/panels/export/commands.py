"""The command that makes a file for others of a text."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

EXPORT = "file.export"


def commands(*, show: Callable[[], object]) -> list[Command]:
    """The table of one window."""
    return [
        Command(
            id=EXPORT,
            title=tr("Expor&t…"),
            group=tr_noop("File"),
            help=tr("Export for Word, LibreOffice or e-readers"),
            keys=key_sequences("Ctrl+Shift+X"),
            run=show,
        )
    ]
