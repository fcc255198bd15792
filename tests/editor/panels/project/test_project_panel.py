"""A folder of texts beside the page, in a real window with real files."""

from __future__ import annotations

from pathlib import Path

import pytest
from open_program import OpenIt, OpenProgram, choose
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from cowrite.editor.common.flow import Flow
from cowrite.editor.dialogs.dialogs import ToBin
from cowrite.editor.panels.project import project_files
from cowrite.editor.panels.project.commands import PANEL_ID
from cowrite.editor.panels.project.folder_listing import found_by_name, listed, texts_below
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
    choose(paths, open_in="tabs")
    program = open_it()
    program.window.beside_page.open_folder(book)
    return program


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


def test_files_that_open_as_new_texts_are_listed_but_are_no_texts(book: Path) -> None:
    for name in ("letter.docx", "letter.PDF", "picture.png"):
        (book / name).write_bytes(b"")
    assert "letter.docx" in [each.path.name for each in listed(book)]
    assert "letter.docx" not in [path.name for path in texts_below(book)]
    assert not {"letter.PDF", "picture.png"} & {each.path.name for each in listed(book)}


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


def said(program: OpenProgram) -> str:
    return " ".join(program.window.messages.texts)


def chosen(panel: ProjectPanel) -> Path | None:
    item = panel.tree.currentItem()
    entry = entry_of(item) if item is not None else None
    return entry.path if entry is not None else None


def test_a_new_text_is_made_and_opened(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    program.dialogs.name = "epilogue"
    panel.files.new_text(book)
    program.until(lambda: program.window.active_view.document.is_in(book / "epilogue.md"))
    panel.files.new_text(book)
    program.until(lambda: "There is a “epilogue.md” already" in said(program))
    program.dialogs.name = "a/b"
    panel.files.new_text(book)
    assert "cannot have /" in said(program)


def test_a_new_folder_is_made_and_chosen(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    program.dialogs.name = "part two"
    panel.files.new_folder(book)
    program.until(lambda: chosen(panel) == book / "part two")
    assert (book / "part two").is_dir()


def test_renaming_replaces_nothing(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    program.dialogs.name = "chapter 10.md"
    panel.files.rename(listed(book)[1])
    program.until(lambda: "There is a “chapter 10.md” already" in said(program))
    assert (book / "chapter 10.md").read_text() == "chapter 10.md"
    assert (book / "chapter 2.md").read_text() == "chapter 2.md"


def test_f2_renames_and_the_ending_stays(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    program.until(lambda: len(names(panel)) == 3)
    choose_row(panel, "chapter 2.md")
    program.dialogs.name = "chapter 1"
    QTest.keyClick(panel.tree, Qt.Key.Key_F2)
    program.until(lambda: chosen(panel) == book / "chapter 1.md")
    assert (book / "chapter 1.md").read_text() == "chapter 2.md"


def test_an_open_text_is_renamed_with_all_that_belongs_to_it(
    program: OpenProgram, book: Path
) -> None:
    manager = program.program.manager
    program.finish(manager.open_path(book / "chapter 2.md"))
    document = program.window.active_view.document
    program.type("New. ")
    document.history.keep("first")
    before = document.document_id
    panel = project(program)
    program.dialogs.name = "chapter 3.md"
    panel.files.rename(listed(book)[1])
    program.until(lambda: document.path == book / "chapter 3.md")
    assert document.document_id == before
    assert manager.recent[0] == book / "chapter 3.md"
    assert document.is_modified
    assert program.finish(manager.actions_of(program.window).save())
    assert (book / "chapter 3.md").read_text() == "New. chapter 2.md"
    assert not (book / "chapter 2.md").exists()
    kept = program.finish(Flow(document.history.versions()))
    assert "first" in [each.name for each in kept]
    identities = program.program._shared.identities
    assert identities.of(book / "chapter 3.md") == before
    assert identities.of(book / "chapter 2.md") != before  # a new text of that name is another


def test_a_folder_is_renamed_with_the_texts_in_it(program: OpenProgram, book: Path) -> None:
    manager, identities = program.program.manager, program.program._shared.identities
    (book / "notes/closed.md").write_text("closed")
    closed = identities.of(book / "notes/closed.md")
    program.finish(manager.open_path(book / "notes/flood.txt"))
    document = program.window.active_view.document
    panel = project(program)
    program.dialogs.name = "research"
    panel.files.rename(listed(book)[0])
    program.until(lambda: document.path == book / "research/flood.txt")
    assert identities.of(book / "research/closed.md") == closed
    program.type("More. ")
    assert program.finish(manager.actions_of(program.window).save())
    assert (book / "research/flood.txt").read_text() == "More. notes/flood.txt"
    assert not (book / "notes").exists()


def test_a_text_is_moved_to_another_folder(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    program.dialogs.folder = book / "notes"
    panel.files.move_elsewhere(listed(book)[1])
    program.until((book / "notes/chapter 2.md").exists)
    program.until_settled()
    panel.files.move_elsewhere(listed(book)[0])
    assert "cannot be moved into itself" in said(program)


def test_the_bin_is_asked_for(
    program: OpenProgram, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    panel = project(program)
    program.until(lambda: len(names(panel)) == 3)
    choose_row(panel, "chapter 2.md")
    QTest.keyClick(panel.tree, Qt.Key.Key_Delete)
    assert program.dialogs.asked == ["bin: chapter 2.md"]
    assert (book / "chapter 2.md").exists()
    thrown: list[str] = []

    class Bin:
        @staticmethod
        def moveToTrash(path: str) -> bool:
            thrown.append(path)
            return False

    monkeypatch.setattr(project_files, "QFile", Bin)
    program.dialogs.to_bin = ToBin.MOVE
    panel.files.put_into_bin(listed(book)[1])
    program.until(lambda: "cannot be moved to the bin" in said(program))
    assert thrown == [str(book / "chapter 2.md")]


def test_what_is_open_stays_out_of_the_bin(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    program.finish(program.program.manager.open_path(book / "notes/flood.txt"))
    program.dialogs.to_bin = ToBin.MOVE
    panel.files.put_into_bin(listed(book)[0])
    assert (book / "notes/flood.txt").exists()
    assert "A text in “notes” is open" in said(program)
    assert not program.dialogs.asked


def test_each_window_has_its_folder_and_the_next_start_has_it_again(
    program: OpenProgram, book: Path, open_it: OpenIt
) -> None:
    manager = program.program.manager
    program.finish(manager.open_path(book / "chapter 2.md"))
    program.window.side_panels.show(PANEL_ID)
    other = manager.new_window()
    assert other.beside_page.folder == book
    other.beside_page.open_folder(book / "notes")
    assert program.windows[0].beside_page.folder == book
    other.close()
    program.close()
    again = open_it()
    assert again.window.beside_page.folder == book
    panel = again.window.side_panels.widget(PANEL_ID)
    assert isinstance(panel, ProjectPanel)
    again.until(lambda: names(panel) == ["notes", "chapter 2.md", "chapter 10.md"])


def test_folders_opened_lately_are_offered(program: OpenProgram, book: Path) -> None:
    panel = project(program)
    program.dialogs.folder = book / "notes"
    panel._services.choose_folder()
    assert program.window.beside_page.folder == book / "notes"
    panel._services.open_folder(book)
    panel.choose.click()
    menu = panel.findChild(QMenu)
    assert menu is not None
    assert f"notes – {book}" in [action.text() for action in menu.actions()]
    menu.actions()[-1].trigger()
    menu.close()
    assert program.window.beside_page.folder is None
    assert panel.said.isVisible()


def test_no_folder_says_what_to_do(open_it: OpenIt) -> None:
    panel = project(open_it())
    assert panel.said.isVisible()
    assert not panel.tree.isVisible()


def test_a_circle_of_links_ends(book: Path) -> None:
    (book / "again").symlink_to(book, target_is_directory=True)
    assert len(found_by_name(book, "chapter")) == 2
