"""The questions about files as they really are: each answer by its button."""

from __future__ import annotations

import pytest
from open_program import ScriptedDialogs
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from cowrite.editor.dialogs.dialogs import Changed, QtDialogs, Unsaved


def answer_with(label: str) -> None:
    """Press a button of the question that will be on screen."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.buttons() if b.text() == label).click()

    QTimer.singleShot(0, press)


@pytest.mark.parametrize("answer", list(Unsaved))
def test_the_question_about_unsaved_text(qtbot: QtBot, answer: Unsaved) -> None:
    window = QMessageBox()
    qtbot.addWidget(window)
    answer_with(answer.value)
    assert QtDialogs().about_unsaved(window, "story.txt") is answer


@pytest.mark.parametrize("answer", list(Changed))
def test_the_question_about_a_changed_file(qtbot: QtBot, answer: Changed) -> None:
    window = QMessageBox()
    qtbot.addWidget(window)
    answer_with(answer.value)
    assert QtDialogs().about_changed(window, "story.txt") is answer


@pytest.mark.parametrize("answer", [Changed.SAVE_AS, Changed.KEEP_MINE, Changed.CANCEL])
def test_the_question_about_a_file_that_is_gone(qtbot: QtBot, answer: Changed) -> None:
    """Nobody can be asked to reload it."""
    window = QMessageBox()
    qtbot.addWidget(window)
    seen: list[str] = []

    def look() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.extend([box.text(), *(button.text() for button in box.buttons())])

    QTimer.singleShot(0, look)
    answer_with(answer.value)
    assert QtDialogs().about_changed(window, "story.txt", is_gone=True) is answer
    assert "moved or deleted" in seen[0]
    assert Changed.LOAD_THEIRS.value not in seen


def test_scripted_dialogs_ask_what_the_real_ones_ask() -> None:
    real = {name for name in vars(QtDialogs) if not name.startswith("_")}
    assert real <= set(dir(ScriptedDialogs))
