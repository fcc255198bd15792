"""No window is larger than its screen or lies outside it, and no dialog cuts anything off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from open_program import OpenProgram, choose
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cowrite.editor.commands.key_table import key_rows
from cowrite.editor.common.fit_to_screen import (
    ASSUMED_FRAME_PX,
    ContentArea,
    fit_to_screen,
    keep_on_screen,
    place_beside,
)
from cowrite.editor.common.show_dialog import show_dialog
from cowrite.editor.panels.about.about_dialog import AboutDialog
from cowrite.editor.panels.about.licences_window import LicencesWindow
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.editor.shell.help import KeysDialog
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]


def available() -> QRect:
    return QGuiApplication.primaryScreen().availableGeometry()


def room() -> QRect:
    return available().marginsRemoved(ASSUMED_FRAME_PX)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


@pytest.mark.parametrize("size", [QSize(5000, 200), QSize(200, 5000), QSize(5000, 5000)])
def test_what_is_too_large_becomes_as_large_as_there_is_room(window: QWidget, size: QSize) -> None:
    window.resize(size)
    window.show()
    fit_to_screen(window)
    assert window.frameSize() == window.frameSize().expandedTo(size.boundedTo(room().size()))
    assert available().contains(window.frameGeometry())


@pytest.mark.parametrize(
    "corner", [QPoint(-300, 20), QPoint(20, -300), QPoint(700, 700), QPoint(9000, 9000)]
)
def test_what_lies_outside_comes_back(window: QWidget, corner: QPoint) -> None:
    window.resize(300, 200)
    window.move(corner)
    window.show()
    fit_to_screen(window)
    assert available().contains(window.frameGeometry())
    assert window.size() == QSize(300, 200)


def test_what_fits_stays_as_it_is(window: QWidget) -> None:
    window.setGeometry(100, 120, 300, 200)
    window.show()
    fit_to_screen(window)
    assert window.geometry() == QRect(100, 120, 300, 200)


def test_a_layout_cannot_make_a_window_larger_than_the_screen(
    window: QWidget, qtbot: QtBot
) -> None:
    column = QVBoxLayout(window)
    label = QLabel("wide")
    column.addWidget(label)
    keep_on_screen(window)
    with qtbot.waitExposed(window):
        window.show()
    label.setMinimumSize(3000, 3000)
    qtbot.waitUntil(lambda: window.minimumWidth() > 700)
    qtbot.waitUntil(lambda: available().contains(window.frameGeometry()))
    label.setMinimumSize(10, 10)
    qtbot.waitUntil(lambda: window.minimumWidth() < 100)


def test_where_the_writer_has_put_it_it_stays_while_it_does_not_grow(
    window: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "cowrite.editor.common.fit_to_screen._SETTLING", ()
    )  # it is the writer now, not the manager
    column = QVBoxLayout(window)
    label = QLabel("a")
    column.addWidget(label)
    keep_on_screen(window)
    window.resize(200, 200)
    with qtbot.waitExposed(window):
        window.show()
    window.move(room().right() - 50, 300)
    place = window.geometry()
    label.setText("b")
    QApplication.processEvents()
    assert window.geometry() == place


def test_content_is_whole_or_scrolls(qtbot: QtBot) -> None:
    for height, scrolls in ((100, False), (5000, True)):
        content = QLabel()
        content.setFixedSize(200, height)
        area = ContentArea(content)
        dialog = QDialog()
        qtbot.addWidget(dialog)
        QVBoxLayout(dialog).addWidget(area)
        keep_on_screen(dialog)
        with qtbot.waitExposed(dialog):
            dialog.show()
        assert (area.verticalScrollBar().maximum() > 0) == scrolls
        assert area.horizontalScrollBar().maximum() == 0
        assert available().contains(dialog.geometry())


# --- the windows of the program ---

DIALOGS: dict[str, Callable[[OpenProgram], object]] = {
    "settings": lambda p: p.program.side.show_settings(p.window),
    "keeping": lambda p: p.program.side.show_privacy(p.window),
    "insights": lambda p: p.program.side.show_insights(p.window),
    "replay": lambda p: p.program.side.show_replay(p.window),
    "personalize": lambda p: p.program.side.show_personalize(p.window),
    "keys": lambda p: show_dialog(
        KeysDialog(key_rows(p.window.findChild(WindowCommands).registry), p.window, assistance=True)
    ),
    "shortcuts": lambda p: p.window.findChild(WindowCommands).registry.run("shortcuts.show"),
    "print": lambda p: p.program.side.show_print(p.window),
    "about": lambda p: show_dialog(AboutDialog(p.window, assistance=True, model="starter")),
    "licences": lambda p: show_dialog(LicencesWindow(p.window, None)),
}


# The screen of the tests is 800 pixels square: 15 points on it are as 26 on one of 1400.
@pytest.mark.parametrize("points", [13, 15, 26, 40])
@pytest.mark.parametrize("name", DIALOGS)
def test_every_window_fits_and_nothing_is_cut_off(
    open_it: OpenIt, paths: Paths, name: str, points: int
) -> None:
    choose(paths, font_size_pt=points)
    program = open_it()
    DIALOGS[name](program)
    (dialog,) = program.window.findChildren(QDialog)
    program.until(dialog.isVisible)
    QApplication.processEvents()
    for window in (dialog, program.window):
        assert available().contains(window.frameGeometry())
    # What is said later is laid out later.
    program.until(lambda: not cut_off(dialog, with_buttons=points <= 26))
    for area in dialog.findChildren(QScrollArea):
        if area.isVisible() and area.widget() is not None and points <= 15:
            assert area.widget().width() <= area.viewport().width()
    dialog.close()


def test_an_open_dialog_grows_with_the_text(open_it: OpenIt) -> None:
    program = open_it()
    program.program.side.show_settings(program.window)
    dialog = program.window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    dialog.move(60, 60)
    for points in (16, 40, 13):
        program.program.manager.change(font_size_pt=points)
        bar = dialog.area.horizontalScrollBar()
        program.until(lambda points=points, bar=bar: points > 16 or bar.maximum() == 0)
        program.until(lambda: available().contains(dialog.frameGeometry()))
    dialog.close()


def cut_off(dialog: QDialog, *, with_buttons: bool) -> list[str]:
    """The words that have less room than they need."""
    labels = [
        label.text()
        for label in dialog.findChildren(QLabel)
        if label.isVisible()
        and label.wordWrap()
        and label.text()
        and label.height() < label.heightForWidth(label.width())
    ]
    buttons = [
        button.text()
        for button in dialog.findChildren(QPushButton)
        if button.isVisible()
        and button.size().expandedTo(button.minimumSizeHint()) != button.size()
    ]
    return labels + (buttons if with_buttons else [])


def test_ten_windows_are_all_on_the_screen(open_it: OpenIt) -> None:
    program = open_it()
    for _ in range(9):
        program.program.manager.open_new()
    windows = program.windows
    assert len(windows) == 10
    outside = [w.frameGeometry() for w in windows if not available().contains(w.frameGeometry())]
    assert outside == []


def test_each_window_stands_a_step_from_the_one_before_until_it_begins_again(qtbot: QtBot) -> None:
    windows: list[QWidget] = []
    for _ in range(30):
        window = QWidget()
        qtbot.addWidget(window)
        window.resize(500, 500)
        if windows:
            place_beside(window, windows[-1], [each.pos() for each in windows])
        else:
            window.move(100, 100)
        window.show()
        windows.append(window)
    assert windows[1].pos() == QPoint(132, 132)
    assert len({(each.x(), each.y()) for each in windows}) == 30
    assert all(available().contains(each.frameGeometry()) for each in windows)


def test_a_window_whose_screen_is_gone_comes_back(open_it: OpenIt) -> None:
    program = open_it()
    program.window.move(4000, 3000)
    was = program.window.as_open_document()
    program.window.move(0, 0)
    program.window.place_as(replace(was))
    assert available().contains(program.window.geometry())
