"""The commands that bring a text on paper, or into a file that looks like it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop

PRINT, EXPORT = "file.print", "file.export_pdf"


def commands(*, show: Callable[[], object], export: Callable[[], object]) -> list[Command]:
    """The table of one window."""
    return [
        Command(
            id=PRINT,
            title=tr("Pr&int…"),
            group=tr_noop("File"),
            help=tr("Preview and print"),
            keys=key_sequences(QKeySequence.StandardKey.Print),
            run=show,
        ),
        Command(
            id=EXPORT,
            title=tr("Export as PD&F…"),
            group=tr_noop("File"),
            run=export,
        ),
    ]
