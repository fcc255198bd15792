"""The window itself: looks, settings, messages, menus, an error inside."""

from __future__ import annotations

import logging
import sqlite3
import sys
from collections.abc import Callable

import pytest
from open_program import OpenProgram, choose
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QMenuBar,
    QSlider,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cowrite.app.error_report import ErrorReports, report_of
from cowrite.base.errors import UserError
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.assistance.model_status import shown_status
from cowrite.editor.common.messages import MOST_AT_ONCE, MessageArea, Notice, NoticeAction
from cowrite.editor.panels.settings.setting_strings import SECTIONS
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.editor.shell.help import KeysDialog
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences, info_of
from cowrite.settings.store import PreferencesStore
from cowrite.suggest.live.stage import SuggestionState

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
OpenIt = Callable[..., OpenProgram]


# --- looks ---


@pytest.mark.parametrize("name", ["light", "dark", "sepia"])
def test_a_theme_reaches_every_part(open_it: OpenIt, name: str) -> None:
    program = open_it()
    program.program.manager.change(theme=name)
    theme = load_themes()[name]
    assert program.page.theme == theme
    assert program.page.viewport().palette().base().color().name().upper() == theme.page
    assert theme.desk in QApplication.instance().styleSheet()
    assert theme.quiet in program.window.status_line.styleSheet()
    assert program.window.menuBar().palette().window().color().name().upper() == theme.desk


def test_zoom_by_key_scales_all_windows_and_is_kept(open_it: OpenIt, paths: Paths) -> None:
    program = open_it()
    program.program.manager.open_new()
    program.until(lambda: program.page.hasFocus())
    sizes = []
    for _ in range(12):
        program.press(Key.Key_Plus, CTRL)
        sizes.append(program.program.manager.preferences.font_size_pt)
    assert sizes == sorted(sizes)
    assert sizes[0] > 13
    assert sizes[-1] == 40
    assert len({w.active_view.page.zoom for w in program.windows}) == 1
    for _ in range(30):
        program.press(Key.Key_Minus, CTRL)
    assert program.program.manager.preferences.font_size_pt == 8
    program.press(Key.Key_0, CTRL)
    assert program.page.zoom == 100
    program.press(Key.Key_Plus, CTRL)
    program.close()
    assert PreferencesStore(paths.settings_file).load().preferences.font_size_pt == 14


def test_typing_fades_the_status_line(open_it: OpenIt, paths: Paths) -> None:
    choose(paths, suggestions=False)
    program = open_it()
    program.window.status_line.set_model_status(EngineStatus(state=EngineState.READY))
    program.type("words")
    assert program.window.status_line.faded


def test_words_are_counted_after_a_pause(open_it: OpenIt) -> None:
    program = open_it()
    program.type("three small words")

    def texts() -> list[str]:
        return [label.text() for label in program.window.status_line.findChildren(QLabel)]

    program.until(lambda: "3 words" in texts())


# --- settings ---


def test_every_setting_that_is_not_hidden_is_offered() -> None:
    offered = {name for names in SECTIONS.values() for name in names}
    known = {name for name in Preferences.__dataclass_fields__ if not info_of(name).hidden}
    assert offered == known


def test_settings_are_used_at_once_and_kept(open_it: OpenIt, paths: Paths) -> None:
    program = open_it()
    program.program.side.show_settings(program.window)
    dialog = program.window.findChild(SettingsDialog)
    theme, size = dialog.fields["theme"], dialog.fields["font_size_pt"]
    on, eager = dialog.fields["suggestions"], dialog.fields["eagerness"]
    assert isinstance(theme, QComboBox)
    assert isinstance(size, QSpinBox)
    assert isinstance(on, QCheckBox)
    assert isinstance(eager, QSlider)
    theme.setCurrentText("Sepia")
    size.setValue(26)
    on.click()
    eager.setValue(20)
    dialog.fields["tab_accepts"].setCurrentText("The whole suggestion")  # type: ignore[attr-defined]
    assert program.page.theme.name == "sepia"
    assert program.page.zoom == 200
    assert program.window.hint.text().startswith("Ctrl+Right word · Tab all")
    dialog.close()
    program.close()
    kept = PreferencesStore(paths.settings_file).load().preferences
    assert (kept.theme, kept.font_size_pt, kept.suggestions) == ("sepia", 26, False)
    assert (kept.eagerness, kept.tab_accepts) == (1.0, "all")


def test_a_setting_that_cannot_be_saved_is_told(open_it: OpenIt, paths: Paths) -> None:
    program = open_it()
    paths.settings_file.unlink()
    paths.config.rmdir()
    paths.config.write_bytes(b"")
    program.program.manager.change(theme="dark")
    program.until(
        lambda: any("could not be saved" in text for text in program.window.messages.texts)
    )
    assert program.page.theme.name == "dark"


def test_the_view_menu_shows_what_is_chosen(open_it: OpenIt) -> None:
    program = open_it()
    program.program.manager.change(theme="dark")
    themes = program.menu_action("View", "Theme").menu()
    assert [a.text() for a in themes.actions() if a.isChecked()] == ["Dark"]
    next(a for a in themes.actions() if a.text() == "Sepia").trigger()
    assert program.page.theme.name == "sepia"
    program.menu_action("View", "Show key hints").trigger()
    assert not program.window.hint.isVisible()


def test_help_lists_the_keys(open_it: OpenIt) -> None:
    program = open_it()
    program.menu_action("Help", "Keyboard shortcuts").trigger()
    dialog = program.window.findChild(KeysDialog)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert "Tab or Ctrl+Right" in texts
    assert "F9" in texts
    program.menu_action("Help", "About Cowrite").trigger()
    dialog.close()


def test_the_edit_menu(open_it: OpenIt) -> None:
    program = open_it()
    assert not program.menu_action("Edit", "Undo").isEnabled()
    program.type("word")
    program.menu_action("Edit", "Select all").trigger()
    program.menu_action("Edit", "Cut").trigger()
    assert program.page.text() == ""
    program.menu_action("Edit", "Paste").trigger()
    program.menu_action("Edit", "Paste").trigger()
    assert program.page.text() == "wordword"
    program.menu_action("Edit", "Undo").trigger()
    assert program.page.text() == "word"
    program.menu_action("Edit", "Redo").trigger()
    assert program.page.text() == "wordword"


def test_quit_by_key(open_it: OpenIt) -> None:
    program = open_it()
    program.type("kept")
    program.press(Key.Key_Q, CTRL)
    assert program.windows == []
    assert program.dialogs.asked == []


# --- what the status line says ---


@pytest.mark.parametrize("state", list(EngineState))
def test_what_needs_the_writer_is_never_hidden(state: EngineState) -> None:
    shown = shown_status(EngineStatus(state=state), SuggestionState.DISABLED, on=False).status.state
    hidden = {EngineState.READY, EngineState.THINKING, EngineState.LOADING}
    assert shown is (EngineState.OFF if state in hidden else state)
    assert (
        shown_status(EngineStatus(state=state), SuggestionState.IDLE, on=True).status.state is state
    )


# --- messages ---


@pytest.fixture
def area(qtbot: QtBot) -> MessageArea:
    area = MessageArea(load_themes()["light"])
    qtbot.addWidget(area)
    return area


def test_messages_stand_below_each_other_and_close_alone(area: MessageArea, qtbot: QtBot) -> None:
    area.show_notice(Notice(text="one"))
    area.show_notice(Notice(text="two"))
    area.show_notice(Notice(text="one"))
    assert area.texts == ["one", "two"]
    qtbot.mouseClick(area.bars[0].buttons[-1], Qt.MouseButton.LeftButton)
    assert area.texts == ["two"]
    qtbot.mouseClick(area.bars[0].buttons[-1], Qt.MouseButton.LeftButton)
    assert area.isHidden()


def test_a_message_of_the_same_key_takes_the_place(area: MessageArea) -> None:
    area.show_notice(Notice(text="10 %", key="model"))
    bar = area.bars[0]
    button = bar.buttons[0]
    area.show_notice(Notice(text="20 %", key="model"))
    assert (area.texts, area.bars, bar.buttons[0]) == (["20 %"], [bar], button)
    area.dismiss("model")
    assert area.texts == []


def test_only_the_newest_stay(area: MessageArea) -> None:
    for number in range(MOST_AT_ONCE + 2):
        area.show_notice(Notice(text=str(number)))
    assert area.texts == [str(number) for number in range(2, MOST_AT_ONCE + 2)]


def test_an_act_is_done_once_and_may_stay(area: MessageArea, qtbot: QtBot) -> None:
    done: list[str] = []
    area.show_notice(
        Notice(
            text="so",
            acts=(
                NoticeAction(label="Copy", do=lambda: done.append("copy"), stays=True),
                NoticeAction(label="Go", do=lambda: done.append("go")),
            ),
        )
    )
    for at in (0, 0, 1):
        qtbot.mouseClick(area.bars[0].buttons[at], Qt.MouseButton.LeftButton)
    assert done == ["copy", "copy", "go"]
    assert area.texts == []


# --- a mistake inside ---

SECRET = "a line of the manuscript"


def raise_error() -> None:
    raise KeyError(SECRET)


@pytest.mark.expects_warnings
def test_an_error_inside_is_told_with_a_report_that_holds_no_text(open_it: OpenIt) -> None:
    program = open_it()
    try:
        raise_error()
    except KeyError:
        logging.getLogger("cowrite.settings.logs").critical("nobody", exc_info=sys.exc_info())
    assert "Your text is safe" in program.window.messages.texts[-1]
    program.click_message("Copy report")
    report = QApplication.clipboard().text()
    assert "builtins.KeyError" in report
    assert "raise_error" in report
    assert SECRET not in report
    assert any("Your text is safe" in text for text in program.window.messages.texts)


def test_the_report_names_causes() -> None:
    try:
        try:
            raise_error()
        except KeyError as error:
            raise UserError(SECRET) from error
    except UserError as error:
        report = report_of(error, error.__traceback__, "main")
    assert "UserError after KeyError" in report
    assert SECRET not in report


@pytest.mark.expects_warnings
def test_an_error_while_showing_an_error_ends_there(qtbot: QtBot) -> None:
    reports = ErrorReports()
    calls: list[str] = []

    def fail_again(sentence: str, _report: str) -> None:
        calls.append(sentence)
        log_an_error()

    reports.happened.connect(fail_again)
    log_an_error()
    assert len(calls) == 1
    reports.close()


def log_an_error() -> None:
    try:
        raise_error()
    except KeyError:
        logging.getLogger("cowrite.test").critical("nobody", exc_info=True)


# --- the log of decisions ---


@pytest.mark.expects_warnings
def test_a_log_of_a_newer_version_leaves_the_editor_working(open_it: OpenIt, paths: Paths) -> None:
    open_it().close()
    connection = sqlite3.connect(paths.decision_log)
    connection.execute("PRAGMA user_version = 9999")
    connection.close()
    program = open_it()
    program.until(lambda: any("newer" in text for text in program.window.messages.texts))
    program.type("on")
    assert program.page.text() == "on"


@pytest.mark.parametrize("keys", ["Ctrl+,", "F1"])
def test_a_window_beside_the_page_is_there_once(open_it: OpenIt, keys: str) -> None:
    """Pressed again, its key brings it forward."""
    program = open_it()
    for _ in range(2):
        program.window.activateWindow()
        program.page.setFocus()
        combination = QKeySequence(keys)[0]
        QTest.keyClick(
            program.window.windowHandle(), combination.key(), combination.keyboardModifiers()
        )
    shown = [each for each in program.window.findChildren(QDialog) if each.isVisible()]
    assert len(shown) == 1
    shown[0].close()


def test_no_click_in_the_window_takes_the_keyboard_from_the_page(open_it: OpenIt) -> None:
    program = open_it()
    program.program.manager.tell("Something to read.")
    takes_it = [
        each
        for each in program.window.findChildren(QWidget)
        if each.window() is program.window
        and each.focusPolicy() & Qt.FocusPolicy.ClickFocus
        and not isinstance(each, QMenuBar)
        and each is not program.page
        and not program.page.isAncestorOf(each)
    ]
    assert takes_it == []
