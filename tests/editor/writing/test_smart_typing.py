"""Typographic signs on the page: set while typing, taken back by Undo, never in code, agreeing with a suggestion."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from plain_document import plain_document
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from quote_pairs import PAIRS

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.document.document import Document
from cowrite.editor.markup.structure import structure_of
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.writing.smart_typing import SmartTyping
from cowrite.settings.preferences import Preferences


class WritingPage:
    """A page with smart typing on a document of its own."""

    def __init__(self, qtbot: QtBot, preferences: Preferences, path: Path | None) -> None:
        self.document: Document = plain_document()
        if path is not None:
            self.document.become(path)
        self.page = PageEdit(load_themes()["light"], Fonts(), self.document, reduced_motion=True)
        qtbot.addWidget(self.page)
        self.preferences = preferences
        self.page.set_typing_aid(
            SmartTyping(
                self.page,
                structure_of(self.document),
                lambda: self.document.path,
                lambda: self.preferences,
            )
        )
        self.changes: list[TextChange] = []
        self.page.text_changed.connect(self.changes.append)

    def type(self, text: str) -> str:
        for key in text:
            self.page.type_text(key)
        return self.text

    @property
    def text(self) -> str:
        return self.page.text()


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Callable[..., WritingPage]]:
    made = []

    def make_page(language: str = "auto", path: Path | None = None) -> WritingPage:
        made.append(WritingPage(qtbot, Preferences(smart_punctuation=language), path))
        return made[-1]

    yield make_page
    for each in made:
        each.document.close()


@pytest.mark.parametrize("language", ["en", "de", "fr", "zh"])
def test_every_pair(make: Callable[..., WritingPage], language: str) -> None:
    page = make(language)
    page.type("".join(f"{straight}\n\n" for straight, _ in PAIRS[language]))
    assert page.text.rstrip("\n").split("\n\n") == [wanted for _, wanted in PAIRS[language]]


@pytest.mark.parametrize(
    ("typed", "straight", "before"),
    [
        ("I don'", "I don'", "I "),
        ('say “so" ', "say “so” ", "say “so” "),
        ('say "', 'say "', "say "),
        ("so--", "so--", ""),
        ("so...", "so...", ""),
        ("see 'tis ", "see 'tis ", "see "),
    ],
)
def test_undo_right_after(
    make: Callable[..., WritingPage], typed: str, straight: str, before: str
) -> None:
    page = make()
    page.type(typed)
    page.page.undo()
    if straight != before:
        assert page.text == straight
        assert page.page.textCursor().position() == len(straight)
        page.page.undo()
        assert page.text == before


def test_taken_back_it_stays_straight(make: Callable[..., WritingPage]) -> None:
    page = make()
    page.type("I don'")
    page.page.undo()
    assert page.type('t say "no" ') == "I don't say “no” "


def test_undo_later_takes_the_word(make: Callable[..., WritingPage]) -> None:
    page = make()
    page.type("I don't ")
    page.page.undo()
    assert page.text == "I "
    page.page.redo()
    assert page.text == "I don’t "


def test_undo_after_the_caret_has_moved_is_an_undo(make: Callable[..., WritingPage]) -> None:
    page = make()
    page.type('I say "')
    page.page.type_text("x")
    page.page.undo()
    assert page.text == "I say "


def test_it_is_typed_text(make: Callable[..., WritingPage]) -> None:
    page = make()
    page.type("'tis so...")
    assert {change.kind for change in page.changes} == {ChangeKind.TYPED}
    text = ""
    for change in page.changes:
        text = text[: change.offset] + change.inserted + text[change.offset + change.removed :]
    assert text == page.text == "’tis so…"


def test_pasted_text_is_left_alone(make: Callable[..., WritingPage]) -> None:
    page, data = make(), QMimeData()
    data.setText('it\'s "so" -- ')
    page.page.insertFromMimeData(data)
    assert page.type("it's") == 'it\'s "so" -- it’s'


def test_code_front_matter_and_comments(make: Callable[..., WritingPage]) -> None:
    page = make()
    assert page.type("```\n'a' -- \"b\"\n```\n") == "```\n'a' -- \"b\"\n```\n"
    assert page.type("`it's` it's <!-- it's") == "```\n'a' -- \"b\"\n```\n`it's` it’s <!-- it's"


def test_off_and_other_files(make: Callable[..., WritingPage]) -> None:
    assert make("off").type("it's") == "it's"
    assert make(path=Path("/tmp/none/a.py")).type("it's") == "it's"
    assert make(path=Path("/tmp/none/a.txt")).type("`it's") == "`it’s"


def test_in_place_of_a_selection(make: Callable[..., WritingPage]) -> None:
    page = make()
    page.document.load("say word now")
    cursor = page.page.textCursor()
    cursor.setPosition(4)
    cursor.setPosition(8, cursor.MoveMode.KeepAnchor)
    page.page.setTextCursor(cursor)
    assert page.type('"') == "say ” now".replace("”", "“") or page.text == "say ” now"
    page.page.undo()
    assert page.text == 'say " now'
    page.page.undo()
    assert page.text == "say word now"


def test_the_language_is_that_of_the_text(make: Callable[..., WritingPage]) -> None:
    page = make()
    page.document.load("Das ist nicht der Hund, und die Katze ist es auch nicht. ")
    page.page.moveCursor(page.page.textCursor().MoveOperation.End)
    assert page.type('"Ja" -- ').endswith("„Ja“ – ")


def test_a_suggestion_agrees_with_the_straight_key(make: Callable[..., WritingPage]) -> None:
    page = make()
    page.type("I don")
    page.page.content.listeners.remove(page.page._on_everybody_told)  # as if it were vouched for
    page.page.show_ghost("’t know")
    page.page.type_text("'")
    assert page.text == "I don’"
    assert page.page.ghost_text == "t know"
    page.page.type_text("t")
    assert page.page.ghost_text == " know"


def test_an_emoji_before_it(make: Callable[..., WritingPage]) -> None:
    assert make().type('👩 it\'s "so"...') == "👩 it’s “so”…"


def test_an_input_method_that_commits_a_key(
    make: Callable[..., WritingPage], qapp: QApplication
) -> None:
    page = make()
    page.type("don")
    event = QInputMethodEvent()
    event.setCommitString("'")
    qapp.sendEvent(page.page, event)
    assert page.text == "don’"


def test_a_key_of_the_keyboard(make: Callable[..., WritingPage], qtbot: QtBot) -> None:
    page = make()
    qtbot.keyClicks(page.page, "it's")
    qtbot.keyClick(page.page, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert page.text == ""
