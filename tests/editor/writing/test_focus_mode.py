"""Focus mode: what stands out, and that the rest is quiet on screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from plain_document import plain_document
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.writing.focus_mode import OFF, PARAGRAPH, SENTENCE, FocusMode

TEXT = "One is here. Two is there. Three.\nFour stands below. Five."


class FocusedPage:
    """A page that is shown, with focus mode."""

    def __init__(self, qtbot: QtBot) -> None:
        self.document = plain_document()
        self.document.load(TEXT)
        self.page = PageEdit(load_themes()["light"], Fonts(), self.document, reduced_motion=True)
        qtbot.addWidget(self.page)
        self.focus = FocusMode(self.page)
        self.page.resize(700, 500)
        with qtbot.waitExposed(self.page):
            self.page.show()

    def lit(self) -> str:
        return self.page.text_between(*self.focus.lit)

    def darkest(self, part: str) -> int:
        """How dark the ink of ``part`` is on screen: 0 is black."""
        start = TEXT.index(part)
        first = self.page.textCursor()
        first.setPosition(start)
        last = self.page.textCursor()
        last.setPosition(start + len(part))
        box = self.page.cursorRect(first).united(self.page.cursorRect(last))
        image: QImage = self.page.viewport().grab(box.adjusted(2, 0, -2, 0)).toImage()
        places = ((x, y) for x in range(image.width()) for y in range(image.height()))
        return min(QColor(image.pixel(*place)).lightness() for place in places)


@pytest.fixture
def focused(qtbot: QtBot) -> Iterator[FocusedPage]:
    made = FocusedPage(qtbot)
    yield made
    made.document.close()


@pytest.mark.parametrize(
    ("mode", "place", "lit"),
    [
        (SENTENCE, 0, "One is here. "),
        (SENTENCE, 13, "Two is there. "),
        (SENTENCE, 33, "Three."),
        (SENTENCE, 34, "Four stands below. "),
        (PARAGRAPH, 15, "One is here. Two is there. Three."),
        (PARAGRAPH, len(TEXT), "Four stands below. Five."),
    ],
)
def test_what_stands_out(focused: FocusedPage, mode: str, place: int, lit: str) -> None:
    focused.page.place_caret(place)
    focused.focus.set_mode(mode)
    assert focused.lit() == lit


def test_it_follows_the_caret_and_what_is_typed(focused: FocusedPage) -> None:
    focused.focus.set_mode(SENTENCE)
    focused.page.place_caret(20)
    assert focused.lit() == "Two is there. "
    for key in "so. New":
        focused.page.type_text(key)
    assert focused.lit().startswith("New")


def test_a_selection_stands_out_whole(focused: FocusedPage) -> None:
    focused.focus.set_mode(SENTENCE)
    cursor = focused.page.textCursor()
    cursor.setPosition(5)
    cursor.setPosition(40, cursor.MoveMode.KeepAnchor)
    focused.page.setTextCursor(cursor)
    assert focused.lit() == "One is here. Two is there. Three.\nFour stands below. "


def test_everything_else_is_quiet_on_screen(focused: FocusedPage) -> None:
    focused.page.place_caret(15)
    ink = focused.darkest("Two is there")
    assert focused.darkest("One is here") <= ink + 8
    focused.focus.set_mode(SENTENCE)
    assert focused.darkest("Two is there") <= ink + 8
    for part in ("One is here", "Three", "Four stands below"):
        assert focused.darkest(part) > ink + 60, part
    focused.page.place_caret(36)
    assert focused.darkest("Four stands below") <= ink + 8
    assert focused.darkest("Two is there") > ink + 60
    focused.focus.set_mode(OFF)
    assert focused.darkest("Two is there") <= ink + 8


def test_a_suggestion_in_the_sentence_is_not_covered(focused: FocusedPage) -> None:
    focused.page.place_caret(len(TEXT))
    focused.page.show_ghost(" and a suggestion")
    shown = focused.page.viewport().grab().toImage()
    focused.focus.set_mode(PARAGRAPH)
    below = focused.page.caret_rect()
    lit = focused.page.viewport().grab(below.adjusted(2, 0, 100, 0)).toImage()
    assert lit == shown.copy(below.adjusted(2, 0, 100, 0))
    focused.page.hide_ghost()


def test_it_fades_where_things_may_move(focused: FocusedPage, qtbot: QtBot) -> None:
    focused.page.reduced_motion = False
    focused.focus.set_mode(SENTENCE)
    focused.page.place_caret(15)
    assert focused.focus._left == (0, 13)
    qtbot.waitUntil(lambda: focused.focus._left is None)
