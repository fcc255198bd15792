"""A screen reader finds a name and a role for everything in every window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication
from support.accessible_tree import focused, nameless, roleless, traps, valueless, visible_windows

from cowrite.editor.common.accessible_role import tell_roles
from cowrite.editor.shell.window_commands import WindowCommands

OpenIt = Callable[..., OpenProgram]
SHOWN_BY = (
    "answers.show", "check.show", "file.export", "file.print", "find.in_files", "find.replace", "find.show",
    "goals.show", "help.about", "help.keys", "history.show", "insights.show",
    "notes.show", "outline.show", "palette.show",
    "models.show", "personalization.show",
    "privacy.show", "project.show", "replay.show", "settings.show", "shortcuts.show",
    "server.show", "spelling.words", "switcher.show", "view.counts", "voice.show", "passage.choose", "view.authorship",
)  # fmt: skip


@pytest.fixture(autouse=True)
def a_screen_reader_listens() -> Iterator[None]:
    tell_roles()
    before = QAccessible.isActive()
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(before)


@pytest.fixture
def program(open_it: OpenIt, tmp_path: Path) -> OpenProgram:
    path = tmp_path / "story.md"
    path.write_text("# One\n\nThe harbor slept very very long.\n\n# Two\n\nHe left.\n", "utf-8")
    return open_it(files=[path])


def what_is_missing() -> list[str]:
    return [
        each
        for window in visible_windows()
        for each in (*nameless(window), *roleless(window), *valueless(window), *traps(window))
    ]


def who_has_the_keyboard() -> set[object]:
    return {each for window in visible_windows() for each in focused(window)}


def test_the_window(program: OpenProgram) -> None:
    assert what_is_missing() == []
    assert who_has_the_keyboard() == {program.page}


@pytest.mark.parametrize("command", SHOWN_BY)
def test_what_a_command_shows(program: OpenProgram, command: str) -> None:
    program.window.findChild(WindowCommands).registry.run(command)
    program.until_settled()
    program.qtbot.wait(50)
    assert what_is_missing() == []
    assert who_has_the_keyboard() == {QApplication.focusWidget()} - {None}
