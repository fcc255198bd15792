"""Which encoding a file is in can be seen and chosen with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from cowrite.documents.encodings import NAMES
from cowrite.editor.dialogs.encoding_dialog import (
    CANNOT_BE_READ,
    EncodingDialog,
    EncodingQuestion,
    ask_encoding,
)

RUSSIAN = "Title\nДети бежали за трамваем и махали руками.\nПоезд ушёл.\n"
Key = Qt.Key


@pytest.fixture
def dialog_for(qtbot: QtBot) -> Callable[..., EncodingDialog]:
    def make(
        text: str = RUSSIAN, encoding: str = "koi8-r", current: str = "cp1251"
    ) -> EncodingDialog:
        data = text.encode(encoding)
        question = EncodingQuestion(name="old.txt", data=data, current=current)
        dialog = EncodingDialog(question)
        qtbot.addWidget(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        return dialog

    return make


def test_the_present_reading_and_three_others_are_shown(
    dialog_for: Callable[..., EncodingDialog],
) -> None:
    dialog = dialog_for()
    assert len(dialog.readings) == 4
    assert next(iter(dialog.readings)) == dialog.chosen == "cp1251"
    shown = dialog.readings["koi8-r"].accessibleDescription()
    assert shown == "Дети бежали за трамваем и махали руками. Поезд ушёл."
    descriptions = [radio.accessibleDescription() for radio in dialog.readings.values()]
    assert len(set(descriptions)) == 4
    assert dialog.readings["cp1251"].text() == NAMES["cp1251"]


def test_arrows_choose_among_them_and_return_takes_it(
    dialog_for: Callable[..., EncodingDialog],
) -> None:
    dialog = dialog_for()
    for _ in range(len(dialog.readings)):
        if dialog.chosen == "koi8-r":
            break
        QTest.keyClick(QApplication.focusWidget(), Key.Key_Down)
    assert dialog.chosen == "koi8-r"
    QTest.keyClick(QApplication.focusWidget(), Key.Key_Return)
    assert dialog.result() == EncodingDialog.DialogCode.Accepted


def test_every_encoding_can_be_chosen(dialog_for: Callable[..., EncodingDialog]) -> None:
    dialog = dialog_for()
    assert dialog.others.count() == len(NAMES)
    dialog.others.setCurrentIndex(dialog.others.findData("mac-greek"))
    dialog.others.activated.emit(dialog.others.currentIndex())
    assert dialog.other.isChecked()
    assert dialog.chosen == "mac-greek"
    assert dialog.other_preview.isVisible()
    dialog.others.setCurrentIndex(dialog.others.findData("utf-8"))
    assert dialog.other_preview.text() == CANNOT_BE_READ
    next(iter(dialog.readings.values())).click()
    assert not dialog.other_preview.isVisible()


@pytest.mark.parametrize(("key", "answer"), [(Key.Key_Return, "cp1251"), (Key.Key_Escape, None)])
def test_it_is_asked_and_answered(qtbot: QtBot, key: Qt.Key, answer: str | None) -> None:
    question = EncodingQuestion(name="a.txt", data=RUSSIAN.encode("cp1251"), current="cp1251")
    parent = QPushButton()
    qtbot.addWidget(parent)

    def press() -> None:
        QTest.keyClick(QApplication.activeModalWidget(), key)

    QTimer.singleShot(200, press)
    assert ask_encoding(parent, question) == answer


def test_a_click_on_the_words_chooses_them(dialog_for: Callable[..., EncodingDialog]) -> None:
    dialog = dialog_for()
    labels = [each for each in dialog.findChildren(type(dialog.other_preview)) if each.isVisible()]
    QTest.mouseClick(labels[1], Qt.MouseButton.LeftButton)
    assert dialog.chosen == list(dialog.readings)[1]


@pytest.mark.parametrize("text", ["", "only ASCII\n", "\ufeff\ufffe\r\u2029\x00" * 3])
def test_any_content_can_be_shown(dialog_for: Callable[..., EncodingDialog], text: str) -> None:
    assert dialog_for(text, "utf-8", "utf-8").chosen == "utf-8"


@pytest.mark.usefixtures("in_chinese")
def test_all_encodings_have_chinese_names(dialog_for: Callable[..., EncodingDialog]) -> None:
    others = dialog_for().others
    names = {others.itemText(at) for at in range(others.count())}
    assert [name for name in names if name.isascii()] == ["Unicode (UTF-8)"]
