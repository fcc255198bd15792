"""The measure itself: what is too pale is found, what is below something else or cannot be used is known as such."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QFrame, QLabel, QPushButton, QVBoxLayout
from pytestqt.qtbot import QtBot
from support.contrast import contrasts, focus_contrasts
from support.painted import painted

from cowrite.editor.appearance.theme import contrast_ratio

Shown = Callable[[str], QDialog]


@pytest.fixture
def shown(qtbot: QtBot) -> Shown:
    """A dialog in this style, with a label, and two buttons of which one cannot be used."""

    def show(style: str) -> QDialog:
        dialog = QDialog()
        qtbot.addWidget(dialog)
        column = QVBoxLayout(dialog)
        column.addWidget(QLabel("What is said here in a whole line"))
        for name in ("One", "Two"):
            column.addWidget(QPushButton(name))
        dialog.findChildren(QPushButton)[1].setEnabled(False)
        dialog.setStyleSheet(style)
        dialog.resize(400, 200)
        dialog.show()
        dialog.activateWindow()
        QApplication.processEvents()
        return dialog

    return show


@pytest.mark.parametrize(("ink", "is_enough"), [("#767676", True), ("#8A8A8A", False)])
def test_the_contrast_of_a_text_is_that_of_its_colours(
    shown: Shown, ink: str, is_enough: bool
) -> None:
    dialog = shown(f"* {{ background: #FFFFFF; color: {ink}; font-size: 40px; }}")
    found = next(each for each in contrasts(dialog) if "What is said" in each.what)
    assert found.contrast == pytest.approx(contrast_ratio(ink, "#FFFFFF"), rel=0.02)
    assert found.is_enough is is_enough


def test_what_cannot_be_used_may_be_paler(shown: Shown) -> None:
    dialog = shown("* { background: #FFFFFF; color: #8A8A8A; font-size: 40px; }")
    found = {each.what.split("'")[1]: each for each in contrasts(dialog)}
    assert (found["One"].is_enough, found["Two"].is_enough) == (False, True)
    assert not found["Two"].is_enabled


def test_what_lies_below_something_is_not_read(shown: Shown) -> None:
    dialog = shown("* { background: #FFFFFF; color: #000000; }")
    assert {each.text for each in painted(dialog)[0]} == {
        "What is said here in a whole line",
        "One",
        "Two",
    }
    over = QFrame(dialog)
    over.setGeometry(dialog.findChild(QLabel).geometry())
    over.show()
    assert {each.text for each in painted(dialog)[0]} == {"One", "Two"}


@pytest.mark.parametrize(("ring", "is_enough"), [("#000000", True), ("#DDDDDD", False)])
def test_a_ring_that_is_hardly_seen_is_not_enough(shown: Shown, ring: str, is_enough: bool) -> None:
    dialog = shown(
        "* { background: #FFFFFF; color: #000000; } QPushButton { border: 2px solid #FFFFFF; }"
        f"QPushButton:focus {{ border: 2px solid {ring}; }}"
    )
    dialog.findChildren(QPushButton)[1].setEnabled(True)
    for button in dialog.findChildren(QPushButton):
        button.setAutoDefault(False)
    found = list(focus_contrasts(dialog))
    assert [each.is_enough for each in found] == [is_enough] * 2, found
