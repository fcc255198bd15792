"""Random writing on the real page: the origins are those of a model that keeps one entry for each character."""

from __future__ import annotations

from typing import cast

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from plain_document import plain_document
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QApplication
from support.pages import PageHarness

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.provenance.ranges import Origin, join
from cowrite.suggest.live.suggestion import Suggestion

Key = Qt.Key
NONE, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)
TYPED = ["a", "b", " ", ",", "\n", "é", "😀", "你"]
FOREIGN = ["pasted words", "a", "ab\ncd", "😀"]
ANSWERS = [["house on the hill."], ["a b a b"], ["😀 x, y"]]
Character = tuple[str, str]  # its origin, and the suggestion it was taken from


class Writing(RuleBasedStateMachine):
    """``model`` has an entry for each UTF-16 unit; ``past`` are all states there were since the last loading."""

    def __init__(self) -> None:
        super().__init__()
        QApplication.clipboard().clear()
        self.document = plain_document(is_private=True)  # no row is wanted here
        self.manager = PageHarness(self.document)
        self.page = self.manager.page
        self.provenance = self.document.provenance
        self.provenance.taking = lambda: self.manager.controller.taking
        self.model: list[Character] = []
        self.past: list[tuple[str, list[Character]]] = [("", [])]
        self.at = 0
        self.copied: dict[str, list[Character]] = {}
        self.page.text_changed.connect(self.follows)

    @initialize(text=st.sampled_from(["", "ab ab", "line\nsecond 😀"]))
    def opens(self, text: str) -> None:
        self.page.content.load(text)
        self.press(Key.Key_End, CTRL)

    def press(self, key: Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> None:
        QApplication.sendEvent(self.page, QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text))

    # --- the model ---

    def follows(self, change: TextChange) -> None:
        """What a list makes of the change; undo and redo lead to a state that there was."""
        size = len(change.inserted.encode("utf-16-le")) // 2
        match change.kind:
            case ChangeKind.LOADED:
                self.model = [("loaded", "")] * size
                self.past, self.at = [(self.page.text(), self.model)], 0
                return
            case ChangeKind.UNDO | ChangeKind.REDO:
                self.goes_back_or_forth(-1 if change.kind is ChangeKind.UNDO else 1)
                return
            case ChangeKind.ACCEPTED:
                taking = cast(Suggestion, self.manager.controller.taking)
                new = [("accepted", taking.id)] * size
            case ChangeKind.PASTED:
                new = self.copied.get(change.inserted, [("pasted", "")] * size)
            case _:
                new = [("typed", "")] * size
        end = change.offset + change.removed
        self.model = [*self.model[: change.offset], *new, *self.model[end:]]
        self.past = [*self.past[: self.at + 1], (self.page.text(), self.model)]
        self.at += 1

    def goes_back_or_forth(self, step: int) -> None:
        text = self.page.text()
        self.at += step
        while self.past[self.at][0] != text:
            self.at += step
        self.model = self.past[self.at][1]

    # --- the writer ---

    @rule(text=st.sampled_from(TYPED), times=st.integers(1, 3))
    def types(self, text: str, times: int) -> None:
        key = {"\n": Key.Key_Return, " ": Key.Key_Space}.get(text, Key.Key_unknown)
        for _ in range(times):
            self.press(key, NONE, "\r" if text == "\n" else text)

    @rule(key=st.sampled_from([Key.Key_Backspace, Key.Key_Delete]), word=st.booleans())
    def deletes(self, key: Key, word: bool) -> None:
        self.press(key, CTRL if word else NONE)

    @rule(anchor=st.integers(0, 60), position=st.integers(0, 60))
    def selects(self, anchor: int, position: int) -> None:
        text = self.page.text()
        ends = [len(text[:n].encode("utf-16-le")) // 2 for n in range(len(text) + 1)]
        cursor = self.page.textCursor()
        cursor.setPosition(ends[anchor % len(ends)])
        cursor.setPosition(ends[position % len(ends)], QTextCursor.MoveMode.KeepAnchor)
        self.page.setTextCursor(cursor)

    @rule(cut=st.booleans())
    def cuts_or_copies(self, cut: bool) -> None:
        cursor = self.page.textCursor()
        if cursor.hasSelection():
            piece = self.model[cursor.selectionStart() : cursor.selectionEnd()]
            self.copied[self.page.selected_text()] = piece
        self.press(Key.Key_X if cut else Key.Key_C, CTRL)

    @rule(
        start=st.integers(0, 60), end=st.integers(0, 60), to=st.integers(0, 60), cut=st.booleans()
    )
    def moves_own_text(self, start: int, end: int, to: int, cut: bool) -> None:
        self.selects(start, end)
        self.cuts_or_copies(cut)
        self.selects(to, to)
        self.pastes()

    @rule()
    def pastes(self) -> None:
        self.press(Key.Key_V, CTRL)

    @rule(text=st.sampled_from(FOREIGN))
    def pastes_from_elsewhere(self, text: str) -> None:
        QApplication.clipboard().setText(text)
        self.press(Key.Key_V, CTRL)

    @rule(texts=st.sampled_from(ANSWERS), words=st.integers(1, 2), along=st.booleans())
    def takes(self, texts: list[str], words: int, along: bool) -> None:
        cursor = self.page.textCursor()
        cursor.clearSelection()
        self.page.setTextCursor(cursor)
        self.manager.controller.ask_now()
        if not self.manager.jobs.submitted:
            return
        self.manager.answer(self.manager.jobs.submitted[-1], texts, 0.9)
        self.manager.timer.advance(500)
        for _ in range(words):
            self.press(Key.Key_Right, CTRL)
            if along and self.page.ghost_text[:1].isalpha():
                self.press(Key.Key_unknown, NONE, self.page.ghost_text[0])
            self.manager.timer.advance(200)

    @rule(redo=st.booleans(), times=st.integers(1, 4))
    def undoes(self, redo: bool, times: int) -> None:
        for _ in range(times):
            self.page.redo() if redo else self.page.undo()

    # --- what holds after every step ---

    @invariant()
    def the_origins_are_those_of_the_model(self) -> None:
        ranges = self.provenance.ranges
        assert ranges.length == self.page.document().characterCount() - 1
        runs = [*ranges.runs]
        assert runs == join(runs)
        found = [
            (run.origin.value, run.source if run.origin is Origin.ACCEPTED else "")
            for run in runs
            for _ in range(run.length)
        ]
        assert found == self.model

    def teardown(self) -> None:
        for redo in (False, True):
            for _ in range(100):
                self.undoes(redo, 1)
                self.the_origins_are_those_of_the_model()
        self.document.close()
        self.manager.controller.close()
        self.manager.close()


def test_every_character_is_known_by_its_origin(qapp: QApplication) -> None:
    run_state_machine_as_test(
        Writing,
        settings=hypothesis_settings(max_examples=40, stateful_step_count=30, deadline=None),
    )
