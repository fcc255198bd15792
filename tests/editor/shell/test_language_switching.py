"""Another language while the program runs: every window speaks it at once, and nothing that was there is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram, choose
from PySide6.QtCore import QLocale, QPoint, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
)

from cowrite.app.language.qt_texts import speak
from cowrite.base.text_changes import ChangeKind
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.common.show_dialog import COMMAND
from cowrite.editor.page.split.split_page import Split
from cowrite.editor.panels.about.about_dialog import show_licences
from cowrite.editor.panels.about.licences_window import LicencesWindow
from cowrite.editor.panels.find.finder import Finder
from cowrite.editor.panels.palette.palette import CommandPalette
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.editor.shell.welcome import Welcome
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.editor.writing.markdown_commands import heading_ids
from cowrite.localization import current, tr, use
from cowrite.localization.languages import CHINESE, ENGLISH
from cowrite.settings.language import LANGUAGE_VARIABLE
from cowrite.settings.paths import Paths

TEXT = "One line.\n" * 200


@pytest.fixture(autouse=True)
def the_preference_decides(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(LANGUAGE_VARIABLE, raising=False)
    locale = QLocale()
    yield
    use(ENGLISH)
    speak(qapp, ENGLISH)
    QLocale.setDefault(locale)


@pytest.fixture
def english(open_it: OpenIt, paths: Paths) -> OpenProgram:
    choose(paths, language=ENGLISH)
    return open_it()


def switch(program: OpenProgram, language: str) -> None:
    before = program.windows
    program.program.manager.change(language=language)
    program.until(lambda: current() == language)
    program.until(lambda: not set(before) & set(program.windows))
    QTest.qWait(0)


def run(program: OpenProgram, command: str) -> None:
    commands = program.window.findChild(WindowCommands)
    assert isinstance(commands, WindowCommands)
    commands.registry.run(command)


def menus(program: OpenProgram) -> list[str]:
    return [action.text() for action in program.window.menuBar().actions()]


def dialog(program: OpenProgram, command: str) -> QDialog:
    shown = program.window.findChildren(QDialog)
    return next(each for each in shown if each.property(COMMAND) == command)


def test_menus_speak_it_at_once_and_go_back(english: OpenProgram) -> None:
    assert menus(english)[0] == "&File"
    switch(english, CHINESE)
    assert menus(english)[0] == "文件(&F)"
    file = english.window.menuBar().actions()[0].menu()
    assert isinstance(file, QMenu)
    assert "保存(&S)" in [entry.text() for entry in file.actions()]
    assert english.page.accessibleName() == "页面"
    switch(english, ENGLISH)
    assert menus(english)[0] == "&File"
    assert english.page.accessibleName() == "Page"


def test_text_undo_caret_selection_and_scroll_stay(english: OpenProgram) -> None:
    document = english.window.active_view.document
    document.edit(0, 0, TEXT, ChangeKind.PASTED)
    english.type("mine")
    view = english.window.active_view
    cursor = view.page.textCursor()
    cursor.setPosition(40)
    cursor.setPosition(60, QTextCursor.MoveMode.KeepAnchor)
    view.page.setTextCursor(cursor)
    view.set_scroll(200)
    before, identity = document.text(), document.document_id
    switch(english, CHINESE)
    english.until(lambda: view.scroll == 200)
    assert english.window.active_view is view
    assert view.document is document
    assert (document.text(), document.document_id, document.is_modified) == (before, identity, True)
    cursor = english.page.textCursor()
    assert (cursor.anchor(), cursor.position()) == (40, 60)
    english.until(english.page.hasFocus)
    document.undo()
    assert document.text() == TEXT
    document.undo()
    assert document.text() == ""


def test_it_is_typed_on_and_saved_as_before(english: OpenProgram, tmp_path: Path) -> None:
    english.type("before ")
    switch(english, CHINESE)
    english.type("after")
    english.dialogs.save = tmp_path / "text.txt"
    run(english, "file.save")
    english.until_settled()
    assert (tmp_path / "text.txt").read_text() == "before after"
    assert english.dialogs.asked == ["save"]  # nobody was asked because a window went


def test_two_windows_and_their_tabs(english: OpenProgram, tmp_path: Path) -> None:
    choosing = english.program.manager
    choosing.change(open_in="tabs")
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(name)
    english.finish(choosing.open_paths([tmp_path / "a.txt", tmp_path / "b.txt"]))
    english.until_settled()
    choosing.change(open_in="windows")
    english.finish(choosing.open_paths([tmp_path / "c.txt"]))
    english.until_settled()

    def names() -> list[tuple[str, list[str]]]:
        return [
            (window.active_view.document.name, [view.document.name for view in window.views])
            for window in english.windows
        ]

    before = names()
    recent = [[view.document.name for view in window.stack.recent] for window in english.windows]
    for number, window in enumerate(english.windows):
        window.setGeometry(60 + 40 * number, 60, 400, 300)
    QTest.qWait(0)
    geometry = [window.geometry() for window in english.windows]
    assert len(before) == 2
    switch(english, CHINESE)
    assert names() == before
    assert [[v.document.name for v in w.stack.recent] for w in english.windows] == recent
    assert [window.geometry() for window in english.windows] == geometry
    assert all(window.isVisible() for window in english.windows)
    assert choosing.closed_tabs.is_empty


def test_a_private_document_stays_private_and_keeps_its_notes(english: OpenProgram) -> None:
    english.program.manager.open_new(private=True)
    english.type("secret")
    run(english, "notes.show")
    english.window.side_panels.made["notes"].findChild(QPlainTextEdit).setPlainText("to myself")
    switch(english, CHINESE)
    assert english.window.is_private
    assert english.window.active_view.document.text() == "secret"
    assert english.window.windowTitle().endswith(" – 私密 – Cowrite")
    notes = english.window.side_panels.made["notes"].findChild(QPlainTextEdit)
    assert notes.toPlainText() == "to myself"
    english.window.active_view.document.set_modified(False)


def test_notes_that_the_disk_has_not_got_yet(english: OpenProgram) -> None:
    run(english, "notes.show")
    english.until_settled()
    field = english.window.side_panels.made["notes"].findChild(QPlainTextEdit)
    field.setFocus()
    QTest.keyClicks(field, "a thought")
    switch(english, CHINESE)
    field = english.window.side_panels.made["notes"].findChild(QPlainTextEdit)
    english.until_settled()
    assert field.toPlainText() == "a thought"
    assert field.hasFocus()


def test_a_split_page_stays_split(english: OpenProgram) -> None:
    english.window.active_view.document.edit(0, 0, TEXT, ChangeKind.PASTED)
    english.window.active_view.pane.switch(Split.ABOVE_AND_BELOW)
    switch(english, CHINESE)
    pane = english.window.active_view.pane
    assert pane.split is Split.ABOVE_AND_BELOW
    assert pane.other is not None
    assert pane.other.accessibleName() == "页面的另一半"


def test_the_find_bar_goes_on_where_it_was(english: OpenProgram) -> None:
    english.window.active_view.document.edit(0, 0, TEXT, ChangeKind.PASTED)
    run(english, "find.replace")
    before = english.window.findChild(Finder)
    assert isinstance(before, Finder)
    before.bar.field.setText("LINE")
    before.bar.case.setChecked(False)
    before.bar.words.setChecked(True)
    before.bar.replacement.setText("row")
    english.until(lambda: before.hits is not None and not before.hits.is_searching)
    before.go_next()
    current_hit = before.hits.current if before.hits is not None else None
    assert current_hit is not None
    query = before.bar.query
    switch(english, CHINESE)
    after = english.window.findChild(Finder)
    assert isinstance(after, Finder)
    assert after is not before
    assert after.is_shown
    assert after.bar.replaces
    assert after.bar.query == query
    assert after.bar.becomes.text == "row"
    english.until(lambda: after.hits is not None and not after.hits.is_searching)
    assert after.hits is not None
    assert after.hits.current == current_hit


def test_panels_and_marks_stay(english: OpenProgram) -> None:
    english.window.active_view.document.edit(0, 0, "# One\n\n# Two\n", ChangeKind.PASTED)
    run(english, "outline.show")
    run(english, "goals.show")
    run(english, "view.authorship")
    switch(english, CHINESE)
    panels = english.window.side_panels
    assert panels.shown("outline")
    assert panels.shown("goals")
    assert english.window.renewals.hand_over() == {"origins": True}


def test_settings_come_back_at_the_same_place(english: OpenProgram) -> None:
    run(english, "settings.show")
    before = dialog(english, "settings.show")
    assert isinstance(before, SettingsDialog)
    before.activateWindow()
    field = before.fields["language"]
    before.move(QPoint(40, 60))
    before.area.ensureWidgetVisible(field)
    QTest.qWait(0)
    place = before.area.verticalScrollBar().value()
    assert isinstance(field, QComboBox)
    field.setFocus()
    geometry = before.geometry()
    field.setCurrentIndex(field.findData(CHINESE))
    english.until(lambda: current() == CHINESE)
    english.until(lambda: english.window.findChildren(SettingsDialog))
    after = dialog(english, "settings.show")
    assert isinstance(after, SettingsDialog)
    assert after is not before
    assert after.isVisible()
    assert after.geometry() == geometry
    english.until(lambda: after.area.verticalScrollBar().value() == place)
    language = after.fields["language"]
    assert isinstance(language, QComboBox)
    assert language.currentData() == CHINESE
    assert after.focusWidget() is language


def test_what_is_searched_for_in_the_settings_stays(english: OpenProgram) -> None:
    run(english, "settings.show")
    before = dialog(english, "settings.show")
    assert isinstance(before, SettingsDialog)
    before.search.setText("model")
    switch(english, CHINESE)
    after = dialog(english, "settings.show")
    assert isinstance(after, SettingsDialog)
    assert after.search.text() == "model"


def test_a_composition_is_finished_first(english: OpenProgram) -> None:
    event = QInputMethodEvent("ni hao", [])
    QApplication.sendEvent(english.page, event)
    assert english.page.is_composing
    switch(english, CHINESE)
    assert not english.page.is_composing
    assert english.window.active_view.document.text() == "ni hao"


def test_it_waits_until_a_question_is_answered(english: OpenProgram) -> None:
    box = QDialog(english.window)
    box.setModal(True)
    box.show()
    english.program.manager.change(language=CHINESE)
    QTest.qWait(250)
    assert current() == ENGLISH
    box.accept()
    english.until(lambda: current() == CHINESE)
    assert menus(english)[0] == "文件(&F)"


def test_the_engine_goes_on(writing: OpenProgram) -> None:
    engine, bridge = writing.engine, writing.program.bridge
    view = writing.window.active_view
    switch(writing, CHINESE)
    assert writing.engines == [engine]
    assert writing.program.bridge is bridge
    assert writing.window.active_view is view
    assert writing.state_word == "就绪"
    writing.suggest("The cat", " sat down")
    assert writing.page.ghost_text == " sat down"


def test_messages_stay(english: OpenProgram) -> None:
    english.program.manager.tell("Something is to be known.")
    switch(english, CHINESE)
    assert english.window.messages.texts[-1] == "Something is to be known."
    assert english.window.messages.bars[-1].buttons[-1].text() == "关闭"


def test_the_greeting_is_there_again(open_it: OpenIt, paths: Paths) -> None:
    choose(paths, language=ENGLISH, welcomed=False)
    program = open_it()
    assert program.window.findChildren(Welcome)
    switch(program, CHINESE)
    (welcome,) = (each for each in program.window.findChildren(Welcome) if each.isVisible())
    assert welcome.accessibleName() == "欢迎"
    program.type("x")
    assert not welcome.isVisible()


def test_full_screen_stays(english: OpenProgram) -> None:
    run(english, "view.full_screen")
    english.until(english.window.isFullScreen)
    QTest.qWait(0)
    assert english.window.full_screen.is_on
    switch(english, CHINESE)
    english.until(english.window.isFullScreen)
    assert english.window.full_screen.is_on
    english.window.full_screen.leave()
    assert not english.window.isFullScreen()


def test_qt_speaks_it_too(english: OpenProgram, qapp: QApplication) -> None:
    switch(english, CHINESE)
    cancel = QDialogButtonBox.StandardButton.Cancel
    box = QDialogButtonBox(cancel)
    assert box.button(cancel).text() == "取消"
    field = QLineEdit()
    assert any("粘贴" in entry.text() for entry in field.createStandardContextMenu().actions())
    assert QLocale().language() == QLocale.Language.Chinese
    files = QFileDialog()
    files.setOption(QFileDialog.Option.DontUseNativeDialog)
    says = [label.text() for label in files.findChildren(QLabel)]
    assert all(re.search(r"[\u4e00-\u9fff]", text) for text in says), says
    switch(english, ENGLISH)
    assert QDialogButtonBox(cancel).button(cancel).text() in ("Cancel", "&Cancel")
    assert QLocale().language() != QLocale.Language.Chinese


def test_there_and_back_at_once_changes_nothing(english: OpenProgram) -> None:
    window = english.window
    english.program.manager.change(language=CHINESE)
    english.program.manager.change(language=ENGLISH)
    done: list[bool] = []
    QTimer.singleShot(50, lambda: done.append(True))
    english.until(lambda: done)
    assert english.window is window


def test_unsaved_text_is_in_the_journal_as_before(english: OpenProgram, paths: Paths) -> None:
    english.type("kept for a crash")
    english.program.manager.keep_everything()
    english.program.journal_writer.wait_until_idle()
    before = sorted(path.name for path in paths.journal_dir.iterdir())
    switch(english, CHINESE)
    english.type("!")
    english.program.manager.keep_everything()
    english.program.journal_writer.wait_until_idle()
    assert sorted(path.name for path in paths.journal_dir.iterdir()) == before
    (file,) = paths.journal_dir.iterdir()
    assert "kept for a crash!" in file.read_text()


def test_the_keyboard_goes_to_the_page(english: OpenProgram) -> None:
    switch(english, CHINESE)
    for key in (Qt.Key.Key_A, Qt.Key.Key_B, Qt.Key.Key_C):
        english.press(key)
    assert english.window.active_view.document.text() == "abc"
    english.press(Qt.Key.Key_Backspace)
    assert english.window.active_view.document.text() == "ab"


def test_messages_and_their_buttons_are_said_again(english: OpenProgram) -> None:
    done: list[str] = []
    acts = (NoticeAction(label=tr("Save as UTF-8"), do=lambda: done.append("saved")),)
    english.window.show_notice(Notice(text=tr("Saved as {name}.", name="a.pdf"), acts=acts))
    switch(english, CHINESE)
    (bar,) = (each for each in english.window.messages.bars if "a.pdf" in each.text)
    assert bar.text == "已保存为 a.pdf。"
    assert [button.text() for button in bar.buttons] == ["以 UTF-8 保存", "关闭"]
    bar.buttons[0].click()
    assert done == ["saved"]


def test_the_licences_stay_open(english: OpenProgram) -> None:
    show_licences(english.window)
    (before,) = english.window.findChildren(LicencesWindow)
    before._wanted.setText("folder")
    switch(english, CHINESE)
    english.until(lambda: english.window.findChildren(LicencesWindow))
    (now,) = english.window.findChildren(LicencesWindow)
    assert now.windowTitle() == "许可证"
    assert now._wanted.text() == "folder"


def test_commands_are_found_by_their_english_names(english: OpenProgram) -> None:
    switch(english, CHINESE)
    run(english, "palette.show")
    (palette,) = english.window.findChildren(CommandPalette)
    for typed, wanted in (("word count", "view.counts"), ("heading 2", heading_ids()[1])):
        assert palette.found(typed)[0].id == wanted
    assert palette.found("字数")[0].id == "view.counts"
