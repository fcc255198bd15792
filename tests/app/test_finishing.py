"""The end of the program waits for what must be written, but not for ever, and says so."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from cowrite.app import finishing
from cowrite.app.finishing import close_each, wait_for
from cowrite.editor.common.flow import Later


def shown() -> list[str]:
    widgets = QApplication.topLevelWidgets()
    return [each.text() for each in widgets if isinstance(each, QLabel) and each.isVisible()]


def test_what_is_done_is_not_waited_for(qtbot: QtBot) -> None:
    later = Later[int]()
    later.set(1)
    assert wait_for(later, "Saving…")
    assert shown() == []


def test_what_takes_long_is_seen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finishing, "SAY_AFTER_MS", 1)
    later, seen = Later[None](), list[str]()

    def look() -> None:
        if not shown():
            QTimer.singleShot(1, look)
            return
        seen.extend(shown())
        later.set(None)

    QTimer.singleShot(1, look)
    assert wait_for(later, "Saving…")
    assert seen == ["Saving…"]
    assert shown() == []


def test_what_never_ends_is_given_up(qtbot: QtBot) -> None:
    later = Later[None]()
    assert not wait_for(later, limit_ms=1)
    gc.collect()
    later.set(None)  # it comes too late, and disturbs nobody


def test_one_part_that_fails_keeps_no_other(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fail() -> None:
        raise OSError("a disk that is gone")

    close_each(lambda: done.append("one"), fail, lambda: done.append("two"))
    assert done == ["one", "two"]
    assert "did not end as it should" in caplog.text
