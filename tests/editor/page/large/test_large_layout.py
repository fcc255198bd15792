"""The layout of large documents: the same lines at the same places as Qt's, and a text of 4 MB in a real page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QTextBlock
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.large import large_layout
from cowrite.editor.page.large.large_layout import LargeLayout, is_large
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.tracked_edit import LooseText

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
SENTENCE = "The harbour was quiet when she came down the hill, and nobody had seen the old man. "
MIXED = "\n".join(
    [*(SENTENCE * (number % 4) + f"{number} שלום 你好 😀 a\u2028b\tc" for number in range(40)), ""]
)
PARAGRAPHS = [SENTENCE * (1 + number % 5) + str(number) for number in range(16_000)]
LARGE = "\n".join(PARAGRAPHS)
Make = Callable[[str], PageEdit]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    fonts = Fonts()

    def make(text: str) -> PageEdit:
        page = PageEdit(load_themes()["light"], fonts, LooseText("doc"), reduced_motion=True)
        qtbot.addWidget(page)
        page.resize(900, 600)
        with qtbot.waitExposed(page):
            page.show()
        page.activateWindow()
        page.setFocus()
        page.content.load(text)
        return page

    return make


@pytest.fixture
def make_both(make: Make, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[PageEdit]]:
    """A page with Qt's layout, and one with ours."""

    def make_both(text: str) -> list[PageEdit]:
        usual = make(text)
        with monkeypatch.context() as patch:
            patch.setattr(large_layout, "LARGE_PARAGRAPHS", 0)
            ours = make(text)
        assert not isinstance(usual.document().documentLayout(), LargeLayout)
        assert isinstance(ours.document().documentLayout(), LargeLayout)
        return [usual, ours]

    return make_both


def blocks(page: PageEdit) -> list[QTextBlock]:
    document = page.document()
    return [document.findBlockByNumber(number) for number in range(document.blockCount())]


def places(page: PageEdit) -> list[object]:
    """Of all lines."""
    layout, found = page.document().documentLayout(), []
    for block in blocks(page):
        found.append(layout.blockBoundingRect(block))
        lines = [block.layout().lineAt(each) for each in range(block.layout().lineCount())]
        found += [(line.rect(), line.textStart(), line.textLength()) for line in lines]
    return found


def hits(page: PageEdit) -> list[int]:
    layout, fuzzy = page.document().documentLayout(), Qt.HitTestAccuracy.FuzzyHit
    points = [QPointF(x, y) for x in range(-5, 1000, 83) for y in range(-5, 1600, 3)]
    return [layout.hitTest(point, fuzzy) for point in points]


@pytest.mark.parametrize("zoom", [67, 100, 110, 200])
def test_it_looks_like_qts(make_both: Callable[[str], list[PageEdit]], zoom: int) -> None:
    pages = make_both(MIXED)
    for page in pages:
        page.set_zoom(zoom)
    usual, ours = pages
    assert usual.document().size() == ours.document().size()
    assert places(usual) == places(ours)
    assert hits(usual) == hits(ours)
    for _ in range(4):
        for page in pages:
            page._caret.sleep()
        assert usual.verticalScrollBar().value() == ours.verticalScrollBar().value()
        assert usual.viewport().grab().toImage() == ours.viewport().grab().toImage()
        for page in pages:
            QTest.keyClick(page, Key.Key_PageDown, SHIFT)  # with a selection
    assert usual.textCursor().selectedText() == ours.textCursor().selectedText() != ""


def test_only_a_large_text_uses_it(make: Make) -> None:
    assert not isinstance(make(SENTENCE * 99).document().documentLayout(), LargeLayout)
    assert isinstance(make("a\n" * 20_001).document().documentLayout(), LargeLayout)
    assert is_large(2_000_001, 1)
    assert not is_large(2_000_000, 20_000)


def is_in_sight(page: PageEdit) -> bool:
    rect = page.caret_rect()
    return rect.top() >= 0 and rect.bottom() < page.viewport().height()


def first_seen(page: PageEdit) -> int:
    return page.cursorForPosition(QPoint(20, 5)).blockNumber()


def test_a_large_text_is_written_in(make: Make) -> None:
    page = make(LARGE)
    assert page.document().blockCount() == len(PARAGRAPHS)
    QTest.keyClick(page, Key.Key_End, CTRL)
    assert page.textCursor().atEnd()
    assert is_in_sight(page)
    QTest.keyClicks(page, " fin")
    QTest.keyClick(page, Key.Key_Return)
    QTest.keyClicks(page, "x")
    assert is_in_sight(page)
    assert page.text() == LARGE + " fin\nx"
    QTest.keyClick(page, Key.Key_Home, CTRL)
    assert is_in_sight(page)
    QTest.keyClicks(page, "ab")
    assert page.text() == "ab" + LARGE + " fin\nx"
    while page.document().isUndoAvailable():
        page.undo()
        assert is_in_sight(page)
    assert page.text() == LARGE


def test_the_middle_of_a_large_text(make: Make) -> None:
    page = make(LARGE)
    bar = page.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    number = first_seen(page)
    assert len(PARAGRAPHS) * 0.4 < number < len(PARAGRAPHS) * 0.6
    QTest.mouseClick(
        page.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 300)
    )
    place = page.textCursor().position()
    assert is_in_sight(page)
    assert number <= page.textCursor().blockNumber() < number + 12
    QTest.keyClicks(page, "here")
    assert page.text() == LARGE[:place] + "here" + LARGE[place:]
    QTest.keyClick(page, Key.Key_Down, SHIFT)
    QTest.keyClick(page, Key.Key_End, CTRL | SHIFT)
    assert page.selected_text() == LARGE[place:]
    QTest.keyClick(page, Key.Key_Delete)
    assert page.text() == LARGE[:place] + "here"
    page.undo()
    assert page.text() == LARGE[:place] + "here" + LARGE[place:]


def test_nothing_jumps_on_the_way_up(make: Make) -> None:
    """Paragraphs above are higher or lower than estimated, and still it goes up by as much as was scrolled."""
    page = make(LARGE)
    bar = page.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    layout = page.document().documentLayout()
    for _ in range(60):
        block = page.document().findBlockByNumber(first_seen(page))
        before = layout.blockBoundingRect(block).top() - bar.value()
        bar.setValue(bar.value() - 137)
        after = layout.blockBoundingRect(block).top() - bar.value()
        assert after - before == pytest.approx(137, abs=1)


def test_zoom_and_width_keep_what_is_in_sight(make: Make) -> None:
    page = make(LARGE)
    bar = page.verticalScrollBar()
    bar.setValue(bar.maximum() // 3)
    QTest.mouseClick(
        page.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(20, 200)
    )
    number = page.textCursor().blockNumber()
    page.set_zoom(200)
    assert is_in_sight(page)
    assert abs(first_seen(page) - number) < 8
    page.set_zoom(100)
    page.resize(500, 600)
    assert is_in_sight(page)
    assert abs(first_seen(page) - number) < 8
    page.set_theme(load_themes()["dark"])
    assert is_in_sight(page)


def test_only_what_was_looked_at_has_lines(make: Make) -> None:
    page = make(LARGE)
    QTest.keyClick(page, Key.Key_End, CTRL)
    assert sum(bool(block.layout().lineCount()) for block in blocks(page)) < 200
    bar = page.verticalScrollBar()
    for _ in range(900):
        bar.setValue(bar.value() - 2000)
    kept = sum(bool(block.layout().lineCount()) for block in blocks(page))
    assert kept <= large_layout._KEPT + 200


def test_a_screen_reader_is_told_the_same(make_both: Callable[[str], list[PageEdit]]) -> None:
    texts = []
    for page in make_both(MIXED):
        interface = QAccessible.queryAccessibleInterface(page)
        text = interface.textInterface() if interface is not None else None
        assert text is not None
        text.setCursorPosition(200)
        text.setSelection(0, 200, 204)
        letters = [text.characterRect(at).width() for at in (0, 90, 210)]
        texts.append((text.characterCount(), text.text(0, 120), text.cursorPosition(), letters))
        assert text.selectionCount() == 1
    assert texts[0] == texts[1]
    assert MIXED.startswith(texts[0][1])  # of which Qt counts UTF-16 units
