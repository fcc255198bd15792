"""The check in a real window: its list follows the text, jumps, dismisses and marks, and rests while it is hidden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from cowrite.app.passages.asking import PassageAsking
from cowrite.app.passages.reader_questions import WindowReaderQuestions
from cowrite.check.findings import DEFAULT_KINDS, Kind
from cowrite.editor.page.layer_ranges import Layer
from cowrite.editor.panels.check.check_panel import NOTHING, CheckPanel
from cowrite.editor.panels.check.commands import PANEL_ID
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.settings.preferences import Preferences

STORY = """# One

He stayed due to the fact that it rained 🦊. `due to the fact that`

“Come in, he said.

And so he came, and nobody did anything about it.
"""
Key = Qt.Key


@pytest.fixture
def story(open_it: OpenIt, tmp_path: Path) -> OpenProgram:
    file = tmp_path / "story.md"
    file.write_text(STORY, "utf-8")
    return open_it(files=[file])


def check(program: OpenProgram) -> CheckPanel:
    program.window.side_panels.show(PANEL_ID)
    panel = program.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, CheckPanel)
    program.until(lambda: panel.is_settled)
    return panel


def check_that_is_shown(program: OpenProgram) -> CheckPanel:
    panel = program.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, CheckPanel)
    program.until(lambda: panel.is_settled)
    return panel


def kinds(panel: CheckPanel) -> list[str]:
    return [row.finding.kind for row in panel.list.rows]


def marked(program: OpenProgram) -> list[str]:
    """What has a line below it."""
    page = program.window.active_view.page
    found, block = [], page.document().begin()
    while block.isValid():
        provider = page.layers._providers.get(Layer.CHECK)
        units = block.text().encode("utf-16-le")
        found += [
            units[2 * each.start : 2 * each.end].decode("utf-16-le")
            for each in (provider(block) if provider else ())
        ]
        block = block.next()
    return found


def test_the_kinds_of_the_settings_are_those_that_are_precise() -> None:
    assert Preferences().check_kinds == tuple(kind.value for kind in DEFAULT_KINDS)


def test_what_matters_most_comes_first_and_code_is_left_alone(story: OpenProgram) -> None:
    panel = check(story)
    assert kinds(panel) == ["quote", "filler"]
    assert panel.said.text() == "2 findings"
    assert marked(story) == ["due to the fact that", "“Come"]


def test_a_click_jumps_to_the_place(story: OpenProgram) -> None:
    panel = check(story)
    panel.list.itemClicked.emit(panel.list.item(1))
    assert story.window.active_view.page.textCursor().selectedText() == "due to the fact that"


def test_keys_go_through_the_text(story: OpenProgram) -> None:
    story.window.side_panels.hide(PANEL_ID)
    commands = story.window.findChild(WindowCommands)
    assert isinstance(commands, WindowCommands)
    registry = commands.registry
    registry.run("check.next")  # shows the list, and goes on once there is one
    story.until(lambda: story.window.active_view.page.textCursor().hasSelection())
    panel = check(story)
    page = story.window.active_view.page
    page.moveCursor(page.textCursor().MoveOperation.Start)
    words = []
    for command in ("check.next", "check.next", "check.previous", "check.previous"):
        registry.run(command)
        words.append(page.textCursor().selectedText())
    assert words == ["due to the fact that", "“Come", "due to the fact that", "“Come"]
    assert panel.list.current is not None


def test_who_writes_on_meanwhile_is_not_taken_away(story: OpenProgram) -> None:
    commands = story.window.findChild(WindowCommands)
    assert isinstance(commands, WindowCommands)
    page = story.page
    page.moveCursor(page.textCursor().MoveOperation.Start)
    commands.registry.run("check.next")
    page.type_text("x")
    check_that_is_shown(story)
    assert page.caret() == 1
    assert not page.textCursor().hasSelection()


def test_what_is_mended_goes_and_what_is_written_comes(story: OpenProgram) -> None:
    panel = check(story)
    page = story.window.active_view.page
    panel.go(1)
    page.type_text("because")
    assert "due to the fact that" not in marked(story)
    story.until(lambda: panel.is_settled and kinds(panel) == ["quote"])
    page.moveCursor(page.textCursor().MoveOperation.End)
    page.type_text("Needless to say, he left.")
    story.until(lambda: kinds(panel) == ["quote", "filler"])


def test_what_is_dismissed_stays_so_and_comes_back_when_asked(
    story: OpenProgram, tmp_path: Path
) -> None:
    panel = check(story)
    panel.list.setCurrentRow(1)
    QTest.keyClick(panel.list, Key.Key_Delete)
    assert kinds(panel) == ["quote"]
    assert panel.said.text() == "1 finding (1 dismissed)"
    assert marked(story) == ["“Come"]
    file = story.paths.check_file
    story.until(file.exists)
    assert "fact" not in file.read_text()
    (keys,) = json.loads(file.read_text())["documents"].values()
    assert len(keys) == 1
    panel.bring_back_button.click()
    assert kinds(panel) == ["quote", "filler"]


def test_the_writer_chooses_kinds(story: OpenProgram) -> None:
    panel = check(story)
    panel._fill_kinds()
    action = next(each for each in panel.kinds_menu.actions() if each.data() == Kind.QUOTE)
    action.trigger()
    assert kinds(panel) == ["filler"]
    assert Kind.QUOTE not in story.program.manager.preferences.check_kinds


def test_hidden_it_does_nothing(story: OpenProgram) -> None:
    panel = check(story)
    story.window.side_panels.hide(PANEL_ID)
    assert marked(story) == []
    assert not panel.is_settled


def test_nothing_to_find(open_it: OpenIt) -> None:
    program = open_it()
    commands = program.window.findChild(WindowCommands)
    assert isinstance(commands, WindowCommands)
    commands.registry.run("check.next")
    panel = check_that_is_shown(program)
    assert program.page.hasFocus()  # who asks for the next finding writes on
    assert panel.said.text() == NOTHING
    assert panel.list.rows == []


def test_a_reader_asks_only_where_the_model_does_that_well(
    story: OpenProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = check(story)
    assert panel.reader_button.isHidden()
    offered, asked = [True], list[str]()
    monkeypatch.setattr(WindowReaderQuestions, "is_offered", lambda _: offered[0])
    monkeypatch.setattr(
        PassageAsking,
        "begin",
        lambda _, offer, told, passage: asked.append(f"{offer.task.name}: {passage.text}"),
    )
    page = story.window.active_view.page

    def status_changed() -> None:
        story.program.bridge.status_changed.emit(story.program.bridge.status)

    page.moveCursor(QTextCursor.MoveOperation.End)
    page.type_text("More.")
    status_changed()
    story.until(lambda: not panel.reader_button.isHidden())
    QTest.mouseClick(panel.reader_button, Qt.MouseButton.LeftButton)
    assert asked == ["questions: More."]
    assert page.hasFocus()
    offered[0] = False
    check(story)
    assert panel.reader_button.isHidden()
