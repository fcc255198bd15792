"""Windows beside the page that go when the writer uses AI no more."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QDialog, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from cowrite.editor.common.show_dialog import close_without_assistance, show_dialog
from cowrite.settings.preferences import Preferences

WITHOUT = replace(Preferences(), assistance=False)


class Changes(QObject):
    changed = Signal(object)


def test_it_closes_without_assistance_and_stays_for_anything_else(qtbot: QtBot) -> None:
    changes, dialog = Changes(), QDialog()
    qtbot.addWidget(dialog)
    close_without_assistance(dialog, changes.changed)
    show_dialog(dialog)
    changes.changed.emit(Preferences())
    assert dialog.isVisible()
    with qtbot.waitSignal(dialog.finished):
        changes.changed.emit(WITHOUT)


def test_one_that_went_with_its_window_is_asked_nothing(qtbot: QtBot) -> None:
    changes, window = Changes(), QWidget()
    dialog = QDialog(window)
    close_without_assistance(dialog, changes.changed)
    delete(window)
    changes.changed.emit(WITHOUT)
