"""A folder of texts beside the page, in a real window with real files."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram, choose
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from cowrite.editor.dialogs.dialogs import Erase
from cowrite.editor.panels.project import project_files
from cowrite.editor.panels.project.commands import PANEL_ID
from cowrite.editor.panels.project.folder_listing import found_by_name, listed
from cowrite.editor.panels.project.project_panel import ProjectPanel, entry_of
from cowrite.settings.paths import Paths


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    (folder / "notes").mkdir(parents=True)
    for name in ("chapter 10.md", "chapter 2.md", ".hidden.md", "photo.png", "notes/flood.txt"):
        (folder / name).write_text(name)
    return folder


@pytest.fixture
def program(open_it: OpenIt, paths: Paths, book: Path) -> OpenProgram:
    choose(paths, open_in="tabs", project_folder=str(book))
    return open_it()


def project(program: OpenProgram) -> ProjectPanel:
    program.window.side_panels.show(PANEL_ID)
    panel = program.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, ProjectPanel)
    return panel


def names(panel: ProjectPanel) -> list[str]:
    return [panel.tree.topLevelItem(n).text(0) for n in range(panel.tree.topLevelItemCount())]  # type: ignore[union-attr]


def choose_row(panel: ProjectPanel, name: str) -> None:
    panel.tree.setFocus()
    item = next(
        item for item in panel._all_items() if (e := entry_of(item)) and e.path.name == name
    )
    panel.tree.setCurrentItem(item)


def test_folders_first_numbers_in_order_nothing_hidden(book: Path) -> None:
    assert [each.path.name for each in listed(book)] == ["notes", "chapter 2.md", "chapter 10.md"]


def test_a_text_is_opened_by_enter_and_is_the_one_in_front(
    program: OpenProgram, book: Path
) -> None:
    panel = project(program)
    program.until(lambda: names(panel) == ["notes", "chapter 2.md", "chapter 10.md"])
    choose_row(panel, "chapter 2.md")
    QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    program.until(lambda: program.window.active_view.document.is_in(book / "chapter 2.md"))
    assert program.page.text() == "chapter 2.md"


def test_a_folder_is_read_when_it_is_unfolded(program: OpenProgram) -> None:
    panel = project(program)
    program.until(lambda: "notes" in names(panel))
    panel.tree.topLevelItem(0).setExpanded(True)  # type: ignore[union-attr]
    program.until(lambda: panel.tree.topLevelItem(0).childCount() == 1)  # type: ignore[union-attr]


def test_a_text_is_found_by_its_name(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    panel.field.setText("flood")
    program.until(lambda: names(panel) == ["flood.txt  –  notes"])
    QTest.keyClick(panel.field, Qt.Key.Key_Return)
    program.until(lambda: program.window.active_view.document.is_in(book / "notes/flood.txt"))
    panel.field.setText("nothing")
    program.until(panel.said.isVisible)
    panel.field.setText("")
    program.until(lambda: len(names(panel)) == 3)


def test_what_others_do_to_the_folder_is_seen(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    program.until(lambda: len(names(panel)) == 3)
    (book / "chapter 3.md").write_text("new")
    program.until(lambda: "chapter 3.md" in names(panel))
    (book / "chapter 3.md").unlink()
    program.until(lambda: "chapter 3.md" not in names(panel))


def answer(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (name, True))


def test_a_new_text_is_made_and_opened(
    program: OpenProgram, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = project(program)
    answer(monkeypatch, "epilogue")
    panel.files.new_text(book)
    program.until(lambda: program.window.active_view.document.is_in(book / "epilogue.md"))
    panel.files.new_text(book)
    assert "cannot be made" in " ".join(program.window.messages.texts)
    answer(monkeypatch, "a/b")
    panel.files.new_text(book)
    assert "no name for a file" in " ".join(program.window.messages.texts)


def test_renaming_replaces_nothing_and_no_open_text(
    program: OpenProgram, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = project(program)
    entry = listed(book)[1]
    answer(monkeypatch, "chapter 10.md")
    panel.files.rename(entry)
    assert (book / "chapter 10.md").read_text() == "chapter 10.md"
    answer(monkeypatch, "chapter 1.md")
    panel.files.rename(entry)
    assert (book / "chapter 1.md").read_text() == "chapter 2.md"
    program.finish(program.program.manager.open_path(book / "chapter 1.md"))
    answer(monkeypatch, "other.md")
    panel.files.rename(listed(book)[1])
    assert (book / "chapter 1.md").exists()


def test_the_bin_is_asked_for(
    program: OpenProgram, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = project(program)
    entry = listed(book)[1]
    panel.files.put_into_bin(entry)  # the dialogs of tests say Cancel
    assert entry.path.exists()
    thrown: list[str] = []

    class Bin:
        @staticmethod
        def moveToTrash(path: str) -> bool:
            thrown.append(path)
            return False

    monkeypatch.setattr(project_files, "QFile", Bin)
    monkeypatch.setattr(program.dialogs, "about_erasing", lambda *_: Erase.ERASE, raising=False)
    panel.files.put_into_bin(entry)
    assert thrown == [str(entry.path)]
    assert "cannot be moved to the bin" in " ".join(program.window.messages.texts)


def test_no_folder_says_what_to_do(open_it: OpenIt) -> None:
    panel = project(open_it())
    assert panel.said.isVisible()
    assert not panel.tree.isVisible()


def test_a_circle_of_links_ends(book: Path) -> None:
    (book / "again").symlink_to(book, target_is_directory=True)
    assert len(found_by_name(book, "chapter")) == 2
