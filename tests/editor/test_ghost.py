"""The ghost on a real page, with keys pressed and pixels looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QInputMethodEvent, QPaintEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cowrite.editor.fonts import Fonts
from cowrite.editor.page import PageEdit
from cowrite.editor.page_keys import GhostAction, default_keymap
from cowrite.editor.page_text import from_document
from cowrite.editor.theme import load_themes
from cowrite.suggest.ports import ChangeKind, TextChange

Key = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
PROSE = (
    "It was late in the afternoon when the letter came, and nobody in the house was willing to "
    "open it before the others had sat down at the long table by the window."
)


class WatchedPage(PageEdit):
    """Notes at each painting what the ghost is."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.painted = [*getattr(self, "painted", []), self.ghost_text]


@dataclass
class Writer:
    """Answers the keys as the controller does: one ghost, taken word by word, typed along."""

    page: PageEdit
    left: str = ""
    index: int = 0
    count: int = 1
    asked: int = 0
    accepting: bool = False
    answers: bool = True
    changes: list[TextChange] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_ghost_keys(self)
        self.page.text_changed.connect(self.on_text_changed)
        self.page.caret_moved.connect(self.drop)

    def offer(self, text: str, *, index: int = 0, count: int = 1) -> None:
        self.left, self.index, self.count = text, index, count
        self.page.show_ghost(text, index=index, count=count)

    def drop(self) -> None:
        self.left = ""
        self.page.hide_ghost()

    def on_text_changed(self, change: TextChange) -> None:
        self.changes.append(change)
        if self.accepting:
            return
        typed = change.kind is ChangeKind.TYPED and not change.removed and change.inserted
        if (
            typed
            and self.left.startswith(change.inserted)
            and len(self.left) > len(change.inserted)
        ):
            self.offer(self.left[len(change.inserted) :], index=self.index, count=self.count)
        else:
            self.drop()

    def take(self, text: str) -> bool:
        if not self.answers:
            return False
        self.accepting = True
        self.page.insert_accepted(text)
        self.accepting = False
        rest = self.left[len(text) :]
        if rest:
            self.offer(rest)
        else:
            self.drop()
        return True

    def accept_word(self) -> bool:
        head, space, _ = self.left.lstrip().partition(" ")
        start = self.left[: len(self.left) - len(self.left.lstrip())]
        return self.take(start + head + space)

    def accept_all(self) -> bool:
        return self.take(self.left)

    def reject(self) -> bool:
        self.drop()
        return True

    def turn(self, step: int) -> bool:
        self.offer(self.left, index=(self.index + step) % self.count, count=self.count)
        return True

    def ask_now(self) -> bool:
        self.asked += 1
        return True


@pytest.fixture
def make(qtbot: QtBot) -> Callable[..., tuple[WatchedPage, Writer]]:
    fonts = Fonts()

    def build(text: str = "", caret: int | None = None) -> tuple[WatchedPage, Writer]:
        page = WatchedPage(load_themes()["light"], fonts, reduced_motion=True)
        qtbot.addWidget(page)
        page.resize(900, 600)
        with qtbot.waitExposed(page):
            page.show()
        page.activateWindow()
        page.setFocus()
        page.set_text(text)
        place(page, len(text) if caret is None else caret)
        return page, Writer(page)

    return build


Make = Callable[..., tuple[WatchedPage, Writer]]


def place(page: PageEdit, position: int) -> None:
    cursor = page.textCursor()
    cursor.setPosition(position)
    page.setTextCursor(cursor)


def raw_text(page: PageEdit) -> str:
    block, lines = page.document().begin(), []
    while block.isValid():
        lines.append(block.text())
        block = block.next()
    return from_document("\n".join(lines))


def drain() -> None:
    for _ in range(3):
        QApplication.processEvents()


def preedits(page: PageEdit) -> list[str]:
    block, found = page.document().begin(), []
    while block.isValid():
        found += [block.layout().preeditAreaText()]
        block = block.next()
    return [text for text in found if text]


# -- never in the document


def test_the_ghost_is_nowhere_but_on_screen(make: Make, qtbot: QtBot) -> None:
    page, writer = make("The cat", caret=3)
    revision = page.revision
    empty = page.grab().toImage()
    with (
        qtbot.assertNotEmitted(page.textChanged),
        qtbot.assertNotEmitted(page.text_changed),
        qtbot.assertNotEmitted(page.caret_moved),
        qtbot.assertNotEmitted(page.document().modificationChanged),
    ):
        writer.offer(" black\nand small")
        assert page.grab().toImage() != empty
    assert page.text() == page.toPlainText() == raw_text(page) == "The cat"
    assert page.revision == revision
    assert not page.document().isModified()
    assert not page.document().isUndoAvailable()
    assert page.document().characterCount() == 8
    assert page.textCursor().position() == 3
    assert page.caret_context().after == " cat"
    page.hide_ghost()
    assert page.grab().toImage() == empty


def test_the_clipboard_never_holds_the_ghost(make: Make) -> None:
    page, writer = make("The cat", caret=3)
    writer.offer(" black")
    page.selectAll()
    page.copy()
    assert QApplication.clipboard().text() == "The cat"
    assert page.ghost_text == ""


# -- keys


@pytest.mark.parametrize(
    ("key", "modifiers", "text", "left"),
    [
        (Key.Key_Tab, Qt.KeyboardModifier.NoModifier, "The quick ", "brown fox"),
        (Key.Key_Right, CTRL, "The quick ", "brown fox"),
        (Key.Key_Backtab, SHIFT, "The quick brown fox", ""),
        (Key.Key_End, Qt.KeyboardModifier.NoModifier, "The quick brown fox", ""),
        (Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "The ", ""),
    ],
)
def test_each_key(
    make: Make, key: Key, modifiers: Qt.KeyboardModifier, text: str, left: str
) -> None:
    page, writer = make("The ")
    writer.offer("quick brown fox")
    QTest.keyClick(page, key, modifiers)
    assert (page.text(), page.ghost_text) == (text, left)
    assert bool(preedits(page)) == bool(left)


def test_tab_can_accept_all(make: Make) -> None:
    page, writer = make("The ")
    page.set_keymap(default_keymap("all"))
    writer.offer("quick brown fox")
    QTest.keyClick(page, Key.Key_Tab)
    assert page.text() == "The quick brown fox"


def test_turning_and_asking(make: Make) -> None:
    page, writer = make("The ")
    writer.offer("fox", count=3)
    QTest.keyClick(page, Key.Key_BracketRight, ALT)
    assert writer.index == 1
    QTest.keyClick(page, Key.Key_BracketLeft, ALT)
    QTest.keyClick(page, Key.Key_BracketLeft, ALT)
    assert writer.index == 2
    page.hide_ghost()
    QTest.keyClick(page, Key.Key_Backslash, ALT)
    assert writer.asked == 1
    assert page.text() == "The "


def test_without_a_ghost_keys_do_what_they_always_do(make: Make) -> None:
    page, _ = make("one two", caret=0)
    QTest.keyClick(page, Key.Key_Right, CTRL)
    assert page.textCursor().position() == 4
    QTest.keyClick(page, Key.Key_End)
    assert page.textCursor().position() == 7
    QTest.keyClick(page, Key.Key_Tab)
    assert page.text() == "one two\t"


def test_a_key_that_was_not_used_does_what_it_always_does(make: Make) -> None:
    page, writer = make("one", caret=1)
    writer.answers = False
    writer.offer("xx")
    QTest.keyClick(page, Key.Key_Tab)
    assert page.text() == "o\tne"
    place(page, 0)
    writer.offer("xx")
    QTest.keyClick(page, Key.Key_End)
    assert page.textCursor().position() == 4
    assert page.ghost_text == ""


def test_every_action_has_a_key() -> None:
    for accepts in ("word", "all"):
        keymap = default_keymap(accepts)
        assert all(keymap[action] for action in GhostAction)
        keys = [key for keys in keymap.values() for key in keys]
        assert len(keys) == len(set(keys))


# -- typing


def test_typing_along_consumes_without_a_frame_between(make: Make) -> None:
    page, writer = make("The ")
    writer.offer("quick 😀 fox")
    drain()
    page.painted = []
    for letter in ("q", "u", "i"):
        QTest.keyClick(page, letter)
        drain()
    assert page.painted
    assert set(page.painted) == {"uick 😀 fox", "ick 😀 fox", "ck 😀 fox"}
    QTest.keyClicks(page, "ck ")
    page.type_text("😀")
    assert page.ghost_text == " fox"


def test_what_was_not_typed_yet_keeps_its_pixels(make: Make) -> None:
    page, writer = make("xxx ")
    page.set_face("mono")
    writer.offer("nnnnnnnn mmm")
    before = page.viewport().grab().toImage()
    QTest.keyClick(page, "n")
    after = page.viewport().grab().toImage()
    advance = page._geometry.metrics().horizontalAdvance("n")
    rest = page.caret_rect().right() + round(advance)
    assert right_of(before, rest) == right_of(after, rest)
    assert before != after


def test_typing_something_else_drops_it(make: Make) -> None:
    page, writer = make("The ")
    writer.offer("quick")
    QTest.keyClick(page, "Q")
    assert (page.text(), page.ghost_text, preedits(page)) == ("The Q", "", [])


def test_a_ghost_nobody_renews_goes(make: Make) -> None:
    page, _ = make("The ")
    page.set_ghost_keys(None)
    page.text_changed.disconnect()
    page.show_ghost("quick")
    QTest.keyClick(page, "q")
    assert (page.ghost_text, preedits(page)) == ("", [])


def test_typing_a_line_end_moves_the_ghost_along(make: Make) -> None:
    page, writer = make("one\ntwo", caret=3)
    writer.offer("\nand more")
    QTest.keyClick(page, Key.Key_Return)
    assert page.text() == "one\n\ntwo"
    assert page.ghost_text == "and more"
    assert preedits(page) == ["and more"]
    assert page.document().findBlockByNumber(1).layout().preeditAreaText() == "and more"


def test_undo_takes_back_an_accept_in_one_step(make: Make) -> None:
    page, writer = make()
    QTest.keyClicks(page, "The")
    writer.offer(" quick brown fox")
    QTest.keyClick(page, Key.Key_Tab)
    QTest.keyClick(page, Key.Key_Tab)
    QTest.keyClicks(page, "fo")
    steps = []
    while page.document().isUndoAvailable():
        steps.append(page.text())
        QTest.keyClick(page, Key.Key_Z, CTRL)
    assert steps == ["The quick brown fo", "The quick brown ", "The quick ", "The"]


def test_edits_elsewhere_take_the_ghost_away(make: Make) -> None:
    page, writer = make("one\ntwo\nthree\nfour")
    writer.offer(" five")
    cursor = QTextCursor(page.document())
    cursor.setPosition(13, QTextCursor.MoveMode.KeepAnchor)
    cursor.removeSelectedText()
    assert page.text() == "\nfour"
    assert (page.ghost_text, preedits(page)) == ("", [])


def test_an_input_method_comes_before_the_ghost(make: Make, qtbot: QtBot) -> None:
    page, writer = make("今天")
    writer.offer("天气很好")
    with qtbot.waitSignal(page.composing_changed):
        QApplication.sendEvent(page, QInputMethodEvent("ti", []))
    assert page.ghost_text == ""
    assert preedits(page) == ["ti"]
    writer.offer("too early")
    assert page.ghost_text == ""
    commit = QInputMethodEvent("", [])
    commit.setCommitString("天")
    QApplication.sendEvent(page, commit)
    assert (page.text(), preedits(page)) == ("今天天", [])


def test_a_commit_without_composing_types_along(make: Make) -> None:
    page, writer = make("今天")
    writer.offer("天气很好")
    commit = QInputMethodEvent("", [])
    commit.setCommitString("天")
    QApplication.sendEvent(page, commit)
    assert (page.text(), page.ghost_text) == ("今天天", "气很好")
    assert preedits(page) == ["气很好"]


# -- on screen


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
    assert preedits(page) == [" one\u20022/5"]
    page.set_show_tab_hint(True)
    assert "Tab" in preedits(page)[0]
    assert page.ghost_text == " one"
    page.set_show_tab_hint(False)
    writer.offer(" one")
    assert preedits(page) == [" one"]


def test_a_suffix_does_not_change_the_height_of_the_line(make: Make) -> None:
    page, writer = make("x\ny", caret=1)
    page.set_show_tab_hint(True)
    second = page.document().findBlockByNumber(1)
    top = page.document().documentLayout().blockBoundingRect(second).top()
    writer.offer(" 你好 😀", count=4)
    assert page.document().documentLayout().blockBoundingRect(second).top() == top


def test_it_fades_in_and_then_nothing_runs(make: Make, qtbot: QtBot) -> None:
    page, writer = make("The ")
    page.reduced_motion = False
    full = load_themes()["light"].ghost
    writer.offer("quick")
    assert page._ghost.fading
    qtbot.waitUntil(lambda: not page._ghost.fading)
    formats = page.document().begin().layout().formats()
    assert formats[0].format.foreground().color().name().upper() == full
    QTest.keyClick(page, "q")
    assert not page._ghost.fading
    page.hide_ghost()
    drain()
    page.painted = []
    drain()
    assert page.painted == []


def test_reduced_motion_shows_it_at_once(make: Make) -> None:
    page, writer = make("The ")
    writer.offer("quick")
    assert not page._ghost.fading


def test_nothing_is_painted_while_nothing_happens(make: Make) -> None:
    page, writer = make("The ")
    page.set_show_tab_hint(True)
    writer.offer("quick", count=3)
    drain()
    page.painted = []
    drain()
    assert page.painted == []


# -- everything at once


OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.sampled_from("ab \n你é😀")),
        st.tuples(st.just("offer"), st.sampled_from(["a", "ab a", " b\na", "你好。", "😀 a", "é"])),
        st.tuples(st.just("along"), st.none()),
        st.tuples(st.just("word"), st.none()),
        st.tuples(st.just("all"), st.none()),
        st.tuples(st.just("reject"), st.none()),
        st.tuples(st.just("undo"), st.none()),
        st.tuples(st.just("redo"), st.none()),
        st.tuples(st.just("paste"), st.sampled_from(["x", "p\r\nq\n", "a\u00a0\u2028b", "😀"])),
        st.tuples(st.just("cut"), st.none()),
        st.tuples(
            st.just("key"),
            st.sampled_from(
                [
                    (Key.Key_Backspace, Qt.KeyboardModifier.NoModifier),
                    (Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
                    (Key.Key_Backspace, CTRL),
                    (Key.Key_Left, Qt.KeyboardModifier.NoModifier),
                    (Key.Key_Left, SHIFT),
                    (Key.Key_Left, CTRL | SHIFT),
                    (Key.Key_Up, Qt.KeyboardModifier.NoModifier),
                    (Key.Key_Down, SHIFT),
                    (Key.Key_Home, CTRL),
                    (Key.Key_A, CTRL),
                ]
            ),
        ),
        st.tuples(st.just("commit"), st.sampled_from(["你", "ab"])),
        st.tuples(st.just("compose"), st.sampled_from(["n", "ni"])),
    ),
    max_size=25,
)


def perform(page: PageEdit, name: str, argument: object) -> None:
    match name:
        case "type" if argument == "\n":
            QTest.keyClick(page, Key.Key_Return)
        case "type" if str(argument).isascii():
            QTest.keyClicks(page, str(argument))
        case "type":
            page.type_text(str(argument))
        case "undo":
            QTest.keyClick(page, Key.Key_Z, CTRL)
        case "redo":
            QTest.keyClick(page, Key.Key_Z, CTRL | SHIFT)
        case "paste":
            data = QMimeData()
            data.setText(str(argument))
            page.insertFromMimeData(data)
        case "cut":
            QTest.keyClick(page, Key.Key_X, CTRL)
        case "key":
            key, modifiers = argument
            QTest.keyClick(page, key, modifiers)
        case "commit" | "compose":
            event = QInputMethodEvent(str(argument) if name == "compose" else "", [])
            if name == "commit":
                event.setCommitString(str(argument))
            QApplication.sendEvent(page, event)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.sampled_from("ab \n你"), max_size=20), operations=OPERATIONS)
def test_a_page_with_ghosts_writes_what_a_page_without_them_writes(
    make: Make, text: str, operations: list[tuple[str, object]]
) -> None:
    page, writer = make(text)
    plain, _ = make(text)
    plain.set_ghost_keys(None)
    told = text
    writer.changes.clear()
    for name, argument in operations:
        left = writer.left if page.ghost_text else ""
        match name:
            case "offer" if not page.textCursor().hasSelection():
                writer.offer(str(argument))
                continue
            case "along" | "word" | "all" | "reject" if left:
                before = page.document().characterCount()
                act = {"word": writer.accept_word, "all": writer.accept_all}.get(name)
                if act is not None:
                    act()
                    taken = left[: len(left) - len(writer.left)]
                    plain.insert_accepted(taken)
                elif name == "along":
                    perform(page, "type", left[0])
                    perform(plain, "type", left[0])
                else:
                    QTest.keyClick(page, Key.Key_Escape)
                    assert page.document().characterCount() == before
            case "offer" | "along" | "word" | "all" | "reject":
                continue
            case _:
                perform(page, name, argument)
                perform(plain, name, argument)
        for change in writer.changes:
            units = told.encode("utf-16-le")
            end = 2 * (change.offset + change.removed)
            units = units[: 2 * change.offset] + change.inserted.encode("utf-16-le") + units[end:]
            told = units.decode("utf-16-le")
        writer.changes.clear()
        assert told == page.text() == raw_text(page) == plain.text()
        assert page.textCursor().position() == plain.textCursor().position()
        assert page.textCursor().anchor() == plain.textCursor().anchor()
        steps = page.document().availableUndoSteps(), page.document().availableRedoSteps()
        assert steps == (
            plain.document().availableUndoSteps(),
            plain.document().availableRedoSteps(),
        )


def right_of(image: QImage, x: int) -> QImage:
    ratio = image.devicePixelRatio()
    return image.copy(round(x * ratio), 0, image.width(), image.height())


def line_starts(page: PageEdit, caret: int) -> list[tuple[int, float]]:
    """The lines on which something is typed: where each begins, and how high it is."""
    layout = page.document().begin().layout()
    lines = [layout.lineAt(i) for i in range(layout.lineCount())]
    top = layout.position().y()
    return [(line.textStart(), top + line.y()) for line in lines if line.textStart() < caret]
