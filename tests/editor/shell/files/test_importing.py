"""Other programs' files in the window: opened, dropped, saved as texts of their own."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from cowrite.documents.journal import Journal
from cowrite.editor.dialogs.dialogs import Unsaved
from cowrite.editor.document.document import Document
from cowrite.editor.shell.files.suggested_file import suggested_file

OpenIt = Callable[..., OpenProgram]
DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
PAGE = (
    "<html><head><title>Harbour</title></head><body><h2>On the pier</h2>"
    "<p>He was <b>loud</b> and <del datetime='2026-01-02'>not</del>"
    "<ins datetime='2026-01-02'>very</ins> late.</p>{more}</body></html>"
)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "pier.html"
    path.write_text(PAGE.format(more=""), "utf-8")
    return path


def messages(program: OpenProgram) -> str:
    return " ".join(bar.notice.text for bar in program.window.messages.bars)


def open_and_wait(program: OpenProgram, path: Path) -> Document:
    program.finish(program.program.manager.open_paths([path]))
    front = program.program.manager.front
    assert front is not None
    return front.active_view.document


def test_it_is_a_new_text_and_the_file_stays_as_it_is(open_it: OpenIt, page: Path) -> None:
    program, before = open_it(), page.read_bytes()
    document = open_and_wait(program, page)
    assert "## On the pier\n\nHe was **loud** and very late.\n" in document.text()
    assert document.path is None
    assert document.name == "pier"
    assert document.is_modified
    assert "new text made from “pier.html”" in messages(program)
    assert "2 tracked changes were accepted." in messages(program)
    program.dialogs.unsaved = Unsaved.DISCARD
    program.close()
    assert page.read_bytes() == before


def test_saved_it_is_offered_beside_the_file(open_it: OpenIt, page: Path) -> None:
    program = open_it(files=[page])
    document = program.window.active_view.document
    assert suggested_file(document, copy=False) == page.with_suffix(".md")
    program.dialogs.save = page.with_suffix(".md")
    assert program.finish(program.program.manager.actions_of(program.window).save())
    assert "He was **loud**" in page.with_suffix(".md").read_text("utf-8")


def test_opened_again_it_comes_forward(open_it: OpenIt, page: Path) -> None:
    program = open_it()
    first = open_and_wait(program, page)
    program.program.manager.open_new()
    assert open_and_wait(program, page) is first


def test_its_changes_can_be_seen_instead(open_it: OpenIt, page: Path) -> None:
    program = open_it()
    document = open_and_wait(program, page)
    program.click_message("Show the changes instead")
    program.until(lambda: "{--not--}" in document.text())
    assert "{++very++}" in document.text()
    program.program.journal_writer.wait_until_idle()
    kept, _ = Journal(program.paths.journal_dir).entries()
    assert ["{++very++}" in each.text for each in kept] == [True]


def test_what_was_written_since_is_not_replaced_by_its_changes(open_it: OpenIt, page: Path) -> None:
    program = open_it()
    document = open_and_wait(program, page)
    program.type("Mine. ")
    program.click_message("Show the changes instead")
    program.until(lambda: "{--not--}" in program.window.active_view.document.text())
    assert program.window.active_view.document is not document
    assert document.text().startswith("Mine. ")


def test_its_pictures_lie_beside_the_text_once_it_is_saved(open_it: OpenIt, page: Path) -> None:
    source = f"data:image/png;base64,{base64.b64encode(DOT).decode()}"
    page.write_text(PAGE.format(more=f'<p><img src="{source}" alt="A dot"></p>'), "utf-8")
    program = open_it()
    document = open_and_wait(program, page)
    assert "![A dot](pier-pictures/1.png)" in document.text()
    assert not page.with_name("pier-pictures").exists()
    program.dialogs.save = page.with_name("other.md")
    assert program.finish(program.program.manager.actions_of(program.window).save())
    assert (page.parent / "pier-pictures" / "1.png").read_bytes() == DOT


def test_after_a_restart_its_file_and_its_pictures_are_still_known(
    open_it: OpenIt, page: Path
) -> None:
    source = f"data:image/png;base64,{base64.b64encode(DOT).decode()}"
    page.write_text(PAGE.format(more=f'<p><img src="{source}" alt="A dot"></p>'), "utf-8")
    first = open_it()
    open_and_wait(first, page)
    first.close()
    again = open_it()
    document = again.window.active_view.document
    assert suggested_file(document, copy=False) == page.with_suffix(".md")
    again.until(lambda: document.imported is not None and bool(document.imported.files))
    again.dialogs.save = page.with_suffix(".md")
    assert again.finish(again.program.manager.actions_of(again.window).save())
    assert (page.parent / "pier-pictures" / "1.png").read_bytes() == DOT


def test_after_a_restart_its_file_may_be_gone(open_it: OpenIt, page: Path) -> None:
    first = open_it()
    open_and_wait(first, page)
    first.close()
    page.unlink()
    again = open_it()
    document = again.window.active_view.document
    assert "He was **loud**" in document.text()
    assert suggested_file(document, copy=False) == page.with_suffix(".md")


def test_a_file_that_cannot_be_read_is_said(open_it: OpenIt, tmp_path: Path) -> None:
    path = tmp_path / "draft.docx"
    path.write_bytes(b"PK\x03\x04 and no more")
    program = open_it()
    program.finish(program.program.manager.open_paths([path]))
    assert "draft" not in program.window.windowTitle()
    assert messages(program)


def drop(target: QWidget, files: list[Path]) -> bool:
    """Drag files over a widget and let go; whether they were taken, by it or by what it stands in."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(each)) for each in files])
    action, button, none = (
        Qt.DropAction.CopyAction,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    while target is not None:
        entered = QDragEnterEvent(QPoint(5, 5), action, data, button, none)
        QApplication.sendEvent(target, entered)
        if entered.isAccepted():
            QApplication.sendEvent(target, QDropEvent(QPointF(5, 5), action, data, button, none))
            return True
        target = target.parentWidget()
    return False


@pytest.mark.parametrize("where", ["page", "window"])
def test_files_that_are_dropped_are_opened(
    open_it: OpenIt, page: Path, tmp_path: Path, where: str
) -> None:
    story = tmp_path / "story.md"
    story.write_text("Once.", "utf-8")
    program = open_it()
    target = program.page.viewport() if where == "page" else program.window
    assert drop(target, [page, story])
    program.until(lambda: len(program.program.manager.views) == 2)
    program.until_settled()
    assert "file:" not in "".join(view.document.text() for view in program.program.manager.views)
    assert program.window.active_view.document.text() == "Once."
