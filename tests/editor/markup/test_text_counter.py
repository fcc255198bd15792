"""Counting in slices: what a reader reads, of the text and of what is selected, and never a text that is gone."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from open_program import OpenIt, OpenProgram
from plain_document import plain_document
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication
from support.hand_counts import HAND_COUNTS

from cowrite.base.text_counts import TextCounts, count_text
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.text_counter import prose_of, selected_prose_of
from cowrite.editor.page.caret import nearest_place
from cowrite.editor.page.page_edit import PageEdit
from cowrite.markdown.counted import counted_text

TEXT = """---
title: not counted
---

# One

Two *three* four. %% not counted %%

```
not counted
```
"""


def total(pieces: object) -> TextCounts:
    return sum((count_text(piece) for piece in pieces), TextCounts())  # type: ignore[attr-defined]


def words(program: OpenProgram) -> str:
    return program.window.status_line._words.text()


def open_text(open_it: OpenIt, tmp_path: Path) -> OpenProgram:
    file = tmp_path / "note.md"
    file.write_text(TEXT)
    return open_it(files=[file])


def test_only_what_a_reader_reads_counts(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_text(open_it, tmp_path)
    program.until(lambda: words(program) == "4 words")
    assert total(prose_of(program.window.active_view)).words == 4


def test_what_is_selected_is_shown_beside_it(open_it: OpenIt, tmp_path: Path) -> None:
    program = open_text(open_it, tmp_path)
    program.until(lambda: words(program) == "4 words")
    program.press_keys("Ctrl+A")
    program.until(lambda: words(program) == "4 of 4 words")
    cursor = program.page.textCursor()
    start = TEXT.index("three")
    cursor.setPosition(start)
    cursor.setPosition(start + 5, QTextCursor.MoveMode.KeepAnchor)
    program.page.setTextCursor(cursor)
    program.until(lambda: words(program) == "1 of 4 words")
    program.press_keys("Right")
    assert words(program) == "4 words"


def test_another_document_is_counted_when_it_comes_in_front(
    open_it: OpenIt, tmp_path: Path
) -> None:
    program = open_text(open_it, tmp_path)
    program.until(lambda: words(program) == "4 words")
    program.window.counts.close()
    program.window.counts.follow(program.window.active_view)
    program.type("More ")
    program.until(lambda: words(program) != "4 words")


def test_the_window_counts_as_a_hand_does(qapp: QApplication) -> None:
    document = plain_document()
    page = PageEdit(load_themes()["light"], Fonts(), document)
    view = DocumentView(document, page)
    try:
        for text, words in HAND_COUNTS:
            document.load(text)
            assert total(prose_of(view)).words == words, text
            page.selectAll()
            assert total(selected_prose_of(view)).words == words, text
    finally:
        view.close()
        page.close()
        page.deleteLater()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["word ", "\n", "\n\n", "# ", "*", "`", "🦊 ", "你好", "%%", "é"]),
        max_size=12,
    ).map("".join),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_the_parts_make_the_whole(qapp: QApplication, text: str, one: int, other: int) -> None:
    document = plain_document()
    page = PageEdit(load_themes()["light"], Fonts(), document)
    view = DocumentView(document, page)
    try:
        document.load(text)
        counts = total(prose_of(view))
        assert counts.words == count_text(counted_text(text, markdown=True)).words
        cursor, content = page.textCursor(), page.document()
        first, last = sorted(
            nearest_place(content, min(each, document.length)) for each in (one, other)
        )
        cursor.setPosition(first)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        page.setTextCursor(cursor)
        assert total(selected_prose_of(view)).characters <= counts.characters
        page.selectAll()
        assert total(selected_prose_of(view)) == counts
    finally:
        view.close()
        page.close()
        page.deleteLater()
