"""Text with a look on the clipboard: pasted as Markdown, as plain text where that is meant, copied with its look."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

OpenIt = Callable[..., OpenProgram]
LOUD = "<p>He was <b>loud</b>.</p><p>He was <i>late</i>.</p>"


@pytest.fixture
def program(open_it: OpenIt, tmp_path: Path) -> Iterator[OpenProgram]:
    path = tmp_path / "story.md"
    path.write_text("", "utf-8")
    yield open_it(files=[path])
    QApplication.clipboard().clear()


def put(html: str, plain: str) -> None:
    data = QMimeData()
    data.setHtml(html)
    data.setText(plain)
    QApplication.clipboard().setMimeData(data)


def test_it_is_pasted_as_markdown_in_one_step(program: OpenProgram) -> None:
    put(LOUD, "He was loud.\nHe was late.")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "He was **loud**.\n\nHe was *late*."
    program.press_keys("Ctrl+Z")
    assert program.page.text() == ""


def test_in_a_quotation_it_stays_quoted(program: OpenProgram) -> None:
    program.type("> She said: ")
    put(LOUD, "He was loud.\nHe was late.")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "> She said: He was **loud**.\n>\n> He was *late*."


def test_plain_text_is_pasted_where_that_is_asked_for(program: OpenProgram) -> None:
    put(LOUD, "He was loud.\nHe was late.")
    program.press_keys("Ctrl+Shift+V")
    assert program.page.text() == "He was loud.\nHe was late."


def test_words_without_a_look_are_pasted_as_they_are(program: OpenProgram) -> None:
    put("<span style='color:red'>2 * 3 * 4</span>", "2 * 3 * 4")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "2 * 3 * 4"


def test_in_code_nothing_is_markdown(program: OpenProgram) -> None:
    program.type("```")
    program.press_keys("Return")
    put(LOUD, "He was loud.")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "```\nHe was loud."


def test_in_a_plain_text_nothing_is_markdown(open_it: OpenIt, tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text("", "utf-8")
    program = open_it(files=[path])
    put(LOUD, "He was loud.")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "He was loud."


def test_what_was_copied_here_comes_back_as_it_was(program: OpenProgram) -> None:
    program.type("a *b* c")
    program.press_keys("Ctrl+A")
    program.press_keys("Ctrl+C")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "a *b* c"


def test_it_is_copied_with_its_look(program: OpenProgram) -> None:
    program.type("He was **loud**.")
    program.press_keys("Ctrl+A")
    program.press_keys("Ctrl+Shift+C")
    data = QApplication.clipboard().mimeData()
    assert "<strong>loud</strong>" in data.html()
    assert data.text() == "He was loud."


def test_what_is_too_long_is_pasted_as_its_words_and_that_is_said(program: OpenProgram) -> None:
    put("<p>He was <b>loud</b>.</p>" + "<!-- -->" * 60_000, "He was loud.")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "He was loud."
    assert "too long" in program.window.status_line.message


def test_what_came_without_plain_words_is_read_however_long_it_is(program: OpenProgram) -> None:
    put("<p>He was <b>loud</b>.</p>" + "<!-- -->" * 60_000, "")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "He was **loud**."
    assert "too long" not in program.window.status_line.message


def test_what_could_not_be_pasted_is_said(program: OpenProgram) -> None:
    dot = "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAACAkQBADs="
    put(f"<p>He was <b>loud</b>.</p><p><img src='{dot}' alt='A dot'></p>", "He was loud.")
    program.press_keys("Ctrl+V")
    assert program.page.text() == "He was **loud**."
    assert "1 picture" in program.window.status_line.message
