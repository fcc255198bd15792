"""Goals in a real window: what was typed today, and nothing that was pasted, loaded or private."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram
from PySide6.QtWidgets import QApplication

from cowrite.editor.panels.goals.commands import PANEL_ID
from cowrite.editor.panels.goals.goals_panel import GoalsPanel
from cowrite.settings.paths import Paths


def goals(program: OpenProgram) -> GoalsPanel:
    program.window.side_panels.show(PANEL_ID)
    panel = program.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, GoalsPanel)
    program.page.setFocus()
    return panel


def counted(program: OpenProgram, words: int) -> None:
    program.until(lambda: program.window.counts.words == words)


def open_story(open_it: OpenIt, tmp_path: Path) -> OpenProgram:
    file = tmp_path / "story.md"
    file.write_text("Three words here ")
    program = open_it(files=[file])
    counted(program, 3)
    program.press_keys("Ctrl+End")
    return program


def test_what_is_typed_counts_and_what_is_pasted_does_not(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_story(open_it, tmp_path)
    panel = goals(program)
    assert panel.today.text() == "0 words today"
    program.type("and two ")
    program.until(lambda: panel.today.text() == "2 words today")
    QApplication.clipboard().setText("a pasted one ")
    program.press_keys("Ctrl+V")
    counted(program, 8)
    program.type("more ")
    program.until(lambda: panel.today.text() == "3 words today")
    assert panel.document.text() == "9 words in this document"


def test_goals_are_shown_kept_and_private(open_it: OpenIt, tmp_path: Path, paths: Paths) -> None:
    program = open_story(open_it, tmp_path)
    panel = goals(program)
    panel.today_goal.setValue(500)
    panel.document_goal.setValue(80000)
    assert program.program.manager.preferences.daily_goal == 500
    assert panel.today.text() == "0 of 500 words today"
    assert panel.document.text() == "3 of 80,000 words in this document"
    assert not panel.today_bar.isHidden()
    program.type("x ")
    program.until(lambda: panel.today.text() == "1 of 500 words today")
    program.close()
    kept = json.loads(paths.progress_file.read_text())
    assert list(kept["words"].values()) == [1]
    assert list(kept["goals"].values()) == [80000]
    assert stat.S_IMODE(paths.progress_file.stat().st_mode) == 0o600


def test_a_private_document_is_not_counted(open_it: OpenIt) -> None:
    program = open_it()
    program.press_keys("Ctrl+Shift+N")
    program.until(lambda: program.window.is_private)
    panel = goals(program)
    program.type("secret words ")
    counted(program, 2)
    assert panel.today.text() == "0 words today"
    assert not panel.document_goal.isEnabled()
    program.window.active_view.document.set_modified(False)  # so that nobody is asked


def test_erasing_everything_forgets_it(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_story(open_it, tmp_path)
    panel = goals(program)
    program.type("two words ")
    program.until(lambda: panel.today.text() == "2 words today")
    program.program._shared.progress.forget((), everything=True)
    assert panel.today.text() == "0 words today"


@pytest.mark.expects_warnings
def test_a_damaged_history_is_set_aside(open_it: OpenIt, paths: Paths) -> None:
    paths.progress_file.parent.mkdir(parents=True, exist_ok=True)
    paths.progress_file.write_text("no history")
    program = open_it()
    assert goals(program).today.text() == "0 words today"
    assert list(paths.progress_file.parent.glob("progress*"))
    program.close()
