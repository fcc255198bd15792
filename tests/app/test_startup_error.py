"""Why there is no window, said in a window."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from cowrite.app import startup_error
from cowrite.app.startup_error import problem_box, show_start_problem
from cowrite.base.errors import UserError

PROBLEM = UserError("Cowrite is already running but does not answer.", "Wait a moment.")


def test_it_says_what_happened_and_what_to_do(qtbot: QtBot) -> None:
    box = problem_box(PROBLEM)
    qtbot.addWidget(box)
    assert (box.text(), box.informativeText()) == (PROBLEM.message, PROBLEM.advice)
    assert box.standardButtons() == QMessageBox.StandardButton.Ok


@pytest.mark.parametrize(("platform", "shown"), [("xcb", 1), ("offscreen", 0), ("minimal", 0)])
def test_it_is_shown_where_somebody_can_close_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, platform: str, shown: int
) -> None:
    boxes: list[str] = []

    class Box(QMessageBox):
        def exec(self) -> int:
            boxes.append(self.text())
            return 0

    monkeypatch.setattr(QGuiApplication, "platformName", lambda: platform)
    monkeypatch.setattr(startup_error, "QMessageBox", Box)
    show_start_problem(PROBLEM)
    assert boxes == [PROBLEM.message] * shown
