"""The history panel: earlier versions are listed, compared, restored whole or by passage, named and deleted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram, choose
from PySide6.QtCore import Qt

from cowrite.base.text_changes import ChangeKind
from cowrite.documents.versions.snapshots import Reason, SnapshotStore
from cowrite.editor.dialogs.dialogs import Erase, Unsaved
from cowrite.editor.document import document_history
from cowrite.editor.panels.history.history_panel import HistoryPanel
from cowrite.settings.paths import Paths

OpenIt = Callable[..., OpenProgram]
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
THEN = "The lion slept.\n\nNobody came.\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(THEN, "utf-8")
    return path


def panel_of(program: OpenProgram) -> HistoryPanel:
    if not program.window.side_panels.shown("history"):
        program.press(Key.Key_F12)
    panel = program.window.side_panels.widget("history")
    assert isinstance(panel, HistoryPanel)
    return panel


def lines(panel: HistoryPanel) -> list[str]:
    return [panel.list.item(row).text() for row in range(panel.list.count())]


def snapshots(program: OpenProgram, paths: Paths) -> list[Reason]:
    document = program.window.active_view.document
    return [each.reason for each in SnapshotStore(paths.versions_dir).all(document.document_id)]


def test_the_text_as_it_was_opened_comes_back(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("Once ")
    panel = panel_of(program)
    program.until(lambda: panel.list.count() == 1)
    assert "As it was in the file" in lines(panel)[0]
    panel.list.setCurrentRow(0)
    assert panel.said.text() == "1 passage differs."
    assert "Once" in panel.passages.toPlainText()
    panel.restore_all.click()
    assert program.page.text() == THEN
    program.window.active_view.focus()
    program.press(Key.Key_Z, CTRL)
    assert program.page.text() == "Once " + THEN, "one step"


def test_before_a_version_comes_back_the_text_of_now_is_kept(
    open_it: OpenIt, file: Path, paths: Paths
) -> None:
    program = open_it(files=[file])
    program.type("Once ")
    panel = panel_of(program)
    panel.list.setCurrentRow(0)
    panel.restore_all.click()
    assert snapshots(program, paths) == [Reason.BEFORE_RESTORE, Reason.SAVED]


def test_one_passage_comes_back_and_the_rest_stays(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    document = program.window.active_view.document
    document.edit(
        len("The lion slept.\n\n"),
        len("The lion slept.\n\nNobody"),
        "Everybody",
        ChangeKind.REPLACED,
    )
    document.edit(4, 8, "🦁", ChangeKind.REPLACED)
    panel = panel_of(program)
    panel.list.setCurrentRow(0)
    assert panel.said.text() == "2 passages differ."
    panel.passages.choose(1)
    panel.restore_passage.setFocus()
    program.qtbot.keyClick(panel.restore_passage, Key.Key_Space)
    assert program.page.text() == "The 🦁 slept.\n\nNobody came.\n"
    assert panel.said.text() == "1 passage differs."
    assert panel.restore_passage.hasFocus(), "the keyboard does not move on to “Restore all”"


def formats(panel: HistoryPanel, word: str) -> tuple[bool, bool]:
    """Whether a word of what differs is struck out, and whether it is underlined."""
    cursor = panel.passages.document().find(word)
    assert not cursor.isNull()
    return cursor.charFormat().fontStrikeOut(), cursor.charFormat().fontUnderline()


def test_from_one_difference_to_the_next_here_and_on_the_page(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    document, view = program.window.active_view.document, program.window.active_view
    document.edit(17, 23, "Everybody", ChangeKind.REPLACED)
    document.edit(4, 8, "tiger", ChangeKind.REPLACED)
    panel = panel_of(program)
    panel.list.setCurrentRow(0)
    assert formats(panel, "lion") == (True, False)
    assert formats(panel, "tiger") == (False, True)
    assert panel.steps.number.text() == "1 of 2"
    panel.steps.next.click()
    assert panel.steps.number.text() == "2 of 2"
    assert view.caret == document.text().index("Everybody")
    panel.list.setFocus()
    program.qtbot.keyClick(panel.list, Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert view.caret == 4, "the first again"
    assert not program.page.hasFocus()
    program.qtbot.keyClick(panel.list, Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    panel.restore_passage.click()
    assert program.page.text() == "The tiger slept.\n\nNobody came.\n"
    assert not panel.steps.isVisible(), "there is one only"


def test_a_passage_is_found_where_it_is_after_more_was_written(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    document = program.window.active_view.document
    document.edit(4, 8, "tiger", ChangeKind.REPLACED)
    panel = panel_of(program)
    panel.list.setCurrentRow(0)
    end = document.length
    document.edit(end, end, "The end.\n", ChangeKind.REPLACED)  # not compared again yet
    panel.restore_passage.click()
    assert program.page.text() == THEN + "The end.\n"


def test_a_version_with_a_name(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("Once ")
    program.press(Key.Key_F12, SHIFT)
    panel = panel_of(program)
    assert panel.name.hasFocus()
    program.qtbot.keyClicks(panel.name, "First draft")
    program.qtbot.keyClick(panel.name, Key.Key_Return)
    assert program.page.hasFocus()
    assert program.window.active_view.caret == 5
    assert lines(panel)[0].startswith("First draft\n")
    panel.list.setCurrentRow(0)
    panel.rename.click()
    program.qtbot.keyClicks(panel.name, "Second")
    program.qtbot.keyClick(panel.name, Key.Key_Return)
    assert lines(panel)[0].startswith("Second\n")
    panel.rename.click()
    program.qtbot.keyClick(panel.name, Key.Key_Escape)
    assert panel.name.isHidden()
    assert program.page.hasFocus()
    assert lines(panel)[0].startswith("Second\n")


def test_a_version_is_deleted_after_asking(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("Once ")
    panel = panel_of(program)
    panel.list.setCurrentRow(0)
    panel.delete.click()
    assert panel.list.count() == 1
    program.dialogs.erase = Erase.ERASE
    panel.delete.click()
    assert panel.list.count() == 0
    assert "No earlier versions yet" in panel.said.text()


def test_escape_gives_the_keyboard_back_where_the_caret_was(open_it: OpenIt, file: Path) -> None:
    program = open_it(files=[file])
    program.type("Once ")
    panel = panel_of(program)
    assert panel.list.hasFocus()
    program.press(Key.Key_Escape)
    assert program.page.hasFocus()
    assert program.window.active_view.caret == 5


def test_of_a_private_text_nothing_is_kept(open_it: OpenIt, file: Path, paths: Paths) -> None:
    program = open_it()
    program.program.manager.open_path(file, private=True)
    program.until(lambda: program.window.is_private and program.page.hasFocus())
    program.type("Once ")
    document = program.window.active_view.document
    document.history.keep("Named")
    document.history.before_rewrite()
    program.press(Key.Key_S, CTRL)
    panel = panel_of(program)
    assert "private" in panel.said.text()
    assert not panel.keep.isEnabled()
    program.program.manager.close_document(program.window)
    assert not paths.versions_dir.exists()


def test_while_one_writes_a_version_is_kept_every_so_often(
    open_it: OpenIt, file: Path, paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_history, "EVERY_MS", 20)
    program = open_it(files=[file])
    program.type("Once ")
    program.until(lambda: Reason.WRITING in snapshots(program, paths))
    kept = len(snapshots(program, paths))
    program.type("more ")
    program.until(lambda: len(snapshots(program, paths)) == kept + 1)


def test_a_rewrite_can_be_gone_back_behind(open_it: OpenIt, file: Path, paths: Paths) -> None:
    program = open_it(files=[file])
    program.type("Once ")
    program.window.active_view.document.history.before_rewrite()
    assert snapshots(program, paths)[0] is Reason.BEFORE_REWRITE


def test_what_is_kept_of_a_text_that_nobody_wanted_goes(open_it: OpenIt, paths: Paths) -> None:
    program = open_it()
    program.program.manager.open_new()
    program.until(lambda: program.page.hasFocus())
    program.type("Once ")
    program.window.active_view.document.history.keep("Named")
    assert list(paths.versions_dir.glob("*.versions"))
    program.dialogs.unsaved = Unsaved.DISCARD
    program.program.manager.close_document(program.window)
    assert list(paths.versions_dir.glob("*.versions")) == []


def test_erasing_everything_erases_versions(open_it: OpenIt, file: Path, paths: Paths) -> None:
    program = open_it(files=[file])
    program.type("Once ")
    assert list(paths.versions_dir.glob("*.versions"))
    done: list[object] = []
    program.program.log_maintenance.forgotten.connect(done.append)
    program.program.log_maintenance.delete_everything()
    program.until(lambda: done)
    assert list(paths.versions_dir.glob("*.versions")) == []


def test_switched_off_nothing_is_kept_and_the_panel_says_so(
    open_it: OpenIt, file: Path, paths: Paths
) -> None:
    choose(paths, keep_versions=False)
    program = open_it(files=[file])
    program.type("Once ")
    program.press(Key.Key_S, CTRL)
    program.window.active_view.document.history.before_rewrite()
    panel = panel_of(program)
    assert "switched off in the settings" in panel.said.text()
    assert not panel.keep.isEnabled()
    program.close()
    assert not paths.versions_dir.exists()


def test_with_the_mouse_alone_a_version_is_chosen_and_comes_back(
    open_it: OpenIt, file: Path
) -> None:
    program = open_it(files=[file])
    program.type("Once ")
    program.menu_action("File", "History").trigger()
    panel = panel_of(program)
    row = panel.list.visualItemRect(panel.list.item(0)).center()
    program.qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=row)
    program.qtbot.mouseClick(panel.restore_passage, Qt.MouseButton.LeftButton)
    assert program.page.text() == THEN
