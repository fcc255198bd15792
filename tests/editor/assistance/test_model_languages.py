"""Where the writer writes in a language that the model was not taught, that is said once, and when they ask."""

from __future__ import annotations

from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication

from cowrite.editor.assistance.model_languages import ModelLanguages

CHINESE_TEXT = "那天夜里，雨下得很大。林秋站在窗前，望着街灯下闪烁的水洼。"
ENGLISH_TEXT = "It was the best of times, and it was the worst of times that we had to live in."


def test_a_language_that_it_was_taught_needs_no_word() -> None:
    assert ModelLanguages(lambda: ("en",)).note_on(ENGLISH_TEXT) == ""
    assert ModelLanguages(lambda: ("en", "zh")).note_on(CHINESE_TEXT) == ""


def test_nothing_is_said_of_a_model_that_nobody_knows() -> None:
    assert ModelLanguages(tuple).note_on(CHINESE_TEXT) == ""


def test_what_does_not_tell_its_language_is_no_strange_one() -> None:
    assert ModelLanguages(lambda: ("en",)).note_on("1234 5678") == ""
    assert ModelLanguages(lambda: ("en",)).note_on("") == ""


def test_each_language_is_said_once() -> None:
    languages = ModelLanguages(lambda: ("en",))
    first = languages.first_note_on(CHINESE_TEXT)
    assert first == (
        "This model was taught English. In Chinese, expect little more than words you have used before."
    )
    assert languages.first_note_on(CHINESE_TEXT) == ""
    assert languages.note_on(CHINESE_TEXT) == first
    assert "In Korean" in languages.first_note_on("그는 창가에 서서 비를 바라보고 있었다")


def test_it_is_said_in_the_language_of_the_interface(in_chinese: None) -> None:
    note = ModelLanguages(lambda: ("en",)).note_on(CHINESE_TEXT)
    assert note == "这个模型只学过英语。写中文时，能建议的主要是你用过的词。"


def write(program: OpenProgram, text: str) -> None:
    """As an input method does."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(program.page, event)


def test_the_status_line_says_it_once(writing: OpenProgram) -> None:
    line, counted = writing.window.status_line, writing.window.counts
    write(writing, CHINESE_TEXT)
    writing.until(lambda: "In Chinese" in line.message)
    line.say("")
    words = counted.words
    write(writing, "他没有回答。")
    writing.until(lambda: counted.words > words)
    assert line.message == ""


def test_who_asks_is_told_why(writing: OpenProgram) -> None:
    line = writing.window.status_line
    write(writing, CHINESE_TEXT)
    writing.until(lambda: "In Chinese" in line.message)
    line.say("")
    asked = len(writing.engine.requests)
    writing.press(Qt.Key.Key_Backslash, Qt.KeyboardModifier.AltModifier)
    for requests in (1, 2):  # the second is for other candidates
        writing.until(lambda count=asked + requests: len(writing.engine.requests) == count)
        writing.engine.answer("   ")
    writing.until(lambda: "In Chinese" in line.message)
