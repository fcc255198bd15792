"""The installed PySide6 keeps count of what it borrows: with one that does not, the editor would die while typing."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot


class Sender(QObject):
    said = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="these objects are never counted there")
def test_calls_and_signals_take_no_reference_from_python(qtbot: QtBot) -> None:
    sender, widget = Sender(), QWidget()
    qtbot.addWidget(widget)
    sender.said.connect(lambda _: None)

    def counts() -> list[int]:
        return [sys.getrefcount(each) for each in (None, True, False)]

    before = counts()
    for _ in range(100):
        sender.said.emit(True)
        widget.setEnabled(False)
    lost = [b - a for b, a in zip(before, counts(), strict=True)]
    assert max(lost) < 50, "this PySide6 loses references on this Python; choose another version"
