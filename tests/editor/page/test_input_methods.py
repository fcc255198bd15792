"""Input methods: while one composes it has the page and the keys to itself; what it commits is typed."""

from __future__ import annotations

import pytest
from open_program import OpenProgram
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.page.page_edit import PageEdit
from cowrite.suggest.live.stage import SuggestionState

Key = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier


def compose(program: OpenProgram, letters: str) -> None:
    QApplication.sendEvent(program.page, QInputMethodEvent(letters, []))


def commit(program: OpenProgram, text: str, *, begun: str = "") -> None:
    """Write ``text``; with ``begun`` the next word is being composed already."""
    event = QInputMethodEvent(begun, [])
    event.setCommitString(text)
    QApplication.sendEvent(program.page, event)


def changes_of(program: OpenProgram) -> list[TextChange]:
    changes: list[TextChange] = []
    program.page.text_changed.connect(changes.append)
    return changes


def preedit(program: OpenProgram) -> str:
    return str(program.page.textCursor().block().layout().preeditAreaText())


def test_composing_takes_the_ghost_away_and_nothing_is_shown_until_it_ends(
    writing: OpenProgram,
) -> None:
    writing.suggest("The old light", "house")
    compose(writing, "h")
    assert writing.page.ghost_text == ""
    assert writing.window.active_view.suggestions.state is SuggestionState.COMPOSING
    assert preedit(writing) == "h"
    asked = len(writing.engine.requests)
    writing.page.show_ghost("too early", index=0, count=1)
    compose(writing, "ho")
    assert writing.page.ghost_text == ""
    assert preedit(writing) == "ho"
    assert len(writing.engine.requests) == asked
    compose(writing, "")
    assert writing.window.active_view.suggestions.state is SuggestionState.IDLE
    assert (writing.page.text(), preedit(writing)) == ("The old light", "")


def test_an_answer_that_comes_while_composing_is_not_shown(writing: OpenProgram) -> None:
    writing.type("The old light")
    writing.until(lambda: writing.engine.requests)
    compose(writing, "h")
    writing.engine.answer("house")
    writing.until(lambda: writing.state_word == "ready")
    compose(writing, "ho")
    assert (writing.page.ghost_text, preedit(writing)) == ("", "ho")


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
        (Key.Key_Backtab, SHIFT),
        (Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Key.Key_BracketRight, Qt.KeyboardModifier.AltModifier),
        (Key.Key_Backslash, Qt.KeyboardModifier.AltModifier),
    ],
)
def test_no_key_is_taken_for_a_suggestion_while_composing(
    writing: OpenProgram, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    """A key that the input method lets through does what it does on a page without suggestions."""
    writing.suggest("The old light", "house on the hill")
    compose(writing, "h")
    asked = len(writing.engine.requests)
    writing.press(key, modifiers)
    tab = "\t" if key == Key.Key_Tab else ""
    assert writing.page.text() == f"The old light{tab}"
    assert writing.page.ghost_text == ""
    assert writing.window.active_view.suggestions.state is not SuggestionState.SUGGESTING
    assert len(writing.engine.requests) == asked


def test_a_commit_is_typed_and_asks_anew(writing: OpenProgram) -> None:
    changes = changes_of(writing)
    writing.page.content.load("今天")
    writing.press(Key.Key_End)
    del changes[:]
    for letters in ("t", "ti", "tian"):
        compose(writing, letters)
    assert changes == []
    commit(writing, "天气")
    assert changes == [TextChange(kind=ChangeKind.TYPED, offset=2, removed=0, inserted="天气")]
    writing.until(lambda: writing.engine.requests and writing.engine.last.before == "今天天气")
    writing.engine.answer("很好")
    writing.until(lambda: writing.page.ghost_text == "很好")


def test_a_commit_that_begins_the_next_word_keeps_composing(writing: OpenProgram) -> None:
    compose(writing, "ni")
    commit(writing, "你", begun="h")
    assert (writing.page.text(), preedit(writing)) == ("你", "h")
    assert writing.window.active_view.suggestions.state is SuggestionState.COMPOSING
    assert writing.engine.requests == []
    commit(writing, "好")
    writing.until(lambda: writing.engine.requests and writing.engine.last.before == "你好")


@pytest.mark.parametrize("committed", ["hou", "house", "house on the hill", "hours", "H"])
def test_a_commit_of_what_the_ghost_said(writing: OpenProgram, committed: str) -> None:
    writing.suggest("The old light", "house on the hill")
    compose(writing, committed[:1])
    commit(writing, committed)
    text = f"The old light{committed}"
    assert (writing.page.text(), writing.page.ghost_text) == (text, "")
    writing.until(lambda: writing.engine.last.before == text)
    writing.engine.answer(" and so")
    writing.until(lambda: writing.page.ghost_text.strip() == "and so")


def test_a_commit_without_composing_consumes_the_ghost(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on the hill")
    commit(writing, "house")
    assert writing.page.text() == "The old lighthouse"
    assert writing.page.ghost_text == " on the hill"
    commit(writing, " on the hill")
    assert writing.page.text() == "The old lighthouse on the hill"
    assert writing.page.ghost_text == ""
    assert writing.page.text() == "The old lighthouse on the hill"


def test_a_replacement_around_the_caret_drops_the_ghost(writing: OpenProgram) -> None:
    """As a keyboard on a screen does when it corrects a word."""
    writing.suggest("The old lihgt", "house")
    event = QInputMethodEvent("", [])
    event.setCommitString("light", -5, 5)
    QApplication.sendEvent(writing.page, event)
    assert (writing.page.text(), writing.page.ghost_text) == ("The old light", "")


def test_a_dead_key_composes_one_letter(writing: OpenProgram) -> None:
    """Qt hands a dead key to the input method: an accent is composed, then a letter committed."""
    changes = changes_of(writing)
    writing.suggest("caf", "eteria")
    compose(writing, "´")
    assert writing.page.ghost_text == ""
    commit(writing, "é")
    assert writing.page.text() == "café"
    assert changes[-1] == TextChange(kind=ChangeKind.TYPED, offset=3, removed=0, inserted="é")
    writing.until(lambda: writing.engine.last.before == "café")


def test_a_dead_key_that_no_input_method_takes_writes_nothing(writing: OpenProgram) -> None:
    writing.suggest("caf", "eteria")
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        event = QKeyEvent(kind, Key.Key_Dead_Acute, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(writing.page, event)
    assert (writing.page.text(), writing.page.ghost_text) == ("caf", "eteria")


def test_composing_given_up_leaves_no_trace(writing: OpenProgram) -> None:
    changes = changes_of(writing)
    for letters in ("k", "ka", ""):
        compose(writing, letters)
    assert (writing.page.text(), preedit(writing), changes) == ("", "", [])
    assert not writing.page.document().isUndoAvailable()
    writing.suggest("The old light", "house")


def test_composing_over_a_selection_replaces_it(writing: OpenProgram) -> None:
    writing.page.content.load("old words")
    writing.press(Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    compose(writing, "xin")
    commit(writing, "新")
    assert writing.page.text() == "新"
    writing.until(lambda: writing.engine.requests and writing.engine.last.before == "新")


def test_a_file_opened_while_composing_ends_it(writing: OpenProgram) -> None:
    compose(writing, "ni")
    writing.page.content.load("another text")
    compose(writing, "")
    assert (writing.page.text(), writing.page.ghost_text) == ("another text", "")
    assert writing.window.active_view.suggestions.state is SuggestionState.IDLE


@pytest.mark.parametrize(
    ("committed", "text"),
    [
        (",", "The old lighthouse,"),
        ("。", "The old lighthouse。"),
        (" ", "The old lighthouse "),
        ("é", "The old lighthouse é"),
    ],
)
def test_the_space_after_a_taken_word_gives_way_to_a_committed_mark(
    writing: OpenProgram, committed: str, text: str
) -> None:
    writing.suggest("The old light", "house on")
    writing.press(Key.Key_Tab)
    compose(writing, "x")
    commit(writing, committed)
    assert (writing.page.text(), preedit(writing)) == (text, "")
    if committed == " ":
        commit(writing, " ")
        assert writing.page.text() == text + " "


def test_a_replacement_by_the_input_method_leaves_the_space_alone(writing: OpenProgram) -> None:
    writing.suggest("The old light", "house on")
    writing.press(Key.Key_Tab)
    event = QInputMethodEvent("", [])
    event.setCommitString(",", -2, 2)
    QApplication.sendEvent(writing.page, event)
    assert writing.page.text() == "The old lighthous,"


def test_composing_over_a_selection_is_one_step(writing: OpenProgram) -> None:
    changes = changes_of(writing)
    writing.page.content.load("old words")
    writing.press(Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    del changes[:]
    for letters in ("x", "xin", "xinde"):
        compose(writing, letters)
    commit(writing, "新的")
    assert [(each.kind, each.removed, each.inserted) for each in changes] == [
        (ChangeKind.DELETED, 9, ""),
        (ChangeKind.TYPED, 0, "新的"),
    ]
    writing.page.undo()
    assert writing.page.text() == "old words"
    writing.page.redo()
    assert writing.page.text() == "新的"


def test_composing_over_a_selection_given_up_is_undone_like_a_deletion(
    writing: OpenProgram,
) -> None:
    writing.page.content.load("old words")
    writing.press(Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    compose(writing, "x")
    compose(writing, "")
    assert writing.page.text() == ""
    writing.page.undo()
    assert writing.page.text() == "old words"


class _ForgetfulInput:
    """An input method that drops what it was composing when it is asked to write it, as libpinyin does."""

    def __init__(self, program: OpenProgram, monkeypatch: pytest.MonkeyPatch) -> None:
        method = QGuiApplication.inputMethod()
        monkeypatch.setattr(method, "commit", lambda: compose(program, ""))
        monkeypatch.setattr(QGuiApplication, "inputMethod", lambda: method)


def test_a_click_elsewhere_writes_what_was_being_composed(
    writing: OpenProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ForgetfulInput(writing, monkeypatch)
    writing.page.content.load("第一行\n第二行")
    writing.press(Key.Key_End)
    compose(writing, "你好")
    page = writing.page
    page.seen.to_be_painted.emit()
    cursor = page.textCursor()
    cursor.setPosition(page.document().lastBlock().position() + 1)
    place = page.cursorRect(cursor).center()
    QTest.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert page.text() == "第一行你好\n第二行"
    assert page.caret() == 7
    assert not page.is_composing


def test_another_tab_ends_composing_in_the_one_before(
    writing: OpenProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ForgetfulInput(writing, monkeypatch)
    page = writing.page
    compose(writing, "你好")
    page.clearFocus()
    assert (page.text(), page.is_composing) == ("你好", False)


@pytest.mark.parametrize(
    ("zoom", "text"), [(100, ""), (300, "今天天气很好。" * 100), (100, "短\n\n" * 10_001)]
)
def test_candidates_stand_at_the_caret(writing: OpenProgram, zoom: int, text: str) -> None:
    """Qt leaves out the margins beside the column, and those above an empty page."""
    page = writing.page
    moved: list[int] = []
    method = QGuiApplication.inputMethod()
    method.cursorRectangleChanged.connect(lambda: moved.append(page.zoom))
    page.set_zoom(zoom)
    page.content.load(text)
    page.place_caret(len(text) // 2)
    for composed in ("", "ni hao"):
        if composed:
            compose(writing, composed)
        assert told_place(page) == page.viewport().mapTo(page, page.caret_rect().topLeft())
    page.verticalScrollBar().setValue(page.verticalScrollBar().value() + 20)
    assert told_place(page) == page.viewport().mapTo(page, page.caret_rect().topLeft())
    assert moved


def told_place(page: PageEdit) -> QPoint:
    """Where an input method is told that the caret is, from the corner of the page's widget."""
    told: QRectF = page.inputMethodQuery(Qt.InputMethodQuery.ImCursorRectangle)
    return told.topLeft().toPoint()
