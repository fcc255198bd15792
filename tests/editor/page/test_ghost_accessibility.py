"""What a screen reader hears of a ghost: once when it comes, and on demand as long as it is there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from cowrite.editor.common import announcing
from cowrite.editor.page import ghost_accessibility
from cowrite.editor.page.ghost_accessibility import GhostAccessibility

Key = Qt.Key


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    sentences: list[str] = []
    monkeypatch.setattr(
        ghost_accessibility, "announce", lambda _page, sentence: sentences.append(sentence)
    )
    return sentences


@pytest.fixture
def listener() -> Iterator[None]:
    """Somebody listens, as far as Qt knows."""
    before = QAccessible.isActive()
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(before)


def described(program: OpenProgram) -> str:
    interface = QAccessible.queryAccessibleInterface(program.page)
    assert interface is not None
    return str(interface.text(QAccessible.Text.Description))


def test_a_suggestion_is_said_once_however_it_grows(writing: OpenProgram, said: list[str]) -> None:
    writing.type("The old light")
    writing.until(lambda: writing.engine.requests)
    writing.engine.stream("house on")
    writing.until(lambda: writing.page.ghost_text.strip() == "house")
    writing.engine.answer("house on the hill")
    writing.until(lambda: writing.page.ghost_text == "house on the hill")
    assert said == ["Suggestion: house"]
    assert described(writing) == "Suggestion: house on the hill"


def test_what_is_left_can_be_read_until_it_is_gone(writing: OpenProgram, said: list[str]) -> None:
    writing.suggest("The old light", "house on the")
    writing.type("house")
    assert described(writing) == "Suggestion: on the"
    writing.until_readable()
    writing.press(Key.Key_Tab)
    assert described(writing) == "Suggestion: the"
    writing.until_readable()
    writing.press(Key.Key_Escape)
    assert described(writing) == ""
    assert said == ["Suggestion: house on the"]


def test_typing_something_else_leaves_no_description(writing: OpenProgram, said: list[str]) -> None:
    writing.suggest("The old light", "house")
    writing.type("x")
    assert described(writing) == ""
    assert said == ["Suggestion: house"]


def test_another_candidate_is_said_with_its_number(writing: OpenProgram, said: list[str]) -> None:
    writing.type("The old light")
    writing.until(lambda: writing.engine.requests)
    writing.engine.answer("house", "ning")
    writing.until(lambda: writing.page.ghost_text == "house")
    writing.press(Key.Key_BracketRight, Qt.KeyboardModifier.AltModifier)
    assert said == ["Suggestion 1 of 2: house", "Suggestion 2 of 2: ning"]
    assert described(writing) == "Suggestion 2 of 2: ning"


def test_the_same_words_at_another_place_are_said_again(
    writing: OpenProgram, said: list[str]
) -> None:
    writing.suggest("The old light", "house")
    writing.press(Key.Key_Escape)
    writing.suggest(" and the new light", "house")
    assert said == ["Suggestion: house"] * 2


def test_qt_takes_the_announcement(
    writing: OpenProgram, listener: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, object, object]] = []
    update = QAccessible.updateAccessibility

    class Watched(QAccessible):
        @staticmethod
        def updateAccessibility(event: announcing.QAccessibleAnnouncementEvent) -> None:
            sent.append((event.message(), event.politeness(), event.object()))
            update(event)

    monkeypatch.setattr(announcing, "QAccessible", Watched)
    writing.suggest("The old light", "house")
    polite = QAccessible.AnnouncementPoliteness.Polite
    assert sent == [("Suggestion: house", polite, writing.page)]


def test_nothing_is_described_twice(qtbot: object, said: list[str]) -> None:
    page = QWidget()
    ghost = GhostAccessibility(page)
    for _ in range(2):
        ghost.show(" on", index=0, count=1)
    ghost.hide()
    page.setAccessibleDescription("of somebody else")
    ghost.hide()
    assert page.accessibleDescription() == "of somebody else"
    assert said == ["Suggestion: on"]
    page.deleteLater()
