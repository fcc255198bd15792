"""Typewriter scrolling, line height, and any font: the line being written in the middle, letters of one size."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plain_document import plain_document
from PySide6.QtGui import QFontInfo
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.document.document import Document
from cowrite.editor.page.page_edit import PageEdit

LONG = "\n".join(f"Line {number} of a text that is longer than the page." for number in range(80))


@pytest.fixture
def document() -> Iterator[Document]:
    made = plain_document()
    yield made
    made.close()


@pytest.fixture
def page(document: Document, qtbot: QtBot) -> PageEdit:
    page = PageEdit(load_themes()["light"], Fonts(), document, reduced_motion=True)
    qtbot.addWidget(page)
    page.resize(700, 600)
    with qtbot.waitExposed(page):
        page.show()
    return page


def caret_height(page: PageEdit) -> int:
    """Of the middle of the caret, in pixels of the page."""
    return page.caret_rect().center().y() + page.viewportMargins().top()


def is_in_the_middle(page: PageEdit) -> bool:
    return abs(caret_height(page) - page.height() // 2) <= 2


def test_the_line_stays_in_the_middle(page: PageEdit, document: Document) -> None:
    document.load(LONG)
    page.typewriter.set_on(True)
    for place in (len(LONG) // 2, len(LONG)):
        page.place_caret(place)
        assert is_in_the_middle(page)
    for _ in range(3):
        page.type_text("\n")
        page.type_text("x")
        assert is_in_the_middle(page)
    page.undo()
    assert is_in_the_middle(page)


def test_at_the_beginning_it_is_where_it_is(page: PageEdit, document: Document) -> None:
    document.load(LONG)
    page.typewriter.set_on(True)
    page.place_caret(0)
    page.type_text("x")
    assert page.verticalScrollBar().value() == 0


def test_a_short_text_grows_to_the_middle_and_stays_there(page: PageEdit) -> None:
    page.typewriter.set_on(True)
    for _ in range(40):
        page.type_text("\n")
        assert caret_height(page) <= page.height() // 2 + 2
    assert is_in_the_middle(page)


def test_the_wheel_is_free(page: PageEdit, document: Document) -> None:
    document.load(LONG)
    page.typewriter.set_on(True)
    page.place_caret(len(LONG))
    page.verticalScrollBar().setValue(10)
    assert page.verticalScrollBar().value() == 10
    page.type_text("x")
    assert is_in_the_middle(page)


def test_switched_off_the_page_ends_where_the_text_does(page: PageEdit, document: Document) -> None:
    document.load(LONG)
    page.place_caret(len(LONG))
    most = page.verticalScrollBar().maximum()
    page.typewriter.set_on(True)
    assert page.verticalScrollBar().maximum() > most
    page.typewriter.set_on(False)
    assert page.verticalScrollBar().maximum() == most


def test_it_glides_where_things_may_move(page: PageEdit, document: Document, qtbot: QtBot) -> None:
    document.load(LONG)
    page.typewriter.set_on(True)
    page.place_caret(len(LONG))
    page.reduced_motion = False
    page.type_text("\n")
    assert not is_in_the_middle(page)
    qtbot.waitUntil(lambda: is_in_the_middle(page))


def test_another_line_height_leaves_the_letters_as_they_are(
    page: PageEdit, document: Document
) -> None:
    document.load(LONG)
    page.place_caret(3)
    page.type_text("y")
    width, height = (
        page.body_metrics().horizontalAdvance(LONG[:40]),
        page.document().size().height(),
    )
    column = page.viewport().width()
    page.set_line_height(2.4)
    assert page.body_metrics().horizontalAdvance(LONG[:40]) == pytest.approx(width, rel=0.02)
    assert page.document().size().height() == pytest.approx(1.5 * height, rel=0.02)
    assert page.viewport().width() == pytest.approx(column, abs=24)
    assert page.document().isUndoAvailable()
    page.undo()
    assert page.text() == LONG
    page.set_line_height(1.6)
    assert page.document().size().height() == pytest.approx(height, rel=0.01)


def test_zoom_and_line_height_together(page: PageEdit, document: Document) -> None:
    document.load("short\n" * 80)
    height = page.document().size().height()
    page.set_line_height(2.4)
    page.set_zoom(200)
    assert page.document().size().height() == pytest.approx(3 * height, rel=0.03)


def test_any_font(page: PageEdit) -> None:
    page.set_face("No such font")
    assert QFontInfo(page.document().defaultFont()).family() == "Source Serif 4"
