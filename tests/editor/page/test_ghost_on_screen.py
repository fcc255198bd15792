"""The ghost on a real page, with pixels looked at."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from shiboken6 import isValid
from support.ghosts import (
    PROSE,
    Key,
    Make,
    Writer,
    drain,
    place,
    preedits,
)

from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.ghost_commands import default_keymap
from cowrite.editor.page.ghost_keys import GhostAction
from cowrite.editor.page.page_edit import PageEdit


@pytest.mark.parametrize("caret", range(20, len(PROSE), 7))
@pytest.mark.parametrize("ghost", ["x", "extraordinarily long words", " far away", "\nnew line"])
def test_what_was_read_does_not_move(make: Make, caret: int, ghost: str) -> None:
    page, writer = make(PROSE[:caret] + "\nnext paragraph", caret=caret)
    before = line_starts(page, caret), page.caret_rect(), page.verticalScrollBar().value()
    writer.offer(ghost)
    after = line_starts(page, caret), page.caret_rect(), page.verticalScrollBar().value()
    assert after == before


def test_a_ghost_that_wraps_does_not_break_the_word_in_two_when_it_need_not(make: Make) -> None:
    page, writer = make("He gath")
    writer.offer("ered")
    assert preedits(page) == ["ered"]


@pytest.mark.parametrize(
    "text", ["The cat sat here", "זה היה מאוחר אחר", "那天下午信来的时候已经很晚了啊"]
)
@pytest.mark.parametrize("hint", [False, True])
def test_clicks_find_the_right_place(make: Make, text: str, hint: bool) -> None:
    page, writer = make(text + "\nbelow", caret=7)
    page.set_show_tab_hint(hint)
    ghost = " and another " if text.isascii() else text[3:6]
    writer.offer(ghost, count=5)
    layout = page.document().begin().layout()
    shift = len(layout.preeditAreaText())
    line = layout.lineAt(0)
    for position in (0, 3, 6, 8, 11, len(text)):
        index = position + (shift if position > 7 else 0)
        x = layout.position().x() + line.cursorToX(index)[0]
        y = layout.position().y() + line.y() + line.height() / 2
        assert page.position_at(QPointF(x, y)) == position
    on_ghost = layout.position() + QPointF(line.cursorToX(7 + shift // 2)[0], line.y() + 8)
    assert page.position_at(on_ghost) == 7
    below = page.caret_rect().center() + QPoint(0, round(page._geometry.line_pitch))
    assert page.position_at(below) > len(text)


def test_a_click_behind_the_ghost_lands_there(make: Make) -> None:
    page, writer = make("The cat sat here", caret=3)
    writer.offer(" black and white")
    layout = page.document().begin().layout()
    x = layout.position().x() + layout.lineAt(0).cursorToX(16 + 12)[0]
    QTest.mouseClick(
        page.viewport(),
        Qt.MouseButton.LeftButton,
        pos=QPoint(round(x), page.caret_rect().center().y()),
    )
    assert page.textCursor().position() == 12
    assert page.ghost_text == ""


def test_a_double_click_behind_the_ghost_selects_that_word(make: Make) -> None:
    page, writer = make("The cat sat here", caret=3)
    writer.offer(" black and white")
    layout = page.document().begin().layout()
    x = layout.position().x() + layout.lineAt(0).cursorToX(16 + 9)[0]
    at = QPoint(round(x), page.caret_rect().center().y())
    QTest.mouseDClick(page.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert page.textCursor().selectedText() == "sat"


def test_moving_up_and_down_ignores_the_ghost(make: Make) -> None:
    page, writer = make("abcdef\nghijkl", caret=10)
    writer.offer(" with a long ghost\nof two lines")
    QTest.keyClick(page, Key.Key_Up)
    assert page.textCursor().position() == 3
    assert page.ghost_text == ""


def test_arrow_at_the_edge_still_tells_that_the_ghost_went(make: Make, qtbot: QtBot) -> None:
    page, writer = make("", caret=0)
    writer.offer("Once")
    with qtbot.waitSignal(page.caret_moved):
        QTest.keyClick(page, Key.Key_Left)
    assert page.ghost_text == ""


@pytest.mark.parametrize("theme", ["light", "dark", "sepia"])
def test_the_ghost_has_the_theme_s_colour_and_not_the_ink_s(make: Make, theme: str) -> None:
    page, writer = make()
    tokens = load_themes()[theme]
    writer.offer("\u2588\u2588\u2588\u2588")
    page.set_zoom(200)
    page.set_theme(tokens)
    middle = page.caret_rect().center() + QPoint(30, 0)
    image = page.viewport().grab().toImage()
    assert image.pixelColor(middle).name().upper() == tokens.ghost


def test_the_ghost_survives_zoom_resize_and_font(make: Make) -> None:
    page, writer = make(PROSE)
    writer.offer(" and nobody spoke")
    for change in (
        lambda: page.set_zoom(150),
        lambda: page.resize(500, 700),
        lambda: page.set_face("sans"),
        lambda: page.set_column(80),
        lambda: page.set_show_tab_hint(True),
    ):
        change()
        drain()
        assert page.ghost_text == " and nobody spoke"
        assert preedits(page)[0].startswith(" and nobody spoke")
        assert page.text() == PROSE


def test_number_and_key_cap_follow_the_ghost(make: Make) -> None:
    page, writer = make("x")
    writer.offer(" one", index=1, count=5)
    assert beside(page) == ("2/5", "")
    page.set_show_tab_hint(True)
    assert beside(page) == ("2/5", "Tab")
    assert page.ghost_text == " one"
    writer.offer(" one")
    assert beside(page) == ("", "Tab")
    page.set_show_tab_hint(False)
    assert beside(page) == ("", "")
    assert preedits(page) == [" one"]


def test_the_key_cap_is_there_only_while_tab_accepts(make: Make) -> None:
    page, writer = make("x")
    page.set_show_tab_hint(True)
    writer.offer(" one")
    rebound = {GhostAction.ACCEPT_WORD: (QKeySequence("Ctrl+J"),), GhostAction.ACCEPT_ALL: ()}
    page.set_keymap({**default_keymap(), **rebound})
    assert beside(page) == ("", "")
    page.set_keymap(default_keymap("all"))
    assert beside(page) == ("", "Tab")


def test_number_and_key_cap_go_with_the_ghost(make: Make) -> None:
    page, writer = make("x")
    page.set_show_tab_hint(True)
    without = page.viewport().grab().toImage()
    writer.offer(" one", count=5)
    with_hint = page.viewport().grab().toImage()
    page.set_show_tab_hint(False)
    assert page.viewport().grab().toImage() != with_hint
    writer.drop()
    assert page.viewport().grab().toImage() == without


@pytest.mark.parametrize("text", ["The cat sat ", "זה היה מאוחר ", "那天下午信来的时候"])
def test_they_stand_beside_the_ghost_inside_the_column(make: Make, text: str) -> None:
    page, writer = make(text)
    page.set_show_tab_hint(True)
    writer.offer("here" if text.isascii() else text[3:6], count=5)
    found = page._ghost.beside
    assert found is not None
    line = page.document().begin().layout().lineAt(0)
    corner = page.document().begin().layout().position()
    taken = line.naturalTextRect().translated(corner)
    column = QRectF(corner.x() + line.x(), taken.top(), line.width(), line.height())
    assert not found.cap_rect.intersects(taken)
    assert not taken.contains(found.number_at)
    assert column.contains(found.cap_rect)
    assert column.left() <= found.number_at.x() <= column.right()


@pytest.mark.parametrize(
    ("text", "caret", "ghost", "there"),
    [
        ("The cat sat here", 8, "down ", False),  # text follows on the line
        ("The cat  ", 7, " sat", True),  # only spaces do
        ("The cat\u2028sat", 7, " down", True),  # what follows is below
        ("The cat\nsat", 7, " down", True),
        ("The cat", 7, " sat\ndown", True),
    ],
)
def test_they_are_left_out_where_text_follows(
    make: Make, text: str, caret: int, ghost: str, there: bool
) -> None:
    page, writer = make(text, caret=caret)
    page.set_show_tab_hint(True)
    writer.offer(ghost, count=5)
    assert beside(page) == (("1/5", "Tab") if there else ("", ""))


@settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    width=st.integers(160, 900),
    caret=st.integers(1, len(PROSE)),
    ghost=st.sampled_from(["x", " far away", "extraordinarily long words", " 你好 😀", "\nnew"]),
    count=st.sampled_from([1, 3, 12]),
    zoom=st.sampled_from([100, 200]),
)
def test_what_is_no_text_never_changes_the_layout(
    make: Make, width: int, caret: int, ghost: str, count: int, zoom: int
) -> None:
    page, writer = made_once(make)
    page.set_show_tab_hint(False)
    page.resize(width, 700)
    page.set_zoom(zoom)
    place(page, caret)
    writer.offer(ghost)
    before = line_ends(page), page.caret_rect()
    page.set_show_tab_hint(True)
    assert (line_ends(page), page.caret_rect()) == before
    writer.offer(ghost, index=count - 1, count=count)
    assert (line_ends(page), page.caret_rect()) == before
    writer.drop()


def made_once(make: Make, made: list[tuple[PageEdit, Writer]] = []) -> tuple[PageEdit, Writer]:  # noqa: B006
    if not made or not isValid(made[0][0]):
        made[:] = [make(PROSE + "\nnext paragraph")]
    return made[0]


@pytest.mark.parametrize("theme", ["light", "dark", "sepia"])
@pytest.mark.parametrize("face", ["serif", "sans", "mono"])
@pytest.mark.parametrize("zoom", [100, 200])
def test_the_caret_covers_no_ink(make: Make, theme: str, face: str, zoom: int) -> None:
    page, writer = make("")
    page.set_theme(load_themes()[theme])
    page.set_face(face)
    page.set_zoom(zoom)
    for typed, ghost in (("", "j"), ("of", "j"), ("W", "W"), ("a ", "just"), ("if", "f")):
        page.content.load(typed + "\nmore")
        place(page, len(typed))
        writer.offer(ghost)
        page._caret.sleep()
        dark = page.viewport().grab().toImage()
        page._caret.wake()
        lit = page.viewport().grab().toImage()
        tokens = load_themes()[theme]
        full = {QColor(tokens.ghost).rgb(), QColor(tokens.ink).rgb()}
        rect = page.caret_rect()
        places = [
            (x, y)
            for x in range(rect.left(), rect.right() + 1)
            for y in range(rect.top(), rect.bottom() + 1)
        ]
        assert dark != lit
        for at in places:
            if dark.pixel(*at) in full:
                assert lit.pixel(*at) == dark.pixel(*at)


@pytest.mark.parametrize("text", ["The ", "", "The cat\n"])
def test_after_a_space_the_caret_stands_in_it(make: Make, text: str) -> None:
    page, writer = make(text)
    writer.offer("just")
    line = page.textCursor().block().layout().lineAt(0)
    index = page.textCursor().positionInBlock()
    start = page.textCursor().block().layout().position().x() + line.cursorToX(index)[0]
    assert page.caret_rect().left() + page.caret_rect().width() <= round(start)


def test_a_suffix_does_not_change_the_height_of_the_line(make: Make) -> None:
    page, writer = make("x\ny", caret=1)
    page.set_show_tab_hint(True)
    assert beside(page) == ("", "")
    second = page.document().findBlockByNumber(1)
    top = page.document().documentLayout().blockBoundingRect(second).top()
    writer.offer(" 你好 😀", count=4)
    assert page.document().documentLayout().blockBoundingRect(second).top() == top


def ghost_colour(page: PageEdit) -> str:
    """In which colour the ghost of the first paragraph is laid out."""
    formats = page.document().begin().layout().formats()
    return formats[0].format.foreground().color().name().upper()


def test_it_fades_in_and_then_nothing_runs(make: Make, qtbot: QtBot) -> None:
    page, writer = make("The ")
    page.reduced_motion = False
    full = load_themes()["light"].ghost
    writer.offer("quick")
    assert ghost_colour(page) != full
    qtbot.waitUntil(lambda: ghost_colour(page) == full)
    QTest.keyClick(page, "q")
    assert ghost_colour(page) == full
    page.hide_ghost()
    drain()
    page.painted = []
    drain()
    assert page.painted == []


def test_reduced_motion_shows_it_at_once(make: Make) -> None:
    page, writer = make("The ")
    writer.offer("quick")
    assert ghost_colour(page) == load_themes()["light"].ghost


def test_nothing_is_painted_while_nothing_happens(make: Make) -> None:
    page, writer = make("The ")
    page.set_show_tab_hint(True)
    writer.offer("quick", count=3)
    drain()
    page.painted = []
    drain()
    assert page.painted == []


def beside(page: PageEdit) -> tuple[str, str]:
    found = page._ghost.beside
    return (found.number, found.cap) if found is not None else ("", "")


def line_ends(page: PageEdit) -> list[tuple[int, float]]:
    """Every line of every paragraph: where it ends, and how high it is."""
    block, ends = page.document().begin(), []
    while block.isValid():
        layout = block.layout()
        for at in range(layout.lineCount()):
            line = layout.lineAt(at)
            ends.append((line.textStart() + line.textLength(), layout.position().y() + line.y()))
        block = block.next()
    return ends


def line_starts(page: PageEdit, caret: int) -> list[tuple[int, float]]:
    """The lines on which something is typed: where each begins, and how high it is."""
    layout = page.document().begin().layout()
    lines = [layout.lineAt(i) for i in range(layout.lineCount())]
    top = layout.position().y()
    return [(line.textStart(), top + line.y()) for line in lines if line.textStart() < caret]
