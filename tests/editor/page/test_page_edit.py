from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCursor, QTextLayout
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import contrast_ratio, load_themes
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.tracked_edit import LooseText

Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
AWKWARD = "one\u00a0two\u2028three\tfour\r\u2029five\ufdd0\ufdd1 😀 你好\n\n end \n"


@pytest.fixture
def make_page(qtbot: QtBot) -> Callable[..., PageEdit]:
    fonts = Fonts()

    def make(text: str = "", theme: str = "light") -> PageEdit:
        page = PageEdit(load_themes()[theme], fonts, LooseText("doc"), reduced_motion=True)
        qtbot.addWidget(page)
        page.resize(900, 600)
        with qtbot.waitExposed(page):
            page.show()
        page.activateWindow()
        page.setFocus()
        page.content.load(text)
        page.moveCursor(QTextCursor.MoveOperation.End)
        return page

    return make


@pytest.fixture
def changes() -> list[TextChange]:
    return []


def listen(page: PageEdit, changes: list[TextChange]) -> PageEdit:
    page.text_changed.connect(changes.append)
    return page


def told(change: TextChange) -> tuple[ChangeKind, int, int, str]:
    return change.kind, change.offset, change.removed, change.inserted


def caret_at(page: PageEdit, position: int, anchor: int | None = None) -> None:
    cursor = page.textCursor()
    cursor.setPosition(position if anchor is None else anchor)
    cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
    page.setTextCursor(cursor)


# -- text


def test_text_comes_back_exactly(make_page: Callable[..., PageEdit]) -> None:
    page = make_page(AWKWARD)
    assert page.text() == AWKWARD
    assert not page.document().isModified()
    assert not page.document().isUndoAvailable()


def test_loading_is_one_change_and_no_step(
    make_page: Callable[..., PageEdit], changes: list[TextChange]
) -> None:
    page = listen(make_page("old 😀"), changes)
    revision = page.revision
    page.content.load("new\ntext")
    assert [told(change) for change in changes] == [(ChangeKind.LOADED, 0, 6, "new\ntext")]
    assert page.revision > revision
    assert page.textCursor().position() == 0
    page.undo()
    assert page.text() == "new\ntext"


def test_typing_reports_each_letter(
    make_page: Callable[..., PageEdit], changes: list[TextChange]
) -> None:
    page = listen(make_page("aa\na"), changes)
    caret_at(page, 1)
    QTest.keyClicks(page, "ab")
    QTest.keyClick(page, Key.Key_Return)
    assert [told(change) for change in changes] == [
        (ChangeKind.TYPED, 1, 0, "a"),
        (ChangeKind.TYPED, 2, 0, "b"),
        (ChangeKind.TYPED, 3, 0, "\n"),
    ]
    assert page.text() == "aab\na\na"


def test_shift_return_is_an_ordinary_line(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("a")
    QTest.keyClick(page, Key.Key_Return, SHIFT)
    assert page.text() == "a\n"


def test_typing_over_a_selection_is_one_change(
    make_page: Callable[..., PageEdit], changes: list[TextChange]
) -> None:
    page = listen(make_page("say abc now"), changes)
    caret_at(page, 7, anchor=4)
    QTest.keyClick(page, "a")
    assert [told(change) for change in changes] == [(ChangeKind.TYPED, 4, 3, "a")]


def test_deleting(make_page: Callable[..., PageEdit], changes: list[TextChange]) -> None:
    page = listen(make_page("aaa😀\nb"), changes)
    caret_at(page, 2)
    QTest.keyClick(page, Key.Key_Backspace)
    QTest.keyClick(page, Key.Key_Delete)
    QTest.keyClick(page, Key.Key_Delete)
    QTest.keyClick(page, Key.Key_Delete)
    assert [told(change) for change in changes] == [
        (ChangeKind.DELETED, 1, 1, ""),
        (ChangeKind.DELETED, 1, 1, ""),
        (ChangeKind.DELETED, 1, 2, ""),
        (ChangeKind.DELETED, 1, 1, ""),
    ]


def test_pasting_takes_plain_text_only(
    make_page: Callable[..., PageEdit], changes: list[TextChange]
) -> None:
    page = listen(make_page("start "), changes)
    data = QMimeData()
    data.setHtml("<b>bold</b><img src='x.png'>")
    data.setText("bold\r\nnext\u00a0line")
    page.insertFromMimeData(data)
    assert page.text() == "start bold\nnext\u00a0line"
    assert [told(change) for change in changes] == [
        (ChangeKind.PASTED, 6, 0, "bold\nnext\u00a0line")
    ]
    assert page.textCursor().charFormat().fontWeight() <= 400
    page.undo()
    assert page.text() == "start "
    picture = QMimeData()
    picture.setHtml("<img src='x.png'>")
    picture.setData("image/png", b"")
    assert not page.canInsertFromMimeData(picture) or not picture.hasText()


def test_copy_keeps_special_spaces(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("a\u00a0b\nc")
    page.selectAll()
    QTest.keyClick(page, Key.Key_C, CTRL)
    assert QApplication.clipboard().text() == "a\u00a0b\nc"


def test_undo_and_redo_by_key_and_by_method(
    make_page: Callable[..., PageEdit], changes: list[TextChange]
) -> None:
    page = listen(make_page(), changes)
    QTest.keyClicks(page, "hello world")
    changes.clear()
    QTest.keyClick(page, Key.Key_Z, CTRL)
    page.undo()
    assert page.text() == ""
    QTest.keyClick(page, Key.Key_Z, CTRL | SHIFT)
    page.redo()
    assert page.text() == "hello world"
    assert [told(change) for change in changes] == [
        (ChangeKind.UNDO, 6, 5, ""),
        (ChangeKind.UNDO, 0, 6, ""),
        (ChangeKind.REDO, 0, 0, "hello "),
        (ChangeKind.REDO, 6, 0, "world"),
    ]


def test_moving_ends_an_undo_step(make_page: Callable[..., PageEdit]) -> None:
    page = make_page()
    QTest.keyClicks(page, "ab")
    QTest.keyClick(page, Key.Key_Left)
    QTest.keyClick(page, Key.Key_Right)
    QTest.keyClicks(page, "cd")
    page.undo()
    assert page.text() == "ab"


def test_menu_undoes_as_the_key_does(
    make_page: Callable[..., PageEdit], changes: list[TextChange]
) -> None:
    page = listen(make_page(), changes)
    QTest.keyClicks(page, "word")
    menu = page.make_context_menu()
    titles = {action.text().replace("&", ""): action for action in menu.actions()}
    assert titles["Undo"].isEnabled()
    assert not titles["Redo"].isEnabled()
    titles["Undo"].trigger()
    assert changes[-1].kind is ChangeKind.UNDO
    menu.deleteLater()


def test_accepted_text_is_a_step_of_its_own(
    make_page: Callable[..., PageEdit], changes: list[TextChange]
) -> None:
    page = listen(make_page(), changes)
    QTest.keyClicks(page, "hel")
    page.insert_accepted("lo")
    assert told(changes[-1]) == (ChangeKind.ACCEPTED, 3, 0, "lo")
    QTest.keyClicks(page, "s")
    page.undo()
    assert page.text() == "hello"
    page.undo()
    assert page.text() == "hel"
    page.undo()
    assert page.text() == ""


def test_looks_are_no_change_of_the_text(
    make_page: Callable[..., PageEdit], changes: list[TextChange]
) -> None:
    page = listen(make_page("some text"), changes)
    QTest.keyClick(page, "x")
    changes.clear()
    revision = page.revision
    page.set_zoom(200)
    page.set_face("mono")
    page.set_column(45)
    page.set_theme(load_themes()["dark"])
    page.resize(500, 400)
    assert changes == []
    assert page.revision == revision
    page.undo()
    assert page.text() == "some text"


def test_caret_moved_only_without_a_change(
    make_page: Callable[..., PageEdit], qtbot: QtBot
) -> None:
    page = make_page("some text")
    with qtbot.assertNotEmitted(page.caret_moved):
        QTest.keyClicks(page, "ab")
        QTest.keyClick(page, Key.Key_Backspace)
        page.undo()
    with qtbot.waitSignal(page.caret_moved):
        QTest.keyClick(page, Key.Key_Left)
    with qtbot.waitSignal(page.caret_moved):
        QTest.keyClick(page, Key.Key_Left, SHIFT)


def test_caret_context(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("first 😀\nsecond\nthird")
    caret_at(page, 12)
    context = page.caret_context()
    assert (context.before, context.after) == ("first 😀\nsec", "ond\nthird")
    assert (context.offset, context.length, context.document_id) == (12, 21, "doc")
    assert context.revision == page.revision
    assert not context.has_selection
    caret_at(page, 10, anchor=12)
    assert page.caret_context().has_selection


def test_caret_context_of_a_long_text_is_cut(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("a line of prose\n" * 5000)
    caret_at(page, 40_000)
    context = page.caret_context()
    text = page.text()
    assert text[:40_000].endswith(context.before)
    assert text[40_000:].startswith(context.after)
    assert (len(context.before), len(context.after)) == (6000, 600)


def test_input_method_commits_are_typed(
    make_page: Callable[..., PageEdit], changes: list[TextChange], qtbot: QtBot
) -> None:
    page = listen(make_page("好"), changes)
    composing: list[bool] = []
    page.composing_changed.connect(composing.append)
    for letters in ("n", "ni"):
        QApplication.sendEvent(page, QInputMethodEvent(letters, []))
    assert changes == []
    assert page.text() == "好"
    commit = QInputMethodEvent("", [])
    commit.setCommitString("你")
    QApplication.sendEvent(page, commit)
    assert [told(change) for change in changes] == [(ChangeKind.TYPED, 1, 0, "你")]
    assert composing == [True, False]


def test_keys_that_write_nothing_write_nothing(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("x")
    for key, modifiers in (
        (Key.Key_BracketRight, Qt.KeyboardModifier.AltModifier),
        (Key.Key_K, CTRL | SHIFT),
        (Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Key.Key_Backtab, SHIFT),
        (Key.Key_Control, CTRL),
    ):
        QTest.keyClick(page, key, modifiers)
    assert page.text() == "x"
    at_sign = QKeyEvent(
        QEvent.Type.KeyPress, Key.Key_At, CTRL | Qt.KeyboardModifier.AltModifier, "@"
    )
    QApplication.sendEvent(page, at_sign)
    assert page.text() == "x@"


def test_a_page_that_may_not_be_changed_is_not(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("x")
    page.setReadOnly(True)
    QTest.keyClicks(page, "abc")
    QTest.keyClick(page, Key.Key_Return)
    assert page.text() == "x"
    assert page.caret_context().read_only


# -- looks


def test_an_empty_page_begins_a_third_down(make_page: Callable[..., PageEdit]) -> None:
    page = make_page()
    top = page.viewport().mapTo(page, page.caret_rect().topLeft()).y()
    assert page.height() / 3 <= top <= page.height() / 3 + 16
    assert page.verticalScrollBar().maximum() == 0


def test_the_page_moves_up_as_it_fills(make_page: Callable[..., PageEdit]) -> None:
    page = make_page()
    lowest = 0
    for _ in range(60):
        QTest.keyClicks(page, "a")
        QTest.keyClick(page, Key.Key_Return)
        bottom = page.viewport().mapTo(page, page.caret_rect().bottomLeft()).y()
        lowest = max(lowest, bottom)
    assert lowest < 0.75 * page.height()
    assert page.viewportMargins().top() == 0
    QTest.keyClick(page, Key.Key_Home, CTRL)
    assert page.verticalScrollBar().value() == 0


def test_the_column_is_centred_and_holds_its_characters(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("Nobody in the house was willing to open it. " * 9)
    left = page.viewport().geometry().left()
    right = page.width() - page.viewport().geometry().right() - 1
    assert abs(left - right) <= 1
    assert 55 <= first_line(page).textLength() <= 75
    page.set_column(45)
    assert 36 <= first_line(page).textLength() <= 50
    page.set_column(10)
    assert first_line(page).textLength() > 30


def test_the_column_fits_a_narrow_window(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("word " * 100)
    page.resize(300, 400)
    assert page.viewport().width() < 300
    assert page.document().size().width() <= page.viewport().width()


def test_zoom_scales_everything(make_page: Callable[..., PageEdit], qtbot: QtBot) -> None:
    page = make_page("word " * 100)
    page.resize(1400, 900)
    width, height = page.viewport().width(), page.caret_rect().height()
    pitch = line_pitch(page)
    with qtbot.waitSignal(page.zoom_changed):
        page.set_zoom(200)
    assert page.viewport().width() == pytest.approx(2 * width, rel=0.04)
    assert page.caret_rect().height() == pytest.approx(2 * height, abs=2)
    assert line_pitch(page) == pytest.approx(2 * pitch, abs=1)


def test_zoom_keys(make_page: Callable[..., PageEdit]) -> None:
    page = make_page()
    QTest.keyClick(page, Key.Key_Equal, CTRL)
    assert page.zoom == 110
    QTest.keyClick(page, Key.Key_Minus, CTRL)
    QTest.keyClick(page, Key.Key_Minus, CTRL)
    assert page.zoom == 90
    QTest.keyClick(page, Key.Key_0, CTRL)
    assert page.zoom == 100
    assert page.text() == ""


def test_line_height_is_the_designed_one(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("word " * 100 + "你好 " * 40)
    pixels = 13 * page.logicalDpiY() / 72
    assert line_pitch(page) == pytest.approx(1.6 * pixels, abs=0.5)
    layout = page.document().begin().layout()
    tops = [layout.lineAt(i).y() + layout.lineAt(i).ascent() for i in range(layout.lineCount())]
    steps = {round(b - a) for a, b in pairwise(tops)}
    assert len(steps) == 1, "a fallback font must not disturb the lines"


@pytest.mark.parametrize("theme", ["light", "dark", "sepia"])
def test_sheet_desk_and_caret_have_the_theme_s_colours(
    make_page: Callable[..., PageEdit], theme: str
) -> None:
    page = make_page(theme=theme)
    tokens = load_themes()[theme]
    image = page.grab().toImage()
    caret = page.viewport().mapTo(page, page.caret_rect().center())
    assert image.pixelColor(2, 300).name().upper() == tokens.desk
    assert image.pixelColor(450, 500).name().upper() == tokens.page
    assert image.pixelColor(caret).name().upper() == tokens.accent
    assert contrast_ratio(image.pixelColor(caret).name(), tokens.page) >= 4.5


def test_scroll_bar_appears_near_the_pointer_only(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("line\n" * 200)
    bar = page.verticalScrollBar()
    assert not bar.handle_visible
    QTest.mouseMove(page, QPoint(page.width() - 30, 300))
    QApplication.processEvents()
    assert bar.handle_visible
    QTest.mouseMove(page.viewport(), QPoint(100, 300))
    QApplication.processEvents()
    assert not bar.handle_visible


def test_a_click_beside_the_column_finds_the_nearest_place(
    make_page: Callable[..., PageEdit],
) -> None:
    page = make_page("first line\nsecond line")
    middle = page.viewport().mapTo(page, page.caret_rect().center()).y()
    QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(5, middle))
    assert page.textCursor().position() == 11
    QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=QPoint(page.width() - 40, middle))
    assert page.textCursor().position() == 22


def test_position_at_every_letter(make_page: Callable[..., PageEdit]) -> None:
    page = make_page("some letters\nto be found")
    for position in range(24):
        cursor = page.textCursor()
        cursor.setPosition(position)
        assert page.position_at(QPointF(page.cursorRect(cursor).center())) == position


def test_caret_rests_while_typing(make_page: Callable[..., PageEdit]) -> None:
    page = make_page()
    for letter in "typing":
        page._caret._on_blink()
        QTest.keyClick(page, letter)
        colour = (
            page.grab()
            .toImage()
            .pixelColor(page.viewport().mapTo(page, page.caret_rect().center()))
        )
        assert colour.name().upper() == load_themes()["light"].accent


def test_the_caret_does_not_blink_where_less_motion_is_wanted(
    make_page: Callable[..., PageEdit], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page()
    monkeypatch.setattr(page, "reduced_motion", True)
    QTest.keyClick(page, "a")
    assert not page._caret._blink.isActive()
    monkeypatch.setattr(page, "reduced_motion", False)
    QTest.keyClick(page, "a")
    assert page._caret._blink.isActive()


def test_a_window_can_go_while_its_page_has_the_focus(qtbot: QtBot) -> None:
    window = QMainWindow()
    page = PageEdit(load_themes()["light"], Fonts(), reduced_motion=True)
    window.setCentralWidget(page)
    with qtbot.waitExposed(window):
        window.show()
    window.activateWindow()
    page.setFocus()
    page.show_ghost("Once")
    QApplication.processEvents()
    del window
    QApplication.processEvents()


def first_line(page: PageEdit) -> QTextLayout:
    return page.document().begin().layout().lineAt(0)


def line_pitch(page: PageEdit) -> float:
    layout = page.document().begin().layout()
    return layout.lineAt(1).y() - layout.lineAt(0).y()


@pytest.mark.parametrize("last", ["\U000e0100", "\U0001d165", "\U0010ffff", "😀"])
def test_no_key_cuts_a_character_in_half(make_page, last: str):
    """Qt's layout lets the caret stop between the halves of some characters that follow Thai letters."""
    for keys, left in (
        ([Key.Key_End, Key.Key_Left, Key.Key_Delete], ("ดี", "ดี" + last)),
        ([Key.Key_End, Key.Key_Backspace], ("ดี", "ดี" + last)),
        ([Key.Key_Home, Key.Key_Delete], (last, "ี" + last)),
    ):
        page = make_page("ดี" + last)
        for key in keys:
            QTest.keyClick(page, key)
        text = page.text()
        text.encode("utf-8")  # no half is left
        assert page.document().characterCount() - 1 == len(text.encode("utf-16-le")) // 2
        assert text in (*left, "ด" + last), keys
    page = make_page("ดี" + last)
    QTest.keyClick(page, Key.Key_Home)
    for _ in range(4):
        QTest.keyClick(page, Key.Key_Right)
        place = page.textCursor().position()
        page.text_between(0, place).encode("utf-8")
