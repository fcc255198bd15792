"""Where the window of models is narrow: nothing lies on anything else, and everything can be reached."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cowrite.editor.panels.models.narrow import TurningSplitter, WrappingRow


def test_parts_stand_one_above_the_other_where_there_is_little_room(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parts = TurningSplitter(400, parent)
    for text in ("one", "two"):
        parts.addWidget(QLabel(text))
    parts.resize(500, 200)
    parts.show()
    parent.show()
    assert parts.orientation() is Qt.Orientation.Horizontal
    parts.resize(300, 200)
    qtbot.waitUntil(lambda: parts.orientation() is Qt.Orientation.Vertical)
    parts.resize(500, 200)
    qtbot.waitUntil(lambda: parts.orientation() is Qt.Orientation.Horizontal)


@given(width=st.integers(1, 900), hidden=st.sets(st.integers(0, 4)))
def test_a_row_wraps_and_nothing_overlaps(qapp: object, width: int, hidden: set[int]) -> None:
    owner = QWidget()
    buttons = [QPushButton(text * 4, owner) for text in ("a", "bb", "ccc", "dddd", "e")]
    row = WrappingRow([*buttons])
    owner.setLayout(row)
    for at in hidden:
        buttons[at].hide()
    row.setGeometry(QRect(0, 0, width, 500))
    shown = [each for at, each in enumerate(buttons) if at not in hidden]
    rects = [each.geometry() for each in shown]
    for at, rect in enumerate(rects):
        assert not any(rect.intersects(other) for other in rects[at + 1 :])
        assert rect.left() == 0 or rect.right() < width
    assert row.heightForWidth(width) >= max((rect.bottom() for rect in rects), default=-1)
