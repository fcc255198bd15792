"""One switch removes everything of AI, in every window and at once, and brings it back."""

from __future__ import annotations

import threading
from dataclasses import astuple

from open_program import OpenIt, OpenProgram, choose, put_model
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QDialog, QLabel, QWidget

from cowrite.decisions.reader import document_paths, tail
from cowrite.editor.panels.palette.palette import CommandPalette
from cowrite.editor.panels.privacy.privacy_dialog import WITHOUT_AI, PrivacyDialog
from cowrite.editor.panels.settings.setting_strings import OF_ASSISTANCE
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog
from cowrite.editor.panels.shortcuts.shortcuts_dialog import ShortcutsDialog
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.engine.messages import EngineState
from cowrite.settings.paths import Paths

WORDS = (
    "suggest", "model", "ai", "learn", "personaliz", "insight", "replay", "snooze",
    "accept", "authorship legend",
)  # fmt: skip


def menu_titles(window: EditorWindow) -> list[str]:
    return [
        action.text().replace("&", "")
        for action in window.menuBar().actions()
        if action.isVisible()
    ]


def visible_entries(window: EditorWindow) -> list[str]:
    """Every entry that a writer can see in the menu bar."""
    found: list[str] = []

    def walk(actions: list[QAction]) -> None:
        for action in actions:
            if not action.isVisible() or action.isSeparator():
                continue
            menu = action.menu()
            found.append(action.text().replace("&", "").split("\t")[0])
            if menu is not None:
                walk(menu.actions())  # type: ignore[attr-defined]

    walk(window.menuBar().actions())
    return found


OF_SPELLING = "Suggestions for this word"


def names_assistance(text: str) -> bool:
    if text == OF_SPELLING:
        return False
    words = text.casefold().replace("…", "").split()
    return any(word.startswith(start) for word in words for start in WORDS if start != "ai") or (
        "ai" in words
    )


def without(open_it: OpenIt, paths: Paths) -> OpenProgram:
    put_model(paths)
    choose(paths, assistance=False)
    return open_it()


def test_nothing_of_a_model_is_started_or_shown(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    program.type("The old light")
    program.press_keys("Alt+\\")
    assert program.engines == []
    assert program.window.messages.texts == []
    assert program.program.bridge.status.state is EngineState.OFF
    line = program.window.status_line
    shown = [child for child in line.findChildren(QCheckBox) if child.isVisible()]
    assert shown == []
    assert not line._state.isVisible()
    assert not line._dot.isVisible()
    assert not program.window.hint.isVisible()
    assert line.message == ""
    assert program.page.ghost_text == ""
    names = {thread.name for thread in threading.enumerate()}
    assert not any("engine" in name for name in names)


def test_no_entry_of_any_menu_names_it(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    assert menu_titles(program.window) == ["File", "Edit", "Format", "View", "Help"]
    named = [each for each in visible_entries(program.window) if names_assistance(each)]
    assert named == []
    program.program.manager.change(assistance=True)
    assert "Suggestions" in menu_titles(program.window)
    named = [each for each in visible_entries(program.window) if names_assistance(each)]
    assert {"Suggestions", "Suggest while I write", "Insights…", "Personalize…"} <= set(named)


def test_the_lists_of_commands_follow(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    program.press_keys("Ctrl+Shift+P")
    (palette,) = (p for p in program.window.findChildren(CommandPalette) if p.isVisible())
    rows = [palette.model.row(at) for at in range(palette.model.rowCount())]
    assert rows
    assert not any(names_assistance(row.text) for row in rows if row is not None)
    palette.leave()
    program.menu_action("Help", "Change shortcuts…").trigger()
    dialog = program.window.findChild(ShortcutsDialog)
    shown = {item.text(0) for item in dialog._items() if not item.isHidden()}
    assert "Save" in shown
    assert not any(map(names_assistance, shown))
    program.program.manager.change(assistance=True)
    shown = {item.text(0) for item in dialog._items() if not item.isHidden()}
    assert "Turn suggestions on or off" in shown
    dialog.close()


def test_a_key_of_it_does_nothing_and_can_be_given_away(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    registry = program.window.findChild(WindowCommands).registry
    for command_id in ("suggestion.switch", "view.authorship", "insights.show", "model.install"):
        registry.run(command_id)
    program.press_keys("F9")
    program.press_keys("F8")
    assert program.program.manager.preferences.suggestions
    assert not any(dialog.isVisible() for dialog in program.window.findChildren(QDialog))
    program.type("one")
    program.press(Qt.Key.Key_Tab)
    assert program.page.text() == "one\t"


def test_the_settings_offer_the_switch_alone(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    program.program.side.show_settings(program.window)
    dialog = program.window.findChild(SettingsDialog)
    shown = {name for name, row in dialog.rows.items() if row.isVisible()}
    assert not shown & OF_ASSISTANCE
    assert {"assistance", "theme", "autosave", "excluded"} <= shown
    assert not names_assistance(dialog.rows["excluded"].label.text())
    dialog.search.setText("model")
    assert [name for name, row in dialog.rows.items() if row.isVisible()] == ["assistance"]
    dialog.search.clear()
    box = dialog.fields["assistance"]
    QTest.mouseClick(box, Qt.MouseButton.LeftButton)
    shown = {name for name, row in dialog.rows.items() if row.isVisible()}
    assert shown >= OF_ASSISTANCE
    assert "suggested" in dialog.rows["excluded"].label.text()
    program.until(lambda: program.engines)
    dialog.close()


def test_switching_it_off_ends_all_that_is_there_and_switching_it_on_brings_it_back(
    writing: OpenProgram,
) -> None:
    engine = writing.engine
    writing.menu_action("View", "Show authorship").trigger()
    writing.suggest("The old light", "house")
    writing.menu_action("Suggestions", "Remove all AI").trigger()
    assert writing.page.ghost_text == ""
    assert writing.program.bridge.status.state is EngineState.OFF
    assert engine.is_stopped
    assert any("All AI is gone" in text for text in writing.window.messages.texts)
    assert not writing.window.status_line._state.isVisible()
    assert not writing.window.hint.isVisible()
    writing.type(" stays")
    assert writing.page.text() == "The old light stays"
    writing.program.manager.change(assistance=True)
    writing.until_ready()
    assert len(writing.engines) == 2
    assert writing.window.status_line._state.isVisible()
    assert "Suggestions" in menu_titles(writing.window)


def test_what_it_opened_goes_with_it(writing: OpenProgram) -> None:
    writing.program.side.show_insights(writing.window)
    writing.program.side.show_replay(writing.window)
    assert any(dialog.isVisible() for dialog in writing.window.findChildren(QDialog))
    writing.program.manager.change(assistance=False)
    writing.until(lambda: not any(d.isVisible() for d in writing.window.findChildren(QDialog)))


def test_every_window_follows(open_it: OpenIt) -> None:
    program = open_it()
    program.program.manager.open_new()
    for wanted in (False, True):
        program.program.manager.change(assistance=wanted)
        for window in program.windows:
            assert ("Suggestions" in menu_titles(window)) is wanted
            assert window.status_line._state.isVisible() is wanted
    program.program.manager.change(assistance=False)
    program.program.manager.open_new()
    assert "Suggestions" not in menu_titles(program.window)
    assert not program.window.status_line._state.isVisible()


def test_no_decision_is_stored_but_where_the_text_is_from(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    program.type("Written without help.")
    program.window.active_view.suggestions.recorder.flush()
    program.program.decisions.flush()
    assert tail(paths.decision_log, 10) == []
    assert document_paths(paths.decision_log), (
        "the documents are known, for where their text is from"
    )


def sentences(window: QWidget) -> list[str]:
    """All that can be read in a window of labels and buttons, and what is said about its parts."""
    parts = [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
    return [each.text() for each in parts] + [each.toolTip() for each in parts]


def test_the_list_of_keys_tells_nothing_of_it(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    program.menu_action("Help", "Keyboard shortcuts").trigger()
    shown = [each for each in program.window.findChildren(QDialog) if each.isVisible()]
    told = [text for dialog in shown for text in sentences(dialog)]
    assert told
    assert [text for text in told if text and names_assistance(text)] == []
    for dialog in shown:
        dialog.close()


def test_privacy_tells_nothing_of_it(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    program.program.side.show_privacy(program.window)
    dialog = program.window.findChild(PrivacyDialog)
    told = sentences(dialog) + list(astuple(WITHOUT_AI))
    assert [text for text in told if text and names_assistance(text)] == []
    dialog.close()


def test_a_private_window_tells_nothing_of_it(open_it: OpenIt, paths: Paths) -> None:
    program = without(open_it, paths)
    program.program.manager.open_new(private=True)
    told = sentences(program.window.status_line)
    assert any("crash recovery" in text for text in told)
    assert [text for text in told if text and names_assistance(text)] == []
    program.window.close()


def test_what_was_said_of_its_end_goes_when_it_is_back(open_it: OpenIt, paths: Paths) -> None:
    program = open_it()
    program.window.findChild(WindowCommands).registry.run("assistance.remove")
    assert any("All AI is gone" in text for text in program.window.messages.texts)
    program.program.manager.change(assistance=True)
    assert not any("All AI is gone" in text for text in program.window.messages.texts)
