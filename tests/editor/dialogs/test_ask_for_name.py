"""A name is asked for: what stands before its ending is selected, and Esc gives none."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from cowrite.editor.dialogs.ask_for_name import ask_for_name


@pytest.mark.parametrize(
    ("key", "name"), [(Qt.Key.Key_Return, "the flood.md"), (Qt.Key.Key_Escape, "")]
)
def test_what_changes_is_selected(qtbot: QtBot, key: Qt.Key, name: str) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)

    def answer() -> None:
        dialog = parent.findChild(QInputDialog)
        assert isinstance(dialog, QInputDialog)
        field = dialog.findChild(QLineEdit)
        assert isinstance(field, QLineEdit)
        qtbot.waitUntil(lambda: field.selectedText() == "chapter 1")
        QTest.keyClicks(field, " the flood")
        QTest.keyClick(field, key)

    QTimer.singleShot(0, parent, answer)
    assert ask_for_name(parent, "Rename", "New name:", "chapter 1.md") == name
