"""Two places of one text: written in either, scrolled apart, swapped without anything moving in sight."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plain_document import plain_document
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QInputMethodEvent,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from cowrite.base.text_changes import ChangeKind
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.document.document import Document
from cowrite.editor.page.large import large_layout
from cowrite.editor.page.large.large_layout import LargeLayout
from cowrite.editor.page.layer_ranges import Layer, LayerRange
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.split.other_half import OtherHalf
from cowrite.editor.page.split.split_page import Split, SplitPage

LINES = [
    f"Line {number} of a text, " + "with some words more than others have, " * (number % 4)
    for number in range(300)
]
LONG = "\n".join(LINES)
ABOVE, BESIDE = Split.ABOVE_AND_BELOW, Split.SIDE_BY_SIDE


@pytest.fixture
def document() -> Iterator[Document]:
    made = plain_document()
    yield made
    made.close()


@pytest.fixture(params=["as Qt lays it out", "as a large one"])
def pane(
    request: pytest.FixtureRequest,
    document: Document,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> SplitPage:
    if request.param == "as a large one":
        monkeypatch.setattr(large_layout, "LARGE_PARAGRAPHS", 0)
    page = PageEdit(load_themes()["light"], Fonts(), document, reduced_motion=True)
    pane = SplitPage(page)
    qtbot.addWidget(pane)
    pane.resize(900, 700)
    with qtbot.waitExposed(pane):
        pane.show()
    document.load(LONG)
    assert isinstance(page.document().documentLayout(), LargeLayout) is (
        request.param == "as a large one"
    )
    pane.activateWindow()
    page.setFocus()
    qtbot.waitUntil(page.hasFocus)
    painted(pane)
    return pane


def painted(pane: SplitPage) -> QImage:
    """What is in sight, once all that had to be laid out is."""
    for _ in range(3):
        pane.grab()
        QApplication.processEvents()
    return pane.grab().toImage()


def other(pane: SplitPage) -> OtherHalf:
    assert pane.other is not None
    return pane.other


def place_of(text: str) -> int:
    return LONG.index(text)


def wheel(half: QWidget, steps: int) -> None:
    window = half.window().windowHandle()
    at = half.mapTo(half.window(), half.rect().center())
    QTest.wheelEvent(window, QPointF(at), QPoint(0, 120 * steps))


def height_in_other(pane: SplitPage, place: int) -> float:
    """Of a place of the text, in pixels of the other half."""
    block = pane.page.document().findBlock(place)
    top = pane.page.document().documentLayout().blockBoundingRect(block).top()
    return top - other(pane).scrolled_to + other(pane).top_margin


def height_on_page(pane: SplitPage, place: int) -> int:
    cursor = QTextCursor(pane.page.document())
    cursor.setPosition(place)
    return pane.page.viewport().mapTo(pane.page, pane.page.cursorRect(cursor).topLeft()).y()


def pixels_changed(one: QImage, two: QImage) -> int:
    assert one.size() == two.size()
    return sum(
        one.pixel(x, y) != two.pixel(x, y) for y in range(one.height()) for x in range(one.width())
    )


def test_the_page_divides_where_it_stands(pane: SplitPage) -> None:
    pane.page.place_caret(place_of("Line 100 "))
    painted(pane)
    before = height_on_page(pane, place_of("Line 100 "))
    assert before > 350, "the caret is in what becomes the lower half"
    pane.divide(ABOVE)
    painted(pane)
    assert pane.page.y() > other(pane).y(), "the writer stays where the caret is"
    assert pane.page.y() + height_on_page(pane, place_of("Line 100 ")) == before
    assert other(pane).scrolled_to > 0
    caret = other(pane).caret_rect(other(pane).place).translated(other(pane)._origin)
    assert QRectF(other(pane).rect()).contains(caret), "its caret is in sight"
    pane.make_whole()
    assert pane.other is None
    assert height_on_page(pane, place_of("Line 100 ")) == before
    assert pane.page.size() == pane.size()


@pytest.mark.parametrize("split", [ABOVE, BESIDE])
def test_what_is_typed_in_one_half_is_seen_in_the_other(pane: SplitPage, split: Split) -> None:
    pane.divide(split)
    before = painted(pane)
    shown = before.copy(other(pane).geometry())
    height = other(pane).height()
    pane.page.place_caret(other(pane).place.position())
    pane.page.type_text("WWWWWW ")
    now = painted(pane).copy(other(pane).geometry())
    assert now.height() == height
    assert pixels_changed(shown, now) > 200
    pane.page.undo()
    again = painted(pane).copy(other(pane).geometry())
    assert pixels_changed(shown, again) < 100


def test_the_wheel_turns_the_half_it_is_over(pane: SplitPage) -> None:
    pane.divide(ABOVE)
    bar = pane.page.verticalScrollBar()
    mine, theirs = bar.value(), other(pane).scrolled_to
    wheel(other(pane), -10)
    assert bar.value() == mine
    assert other(pane).scrolled_to > theirs + 200
    theirs = other(pane).scrolled_to
    wheel(pane.page, -5)
    assert bar.value() > mine
    assert other(pane).scrolled_to == theirs


def test_scrolling_up_meets_no_surprise(pane: SplitPage) -> None:
    """Also where paragraphs above were never laid out, a step of the wheel is a step."""
    pane.divide(ABOVE)
    end = round(pane.page.document().size().height())
    other(pane).show_place(end * 2 // 3)
    painted(pane)
    for _ in range(20):
        place = QTextCursor(pane.page.document())
        place.setPosition(other(pane).position_at(QPointF(200, 150)))
        before = height_in_other(pane, place.block().position())
        wheel(other(pane), 1)
        painted(pane)
        assert 30 <= height_in_other(pane, place.block().position()) - before <= 90


def test_what_is_on_screen_is_what_there_is(pane: SplitPage, document: Document) -> None:
    """Qt moves pixels when a page scrolls: they must be those of the text, also where only heights have changed."""
    document.load("\n".join(LINES * 10))
    pane.page.place_caret(document.length)
    pane.divide(ABOVE)
    screen = pane.screen()
    for _ in range(12):
        wheel(other(pane), 8)
        for _ in range(3):
            QApplication.processEvents()
        on_screen = screen.grabWindow(pane.winId()).toImage()
        wanted = pane.grab().toImage().convertToFormat(on_screen.format())
        assert pixels_changed(on_screen, wanted) <= 2 * 40, "but for a caret that goes on or off"


def test_going_to_the_other_half_moves_nothing(pane: SplitPage) -> None:
    pane.divide(ABOVE)
    pane.page.place_caret(place_of("Line 3 "))
    wheel(other(pane), -30)
    place = QTextCursor(pane.page.document())
    place.setPosition(other(pane).position_at(QPointF(400, 100)))
    other(pane).put_place(place)
    before = painted(pane)
    mine, theirs = pane.page.caret(), other(pane).place.position()
    for _ in range(2):
        pane.swap()
        now = painted(pane)
        # Two carets of 2 x 30 pixels change their colour or go on and off.
        assert pixels_changed(before, now) <= 4 * 2 * 40
    pane.swap()
    assert pane.page.caret() == theirs
    assert other(pane).place.position() == mine
    assert pane.page.hasFocus()


def test_a_click_goes_there_and_a_drag_selects(pane: SplitPage) -> None:
    pane.divide(ABOVE)
    wheel(other(pane), -30)
    painted(pane)
    half = other(pane)
    start, end = QPoint(300, 100), QPoint(500, 100)
    wanted = half.position_at(QPointF(start)), half.position_at(QPointF(end))
    on_screen = half.mapToGlobal(end)
    QTest.mousePress(half, Qt.MouseButton.LeftButton, pos=start)
    assert pane.page.caret() == wanted[0]
    assert half.y() < pane.page.y(), "they changed places"
    # The button was pressed on the widget which is elsewhere now, and still gets what follows.
    QTest.mouseMove(half, half.mapFromGlobal(on_screen))
    QTest.mouseRelease(half, Qt.MouseButton.LeftButton, pos=half.mapFromGlobal(on_screen))
    cursor = pane.page.textCursor()
    assert (cursor.anchor(), cursor.position()) == wanted
    pane.page.type_text("instead")
    assert "instead" in pane.page.text()


def test_a_right_click_goes_there_and_selects_nothing(
    pane: SplitPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(pane.page, "_show_menu", lambda position, _where: asked.append(position))
    pane.divide(ABOVE)
    wheel(other(pane), -30)
    painted(pane)
    half = other(pane)
    at = QPoint(300, 100)
    position, caret = half.position_at(QPointF(at)), half.place.position()
    QTest.mousePress(half, Qt.MouseButton.RightButton, pos=at)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(half, QContextMenuEvent(reason, at, half.mapToGlobal(at)))
    assert asked == [position]
    assert pane.page.caret() == caret
    assert not pane.page.textCursor().hasSelection()
    assert pane.page.y() > half.y()


def test_the_text_in_sight_stays_while_the_text_above_grows(
    pane: SplitPage, document: Document
) -> None:
    pane.divide(ABOVE)
    pane.page.place_caret(0)
    other(pane).show_place(3000)
    painted(pane)
    start = pane.page.document().findBlock(other(pane).position_at(QPointF(300, 100))).position()
    before = height_in_other(pane, start)
    for _ in range(8):
        pane.page.type_text("\n")
        pane.page.type_text("More " * 40)
        painted(pane)
        grown = document.length - len(LONG)
        assert abs(height_in_other(pane, start + grown) - before) <= 1
    document.edit(0, document.length - len(LONG), "", ChangeKind.REPLACED)
    painted(pane)
    assert abs(height_in_other(pane, start) - before) <= 1
    assert pane.page.verticalScrollBar().value() < 1000, "the half of the writer is elsewhere"


def test_both_halves_have_the_marks(pane: SplitPage) -> None:
    pane.divide(ABOVE)
    painted(pane)
    before = painted(pane)
    style = QTextCharFormat()
    style.setFontUnderline(True)
    for half_place in (pane.page.caret(), other(pane).place.position()):
        block = pane.page.document().findBlock(half_place)
        pane.page.layers.set(
            Layer.SPELLING, block, [LayerRange(start=0, end=block.length() - 1, style=style)]
        )
    now = painted(pane)
    for half in (pane.page, other(pane)):
        seen = half.geometry()
        assert pixels_changed(before.copy(seen), now.copy(seen)) > 50


def test_a_ghost_is_where_the_writer_is_and_goes_when_the_writer_goes(pane: SplitPage) -> None:
    pane.divide(ABOVE)
    wheel(other(pane), -30)
    painted(pane)
    other(pane).place.setPosition(other(pane).position_at(QPointF(300, 60)))
    page = pane.page
    text = page.text()
    page.place_caret(place_of("Line 2 ") + 6)
    page.show_ghost(" and more words that are no text " * 5)
    before = painted(pane)
    wanted = other(pane).position_at(QPointF(300, 150))
    QTest.mouseClick(other(pane), Qt.MouseButton.LeftButton, pos=QPoint(300, 150))
    assert page.ghost_text == ""
    assert page.caret() == wanted
    assert page.text() == text
    assert pixels_changed(before, painted(pane)) > 100
    page.show_ghost("here")
    page.insert_accepted("here ")
    assert page.text()[wanted : wanted + 5] == "here "


def test_text_can_be_dropped_in_the_other_half(pane: SplitPage, document: Document) -> None:
    pane.divide(ABOVE)
    wheel(other(pane), -30)
    painted(pane)
    half, copies = other(pane), Qt.DropAction.CopyAction
    point = QPointF(300, 100)
    place = half.position_at(point)
    data = QMimeData()
    data.setText("dropped")
    with_button = data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(half, QDragEnterEvent(point.toPoint(), copies, *with_button))
    before = painted(pane)
    QApplication.sendEvent(half, QDragMoveEvent(point.toPoint(), copies, *with_button))
    assert 20 < pixels_changed(before, painted(pane)) < 200, "a caret shows where it would come"
    QApplication.sendEvent(half, QDropEvent(point, copies, *with_button))
    assert document.text()[place : place + 7] == "dropped"
    assert pane.page.caret() == 0, "the writer is where the writer was"
    pane.page.undo()
    assert document.text() == LONG
    pane.page.setReadOnly(True)
    event = QDragEnterEvent(point.toPoint(), copies, *with_button)
    event.ignore()
    QApplication.sendEvent(half, event)
    assert not event.isAccepted()


def test_a_caret_never_stands_where_none_can(pane: SplitPage, document: Document) -> None:
    pane.divide(ABOVE)
    other(pane).place.setPosition(document.length)
    document.load("🙂")
    assert other(pane).place.position() == 0
    assert other(pane).scrolled_to == 0
    other(pane).place.setPosition(1)  # between the two halves of the character
    pane.swap()
    assert pane.page.caret() == 0
    pane.page.type_text("x")
    assert document.text() == "x🙂"


def test_halves_are_as_wide_and_keep_their_share(pane: SplitPage) -> None:
    pane.divide(ABOVE)
    pane._divider.dragged.emit(200)
    assert pane.page.height() == pytest.approx(200, abs=5)
    for size in ((700, 500), (901, 801)):
        pane.resize(*size)
        assert pane.page.width() == other(pane).width() == size[0]
        assert pane.page.height() + other(pane).height() < size[1]
    pane._divider.dragged.emit(-1000)
    assert pane.page.height() > 50
    pane._divider.reset_asked.emit()
    assert abs(pane.page.height() - other(pane).height()) <= 1
    pane.switch(BESIDE)
    assert pane.split is BESIDE
    for width in (700, 901, 1400):
        pane.resize(width, 600)
        assert pane.page.width() == other(pane).width()
        assert pane.page.height() == other(pane).height() == 600
        assert pane.page.viewport().width() == pane.page.column_in(other(pane).width())[1]
        assert pane.page.x() + pane.page.width() < other(pane).x()
    pane.switch(BESIDE)
    assert pane.split is None


def test_zoom_and_faces_are_of_both(pane: SplitPage) -> None:
    pane.divide(ABOVE)
    other(pane).show_place(2000)
    painted(pane)
    start = other(pane)._anchor.place
    pane.page.set_zoom(200)
    painted(pane)
    assert other(pane)._anchor.place == start
    assert -200 < height_in_other(pane, start) < other(pane).height()
    assert other(pane)._bar.maximum() >= pane.page.document().size().height() * 0.9 - 700
    pane.page.set_theme(load_themes()["dark"])
    pane.restyle()
    shown = painted(pane).copy(other(pane).geometry())
    assert shown.pixelColor(shown.width() // 2, 3).lightness() < 100


def test_only_reading_is_possible_in_both(pane: SplitPage, document: Document) -> None:
    pane.page.setReadOnly(True)
    pane.divide(ABOVE)
    for _ in range(2):
        QTest.keyClicks(pane.page, "no")
        pane.swap()
    assert document.text() == LONG


def test_typewriter_scrolling_is_in_the_half_of_the_writer(pane: SplitPage) -> None:
    pane.divide(ABOVE)
    pane.page.typewriter.set_on(True)
    for _ in range(2):
        pane.page.place_caret(place_of("Line 150 "))
        theirs = other(pane).scrolled_to
        pane.page.type_text("x")
        middle = pane.page.caret_rect().center().y() + pane.page.viewportMargins().top()
        assert abs(middle - pane.page.height() // 2) <= 3
        painted(pane)
        assert abs(other(pane).scrolled_to - theirs) <= 30
        pane.page.undo()
        pane.swap()


def test_what_is_composed_is_written_where_it_was_begun(
    pane: SplitPage, document: Document
) -> None:
    pane.divide(ABOVE)
    pane.page.place_caret(5)
    QApplication.sendEvent(pane.page, QInputMethodEvent("ni", []))
    assert pane.page.is_composing
    assert document.text() == LONG
    pane.swap()
    assert not pane.page.is_composing
    assert document.text().startswith("Line ni0 of")
    block = pane.page.document().begin()
    assert block.layout().preeditAreaText() == ""
    pane.page.undo()
    assert document.text() == LONG


def test_another_layout_is_followed(
    pane: SplitPage, document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane.divide(ABOVE)
    painted(pane)
    monkeypatch.setattr(large_layout, "LARGE_PARAGRAPHS", 0)
    document.load("\n".join(LINES * 3))
    assert isinstance(pane.page.document().documentLayout(), LargeLayout)
    before = painted(pane)
    pane.page.type_text("WWWWWW ")
    seen = other(pane).geometry()
    assert pixels_changed(before.copy(seen), painted(pane).copy(seen)) > 200
    pane.make_whole()
    pane.page.type_text("more")


def test_it_comes_back_as_it_was(pane: SplitPage) -> None:
    assert pane.other_place() is None
    pane.divide(ABOVE)
    pane._divider.dragged.emit(450)
    wheel(other(pane), -20)
    painted(pane)
    other(pane).place.setPosition(other(pane).position_at(QPointF(300, 50)))
    pane.swap()
    kept = pane.other_place()
    assert kept is not None
    assert kept.is_first
    pane.make_whole()
    pane.restore(kept)
    painted(pane)
    assert pane.other_place() == kept
    assert other(pane).y() < pane.page.y()


def test_nothing_is_left_of_a_half_that_is_gone(pane: SplitPage) -> None:
    for _ in range(3):
        pane.divide(ABOVE)
        painted(pane)
        pane.make_whole()
        painted(pane)
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not pane.findChildren(OtherHalf)
    assert len(pane.page.seen.heights()) == 1
    pane.page.type_text("on")
    assert pane.page.text().startswith("on")
    pane.swap()
    assert pane.split is None
