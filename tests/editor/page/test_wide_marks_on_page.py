"""Quotation marks, dashes and dots among Chinese are as wide as a character, in either layout."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent
from PySide6.QtGui import QFontDatabase, QTextBlock, QTextCursor
from PySide6.QtWidgets import QApplication

from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import in_units
from cowrite.editor.appearance.fonts import BodyFace, Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.large import large_layout
from cowrite.editor.page.layer_ranges import Layer
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.tracked_edit import LooseText
from cowrite.typography.wide_marks import wide_marks

TALK = "“走吧。”她说——“雨停了……”"
ENGLISH = "“It’s late — go…” she said."
PIECES = st.lists(
    st.sampled_from(["你好", "，", "“", "”", "——", "……", "a b", "\n", "𠮷"]), max_size=8
)


@pytest.fixture(params=["Qt’s layout", "ours"])
def page(
    qapp: QApplication, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PageEdit]:
    if request.param == "ours":
        monkeypatch.setattr(large_layout, "LARGE_PARAGRAPHS", 0)
    made = PageEdit(load_themes()["light"], Fonts(), LooseText("doc"), reduced_motion=True)
    made.resize(900, 600)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def block_of(page: PageEdit, number: int) -> QTextBlock:
    block = page.document().findBlockByNumber(number)
    page.document().documentLayout().blockBoundingRect(block)
    return block


def widths(page: PageEdit, number: int = 0) -> list[float]:
    """Of the characters on the first line of a paragraph, the one there being 1."""
    line = block_of(page, number).layout().lineAt(0)
    text = block_of(page, number).text()
    at = text.index("她")

    def place(index: int) -> float:
        found = line.cursorToX(index)
        return found[0] if isinstance(found, tuple) else found

    usual = place(at + 1) - place(at)
    return [round((place(n + 1) - place(n)) / usual, 2) for n in range(len(text))]


def is_right(page: PageEdit) -> bool:
    """Whether every paragraph has what its text says."""
    block = page.document().begin()
    while block.isValid():
        found = [(each.start, each.end) for each in page.layers.ranges(Layer.WIDE_MARKS, block)]
        if found != wide_marks(in_units(block.text())):
            return False
        block = block.next()
    return True


@pytest.mark.parametrize("face", [*BodyFace])
def test_each_is_as_wide_as_a_character(page: PageEdit, face: BodyFace) -> None:
    if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        pytest.skip("no Chinese font is here")
    page.content.load(f"{TALK}\n{ENGLISH}")
    page.set_face(face)
    assert set(widths(page)) == {1.0}
    assert page.layers.ranges(Layer.WIDE_MARKS, block_of(page, 1)) == ()


def test_it_is_so_before_anything_is_in_sight(page: PageEdit) -> None:
    """So that no paragraph grows when one scrolls to it."""
    page.content.load("\n".join([TALK] * 400))
    assert is_right(page)
    assert set(widths(page, 399)) == {1.0}


def test_a_text_that_comes_in_parts(page: PageEdit) -> None:
    for _ in page.content.loading("\n".join([TALK, ENGLISH] * 50), part_size=200):
        assert is_right(page)
    assert is_right(page)
    page.content.load(ENGLISH)
    assert is_right(page)


def test_what_is_typed_around_it_decides(page: PageEdit) -> None:
    page.type_text("“")
    assert not page.layers.ranges(Layer.WIDE_MARKS, block_of(page, 0))
    page.type_text("走")
    assert page.layers.ranges(Layer.WIDE_MARKS, block_of(page, 0))
    page.type_text(" and so on and on")
    assert not page.layers.ranges(Layer.WIDE_MARKS, block_of(page, 0))
    page.undo()
    assert is_right(page)


def test_a_suggestion_too(page: PageEdit) -> None:
    page.type_text("她说：“走")
    page.show_ghost("吧！”——")
    formats = block_of(page, 0).layout().formats()
    wide = {
        at
        for each in formats
        if each.format.fontFeatures()
        for at in range(each.start, each.start + each.length)
    }
    assert wide == {3, 7, 8, 9}


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 12), PIECES), max_size=8))
def test_whatever_is_edited(page: PageEdit, edits: list[tuple[int, int, list[str]]]) -> None:
    page.content.load(f"{TALK}\n{ENGLISH}\n{TALK}")
    for start, length, pieces in edits:
        cursor = QTextCursor(page.document())
        cursor.setPosition(min(start, page.content.length))
        first = cursor.position()
        last = min(first + length, page.content.length)
        try:
            page.content.edit(first, last, "".join(pieces), ChangeKind.TYPED)
        except ValueError:  # within a character
            continue
        assert is_right(page)
    page.undo()
    assert is_right(page)
    page.redo()
    assert is_right(page)
