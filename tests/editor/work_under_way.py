"""Waits for what is done beside the window to end, instead of for some time to pass."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

# These end with the program; every other thread of the program's ends with the work that it was started for.
LASTING = frozenset({"cowrite-decisions", "cowrite-engine", "cowrite-filter", "cowrite-journal"})


def work_under_way() -> list[str]:
    """The names of the threads on which something is done for the window now."""
    names = [each.name for each in threading.enumerate() if each.is_alive()]
    return [name for name in names if name.startswith("cowrite-") and name not in LASTING]


def let_work_end(qtbot: QtBot) -> None:
    """Return when nothing is under way any more and everything that came of it has been told to the window."""
    while True:
        qtbot.waitUntil(lambda: not work_under_way(), timeout=20_000)
        QApplication.processEvents()  # the answers, which may ask for more
        if not work_under_way():
            return
