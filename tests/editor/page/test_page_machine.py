"""The real page and the whole controller under random input, beside a page that knows of no suggestions."""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication
from support.pages import PageHarness
from support.suggestions import completion_of

from cowrite.decisions.events import OUTCOMES, EventKind
from cowrite.editor.page.page_edit import PageEdit
from cowrite.suggest.live.stage import SuggestionState

Key = Qt.Key
NONE, SHIFT, CTRL, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
)
OPENINGS = ["", "The old light", "他说今天", "first line\nsecond "]
TYPED = ["a", "h", " ", ",", ".", "\n", "é", "😀", "你", "w"]
ANSWERS = [
    "house on",
    " house on the hill.",
    "ning, and",
    "€ 😀 x",
    "天气很好，我们",
    "a",
    "\u2028b",
    " ",
]
SEVERAL_ANSWERS = st.lists(st.sampled_from(ANSWERS), max_size=3)
PATIENCE = st.sampled_from([0, 500])
MOVES = [Key.Key_Left, Key.Key_Right, Key.Key_Home, Key.Key_Up, Key.Key_Down]


def press(page: PageEdit, key: Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> None:
    QApplication.sendEvent(page, QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text))


def compose(page: PageEdit, letters: str, commit: str = "") -> None:
    event = QInputMethodEvent(letters, [])
    event.setCommitString(commit)
    QApplication.sendEvent(page, event)


def continues(before: str, ghost: str, asked: str, answer: str) -> bool:
    """Whether ``ghost`` after ``before`` is of the answer to ``asked``, asked at the caret or ahead of it."""
    if asked.startswith(before):
        return (asked[len(before) :] + answer).strip().startswith(ghost.strip())
    return before.startswith(asked) and answer.strip().startswith(
        (before[len(asked) :] + ghost).strip()
    )


class Writing(RuleBasedStateMachine):
    """Every key goes to the page with suggestions and to a plain one; what is taken is inserted into the plain one."""

    def __init__(self) -> None:
        super().__init__()
        self.manager = PageHarness()
        self.page, self.plain = self.manager.page, self.manager.plain
        self.answers: dict[int, list[str]] = {}
        self.composing = False

    @initialize(text=st.sampled_from(OPENINGS), answers=SEVERAL_ANSWERS)
    def opens(self, text: str, answers: list[str]) -> None:
        for page in (self.page, self.plain):
            page.content.load(text)
        self.both(Key.Key_End, CTRL)
        self.types("a", answers, 500)

    def both(self, key: Key, modifiers: Qt.KeyboardModifier = NONE, text: str = "") -> None:
        press(self.page, key, modifiers, text)
        press(self.plain, key, modifiers, text)

    def end_composing(self) -> None:
        """A key that is not the input method's comes after it has committed or given up."""
        if self.composing:
            self.composes("")

    # --- what the writer does ---

    @rule(text=st.sampled_from(TYPED), answers=SEVERAL_ANSWERS, patience=PATIENCE)
    def types(self, text: str, answers: list[str], patience: int) -> None:
        self.types_one(text)
        self.manager.timer.advance(45)
        self.engine_answers(answers, 0.9, patience)

    def types_one(self, text: str) -> None:
        self.end_composing()
        key = {"\n": Key.Key_Return, " ": Key.Key_Space}.get(text, Key.Key_unknown)
        self.both(key, NONE, "\r" if text == "\n" else text)

    @precondition(lambda self: self.page.ghost_text)
    @rule()
    def types_along(self) -> None:
        letter, rest = self.page.ghost_text[0], self.page.ghost_text[1:]
        if letter not in "\u2028\n":
            self.types_one(letter)
            assert self.page.ghost_text in (rest, "")

    @rule(key=st.sampled_from([Key.Key_Backspace, Key.Key_Delete]))
    def deletes(self, key: Key) -> None:
        self.end_composing()
        self.both(key)

    @rule(key=st.sampled_from(MOVES), selecting=st.booleans())
    def moves(self, key: Key, selecting: bool) -> None:
        self.end_composing()
        self.both(key, SHIFT if selecting else NONE)

    @rule(letters=st.sampled_from(["n", "ni", "´", ""]))
    def composes(self, letters: str) -> None:
        self.composing = bool(letters)
        for page in (self.page, self.plain):
            compose(page, letters)
        assert not (letters and self.page.ghost_text)

    @rule(
        text=st.sampled_from(["你", "é", ",", " ", "。", "house"]), begun=st.sampled_from(["", "x"])
    )
    def commits(self, text: str, begun: str) -> None:
        self.composing = bool(begun)
        for page in (self.page, self.plain):
            compose(page, begun, text)

    @rule()
    def pastes(self) -> None:
        self.end_composing()
        QApplication.clipboard().setText("pasted words")
        self.both(Key.Key_V, CTRL)

    @rule(redo=st.booleans())
    def undoes(self, redo: bool) -> None:
        self.end_composing()
        for page in (self.page, self.plain):
            page.redo() if redo else page.undo()

    # --- what becomes of a suggestion ---

    @rule(times=st.integers(1, 3), undo=st.booleans())
    def takes_words(self, times: int, undo: bool) -> None:
        for _ in range(times):
            self.takes(Key.Key_Tab, NONE, "\t")
        if undo:
            self.undoes(redo=False)

    @rule(key=st.sampled_from([(Key.Key_Backtab, SHIFT), (Key.Key_End, NONE)]))
    def takes_all(self, key: tuple[Key, Qt.KeyboardModifier]) -> None:
        self.takes(*key)

    @rule(typed=st.sampled_from([" ", ",", "s"]))
    def takes_a_word_and_types_on(self, typed: str) -> None:
        self.takes(Key.Key_Right, CTRL)
        self.types_one(typed)

    def takes(self, key: Key, modifiers: Qt.KeyboardModifier, text: str = "") -> None:
        """Press a key that takes some of the ghost, if one is there that could be read."""
        self.end_composing()
        before, ghost = len(self.manager.events), self.page.ghost_text
        press(self.page, key, modifiers, text)
        taken = [
            str(event.details["text"])
            for event in self.manager.events[before:]
            if event.kind in (EventKind.ACCEPTED, EventKind.ACCEPTED_PARTIAL)
        ]
        if taken:
            assert len(taken) == 1
            assert ghost.startswith(taken[0])
            self.manager.take_in_plain(taken[0])
        else:
            press(self.plain, key, modifiers, text)

    @precondition(lambda self: self.page.ghost_text)
    @rule()
    def rejects(self) -> None:
        press(self.page, Key.Key_Escape)
        assert self.page.ghost_text == ""

    @rule(forward=st.booleans())
    def turns(self, forward: bool) -> None:
        self.end_composing()
        press(self.page, Key.Key_BracketRight if forward else Key.Key_BracketLeft, ALT)

    @rule()
    def asks(self) -> None:
        self.end_composing()
        press(self.page, Key.Key_Backslash, ALT)

    @rule(milliseconds=st.sampled_from([10, 45, 120, 400, 31_000]))
    def waits(self, milliseconds: int) -> None:
        self.manager.timer.advance(milliseconds)

    # --- what the engine does ---

    @rule(answers=SEVERAL_ANSWERS, probability=st.sampled_from([0.9, 0.3]), patience=PATIENCE)
    def engine_answers(self, answers: list[str], probability: float, patience: int) -> None:
        if not self.manager.jobs.submitted:
            return
        job = self.manager.jobs.submitted[-1]
        self.answers.setdefault(job.id, []).extend(answers)
        self.manager.answer(job, answers, probability)
        self.manager.timer.advance(patience)

    @precondition(lambda self: len(self.manager.jobs.submitted) > 1)
    @rule(answers=SEVERAL_ANSWERS, back=st.integers(2, 4))
    def engine_answers_late(self, answers: list[str], back: int) -> None:
        ghost, events = self.page.ghost_text, len(self.manager.events)
        self.manager.answer(
            self.manager.jobs.submitted[-min(back, len(self.manager.jobs.submitted))], answers, 0.9
        )
        assert (self.page.ghost_text, len(self.manager.events)) == (ghost, events)

    # --- what holds after every step ---

    @invariant()
    def the_text_and_caret_are_those_of_the_plain_page(self) -> None:
        assert self.page.text() == self.plain.text()
        page, plain = self.page.textCursor(), self.plain.textCursor()
        assert (page.anchor(), page.position()) == (plain.anchor(), plain.position())
        undo, redo = self.page.document(), self.plain.document()
        assert undo.availableUndoSteps() == redo.availableUndoSteps()
        assert undo.availableRedoSteps() == redo.availableRedoSteps()

    @invariant()
    def a_ghost_continues_the_text_it_was_asked_for(self) -> None:
        ghost = self.page.ghost_text
        if not ghost:
            return
        assert self.manager.controller.state is SuggestionState.SUGGESTING
        before = self.page.caret_context().before
        assert any(
            continues(before, ghost, completion_of(job).before, text)
            for job in self.manager.jobs.submitted
            for text in self.answers.get(job.id, ())
        )

    @invariant()
    def at_most_one_outcome_each_and_only_one_open(self) -> None:
        shown = [e.suggestion_id for e in self.manager.events if e.kind is EventKind.SHOWN]
        ended = [e.suggestion_id for e in self.manager.events if e.kind in OUTCOMES]
        assert len(shown) == len(set(shown))
        assert len(ended) == len(set(ended))
        assert set(ended) <= set(shown)
        assert len(shown) - len(ended) <= 1

    def teardown(self) -> None:
        self.manager.controller.close()
        assert self.page.ghost_text == ""
        shown = {e.suggestion_id for e in self.manager.events if e.kind is EventKind.SHOWN}
        assert shown == {e.suggestion_id for e in self.manager.events if e.kind in OUTCOMES}
        self.end_composing()
        while self.page.document().isUndoAvailable():
            self.undoes(redo=False)
            assert self.page.text() == self.plain.text()
        while self.page.document().isRedoAvailable():
            self.undoes(redo=True)
            assert self.page.text() == self.plain.text()
        self.manager.close()


def test_a_ghost_that_grew_by_what_was_asked_ahead_continues_the_text(qapp: QApplication) -> None:
    writing = Writing()
    writing.opens("", ["ning, and"])
    writing.takes_words(2, undo=False)
    writing.engine_answers([" house on"], 0.9, 500)
    assert writing.page.ghost_text == "and house on"
    writing.a_ghost_continues_the_text_it_was_asked_for()
    writing.teardown()


def test_writing_with_suggestions_is_writing(qapp: QApplication) -> None:
    run_state_machine_as_test(
        Writing,
        settings=hypothesis_settings(max_examples=120, stateful_step_count=40, deadline=None),
    )
