"""Says in a window why there is no window: who starts a program from a menu never sees its standard error."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox

from cowrite.base.errors import UserError
from cowrite.editor.common.plain_label import make_plain

# Nobody sees these, so nobody could close a window there.
_UNSEEN = frozenset({"offscreen", "minimal"})


def show_start_problem(error: UserError) -> None:
    """Show ``error`` and wait until it was read; returns at once where there is no screen."""
    if QGuiApplication.platformName() in _UNSEEN:
        return
    box = problem_box(error)
    box.exec()
    box.deleteLater()


def problem_box(error: UserError) -> QMessageBox:
    """The window that says it."""
    box = QMessageBox(QMessageBox.Icon.Warning, "Cowrite", error.message)
    box.setInformativeText(error.advice)
    make_plain(box)
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    return box
