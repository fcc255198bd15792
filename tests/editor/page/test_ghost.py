"""The ghost on a real page, with keys pressed: never in the document, one step to undo, and all at once."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QImage, QInputMethodEvent, QResizeEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from support.ghosts import (
    ALT,
    CTRL,
    PROSE,
    SHIFT,
    Key,
    Make,
    drain,
    place,
    preedits,
    raw_text,
)

from cowrite.editor.page.column_edit import ColumnEdit
from cowrite.editor.page.ghost_commands import default_keymap
from cowrite.editor.page.ghost_keys import GhostAction
from cowrite.editor.page.page_edit import PageEdit

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


def test_no_height_makes_page_and_ghost_lay_each_other_out_for_ever(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ghost's height moves the top margin of a short text, and the margin lays the page out again."""
    deepest = depth = 0
    lay_out = ColumnEdit.resizeEvent

    def counted(page: ColumnEdit, event: QResizeEvent) -> None:
        nonlocal deepest, depth
        depth += 1
        deepest = max(deepest, depth)
        assert depth < 40, "page and ghost lay each other out for ever"
        lay_out(page, event)
        depth -= 1

    monkeypatch.setattr(ColumnEdit, "resizeEvent", counted)
    page, _ = make(PROSE)
    for width in range(370, 400):
        for height in range(370, 400, 2):
            page.content.load(PROSE[:73])
            place(page, 73)
            page.resize(width, height)
            page.show_ghost(
                "ofthings some some long that ofthings ofthings ofthings some wordxsome "
            )
            page.resize(width + 1, height)
    assert deepest
