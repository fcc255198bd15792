"""What the tests of windows use to find texts that are cut off finds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from support.clipping import clipped_texts

SAYING = "A text that needs some room"


def _wrapped() -> QWidget:
    label = QLabel(SAYING)
    label.setWordWrap(True)
    label.setFixedHeight(label.fontMetrics().height())
    return label


def _placeholder() -> QWidget:
    line = QLineEdit()
    line.setPlaceholderText(SAYING)
    return line


def _choice() -> QWidget:
    choice = QComboBox()
    choice.addItem(SAYING)
    return choice


def _number() -> QWidget:
    number = QSpinBox()
    number.setSpecialValueText(SAYING)
    return number


def _header() -> QWidget:
    table = QTableWidget(1, 2)
    table.setHorizontalHeaderLabels([SAYING, "b"])
    table.resizeColumnsToContents()
    return table


def _tool() -> QWidget:
    tool = QToolButton()
    tool.setText(SAYING)
    return tool


KINDS: dict[str, Callable[[], QWidget]] = {
    "label": lambda: QLabel(SAYING),
    "wrapped label": _wrapped,
    "button": lambda: QPushButton(SAYING),
    "check box": lambda: QCheckBox(SAYING),
    "group": lambda: QGroupBox(SAYING),
    "placeholder": _placeholder,
    "choice": _choice,
    "number": _number,
    "header": _header,
    "tool button": _tool,
}


def _shown(qtbot: QtBot, widget: QWidget, width: int) -> QWidget:
    window = QWidget()
    QVBoxLayout(window).addWidget(widget)
    widget.setFixedWidth(width)
    if isinstance(widget, QTableWidget):
        widget.setColumnWidth(0, width // 2)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    QApplication.processEvents()
    return window


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_too_little_room_is_found(qtbot: QtBot, kind: str) -> None:
    found = clipped_texts(_shown(qtbot, KINDS[kind](), 60))
    assert [each for each in found if SAYING in each]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "wrapped label"])
def test_what_has_room_is_not(qtbot: QtBot, kind: str) -> None:
    assert clipped_texts(_shown(qtbot, KINDS[kind](), 900)) == []


def test_what_stands_outside_its_parent_is_found(qtbot: QtBot) -> None:
    window = QWidget()
    window.resize(50, 50)
    label = QLabel(SAYING, window)
    label.move(30, 0)
    label.adjustSize()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    assert clipped_texts(window)
