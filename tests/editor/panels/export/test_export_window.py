"""The window for exports: what it offers, what it writes, what it says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt

from cowrite.editor.panels.export.export_window import ExportWindow
from cowrite.interchange.formats import read
from cowrite.interchange.kinds import Kind
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.report import Report

OpenIt = Callable[..., OpenProgram]
DOT = "R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="
TEXT = "---\ntitle: The Harbour\n---\n\n# On the pier\n\nHe was **loud**. <!-- Too much? -->\n"


@pytest.fixture
def story(tmp_path: Path) -> Path:
    path = tmp_path / "story.md"
    path.write_text(TEXT, "utf-8")
    return path


def shown(program: OpenProgram) -> ExportWindow:
    program.window.activateWindow()  # offscreen, nobody gives the keyboard back to it
    program.press_keys("Ctrl+Shift+X")
    program.until(lambda: program.window.findChildren(ExportWindow))
    return program.window.findChildren(ExportWindow)[-1]


def export_to(program: OpenProgram, window: ExportWindow, path: Path) -> str:
    program.dialogs.save = path
    program.qtbot.mouseClick(window.export, Qt.MouseButton.LeftButton)
    program.until(lambda: window.export.isEnabled())
    return window.said.text()


@pytest.mark.parametrize("kind", [Kind.DOCX, Kind.ODT, Kind.EPUB, Kind.HTML])
def test_each_kind_is_written(open_it: OpenIt, story: Path, kind: Kind) -> None:
    program = open_it(files=[story])
    window = shown(program)
    window.fields.kind.setCurrentIndex(window.fields.kind.findData(kind))
    path = story.with_name(f"story.{kind}")
    assert export_to(program, window, path).startswith(f"“story.{kind}” was written.")
    assert path.stat().st_size > 100
    assert story.read_text("utf-8") == TEXT
    window.close()


def test_what_was_chosen_is_there_the_next_time(open_it: OpenIt, story: Path) -> None:
    program = open_it(files=[story])
    window = shown(program)
    window.fields.kind.setCurrentIndex(window.fields.kind.findData(Kind.ODT))
    assert window.fields.title.text() == "The Harbour"
    window.fields.author.setText("Ada")
    export_to(program, window, story.with_name("story.odt"))
    window.close()
    choice = shown(program).fields.choice()
    assert (choice.kind, choice.author) == (Kind.ODT, "Ada")


def test_the_text_of_now_is_written(open_it: OpenIt, story: Path) -> None:
    program = open_it(files=[story])
    window = shown(program)
    program.window.active_view.document.load("Another text.")
    path = story.with_name("story.docx")
    export_to(program, window, path)
    manuscript = read(Kind.DOCX, path.read_bytes(), ReadOptions(), Report())
    assert "Another text." in str(manuscript.blocks)


def test_an_open_text_is_never_replaced(open_it: OpenIt, story: Path) -> None:
    program = open_it(files=[story])
    window = shown(program)
    assert "cannot replace a text that is open" in export_to(program, window, story)
    assert story.read_text("utf-8") == TEXT


def test_a_file_that_cannot_be_written_is_said(open_it: OpenIt, story: Path) -> None:
    program = open_it(files=[story])
    said = export_to(program, shown(program), story.parent / "nowhere" / "story.docx")
    assert said
    assert "was written" not in said


def test_marks_of_changes_are_offered_as_tracked_ones(open_it: OpenIt, story: Path) -> None:
    story.write_text("He was {~~late~>early~~}.", "utf-8")
    program = open_it(files=[story])
    window = shown(program)
    assert window.fields.changes.isChecked()
    path = story.with_name("story.docx")
    export_to(program, window, path)
    manuscript = read(Kind.DOCX, path.read_bytes(), ReadOptions(keep_changes=True), Report())
    assert "DELETED" in str(manuscript.blocks)


def test_an_e_book_has_neither_layout_nor_tracked_changes(open_it: OpenIt, story: Path) -> None:
    fields = shown(open_it(files=[story])).fields
    fields.kind.setCurrentIndex(fields.kind.findData(Kind.EPUB))
    assert not fields.style_box.isEnabled()
    assert not fields.changes.isEnabled()
    assert fields.title_page.isEnabled()


def test_the_text_says_whose_it_is(open_it: OpenIt, story: Path) -> None:
    story.write_text(TEXT.replace("---\n\n", "author: 'Ann'\n---\n\n"), "utf-8")
    program = open_it(files=[story])
    window = shown(program)
    assert window.fields.author.text() == "Ann"
    export_to(program, window, story.with_name("story.docx"))
    assert program.program.manager.preferences.export_author == ""
    window.close()


def test_a_text_from_another_file_is_exported_beside_it_with_its_pictures(
    open_it: OpenIt, tmp_path: Path
) -> None:
    page = tmp_path / "pier.html"
    page.write_text(f'<p>A <b>dot</b>: <img src="data:image/gif;base64,{DOT}" alt="A dot"></p>')
    program = open_it(files=[page])
    window = shown(program)
    said = export_to(program, window, page.with_suffix(".docx"))
    assert program.dialogs.suggested == page.with_suffix(".docx")
    assert said == "“pier.docx” was written."
    before = page.read_bytes()
    window.write(window.fields.choice(), page)
    assert "made from" in window.said.text()
    assert page.read_bytes() == before
    window.close()


def test_a_kind_without_layout_leaves_that_of_others(open_it: OpenIt, story: Path) -> None:
    program = open_it(files=[story])
    program.program.manager.change(export_style="manuscript")
    window = shown(program)
    window.fields.kind.setCurrentIndex(window.fields.kind.findData(Kind.HTML))
    export_to(program, window, story.with_name("story.html"))
    preferences = program.program.manager.preferences
    assert (preferences.export_style, preferences.export_title_page) == ("manuscript", True)
    window.close()


def test_what_becomes_of_an_export_is_said_when_its_window_is_closed(
    open_it: OpenIt, story: Path
) -> None:
    program = open_it(files=[story])
    window = shown(program)
    program.dialogs.save = story.with_name("story.docx")
    program.qtbot.mouseClick(window.export, Qt.MouseButton.LeftButton)
    window.close_button.click()
    assert not window.isVisible()
    written = "“story.docx” was written."
    program.until(
        lambda: any(each.notice.text.startswith(written) for each in program.window.messages.bars)
    )
    assert story.with_name("story.docx").exists()
    program.until(lambda: not program.window.findChildren(ExportWindow))
