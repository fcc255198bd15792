"""The whole controller under random hands: what must hold after every step."""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from suggestion_desk import WindowManager

from cowrite.decisions.events import OUTCOMES, EventKind
from cowrite.suggest.live.stage import SuggestionState

CONTINUATIONS = st.lists(
    st.sampled_from(["house", " on the hill", "ning, and", "€ 😀 x", " 你好", "a", " a b c"]),
    min_size=0,
    max_size=3,
)


class Writing(RuleBasedStateMachine):
    """A writer, an engine and a page; a mirror holds what a plain editor would hold."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = WindowManager()
        self.answered: set[int] = set()
        self.asked: tuple[int, int] | None = None
        """Ghosts and reasons there were when the writer asked by key; None once that is answered or given up."""

    @rule(text=st.sampled_from(["a", "hou", " ", "h", "light", "😀", ". ", "\n", "你"]))
    def types(self, text: str) -> None:
        self.asked = None
        self.desk.page.type(text)

    @rule()
    def types_along(self) -> None:
        self.asked = None
        if self.desk.page.ghost:
            expected = self.desk.page.ghost[1:]
            self.desk.page.type(self.desk.page.ghost[0])
            assert self.desk.page.ghost in (expected, "")

    @rule()
    def pastes(self) -> None:
        self.asked = None
        self.desk.page.paste("pasted words")

    @rule()
    def deletes(self) -> None:
        self.asked = None
        self.desk.page.backspace()

    @rule()
    def undoes(self) -> None:
        self.asked = None
        self.desk.page.undo()

    @rule(caret=st.integers(0, 40))
    def moves(self, caret: int) -> None:
        self.asked = None
        self.desk.page.move(caret)

    @rule(milliseconds=st.sampled_from([10, 45, 120, 400, 31_000]))
    def waits(self, milliseconds: int) -> None:
        self.desk.timer.advance(milliseconds)

    @rule(texts=CONTINUATIONS, probability=st.sampled_from([0.9, 0.3, 0.02]), late=st.booleans())
    def engine_answers(self, texts: list[str], probability: float, late: bool) -> None:
        if self.desk.requests:
            request = 0 if late else len(self.desk.requests) - 1
            self.desk.answer(*texts, probability=probability, request=request)

    @rule(text=st.sampled_from(["house on", " a b", "ning, and"]))
    def engine_grows(self, text: str) -> None:
        if self.desk.requests:
            self.desk.grow(text)

    @rule(whole=st.booleans())
    def accepts(self, whole: bool) -> None:
        page = self.desk.page
        before, caret, ghost = page.text, page.caret, page.ghost
        used = self.desk.controller.accept_all() if whole else self.desk.controller.accept_word()
        if used:
            inserted = page.caret - caret
            assert inserted > 0
            assert page.text == before[:caret] + ghost[:inserted] + before[caret:]
        else:
            assert page.text == before

    @rule()
    def rejects(self) -> None:
        before = self.desk.page.text
        self.desk.controller.reject()
        assert self.desk.page.text == before
        assert self.desk.page.ghost == ""

    @rule(step=st.sampled_from([-1, 1]))
    def turns(self, step: int) -> None:
        self.asked = None
        self.desk.controller.turn(step)

    @rule()
    def asks(self) -> None:
        self.asked = self.desk.page.shows, len(self.desk.in_vain)
        self.desk.controller.ask_now()

    @rule(late=st.booleans())
    def engine_fails(self, late: bool) -> None:
        if self.desk.requests:
            self.desk.fail(0 if late else -1)

    @rule(selected=st.booleans())
    def selects(self, selected: bool) -> None:
        self.asked = None
        self.desk.page.has_selection = selected
        self.desk.controller.caret_moved()

    @rule(composing=st.booleans())
    def composes(self, composing: bool) -> None:
        self.asked = None
        self.desk.controller.composing_changed(composing)

    @precondition(lambda self: self.desk.controller.state is not SuggestionState.SUGGESTING)
    @rule(available=st.booleans())
    def engine_comes_and_goes(self, available: bool) -> None:
        self.desk.controller.engine_available(available)

    @invariant()
    def the_ghost_stands_only_while_suggesting(self) -> None:
        if self.desk.page.ghost:
            assert self.desk.controller.state is SuggestionState.SUGGESTING

    @invariant()
    def who_asks_gets_a_ghost_or_one_reason(self) -> None:
        if self.asked is None:
            return
        shows, reasons = self.asked
        shown = self.desk.page.shows > shows
        told = len(self.desk.in_vain) - reasons
        if self.desk.controller.state is SuggestionState.PREDICTING:
            assert not shown
            assert told == 0
            return
        assert int(shown) + told == 1
        self.asked = None

    @invariant()
    def at_most_one_outcome_each_and_only_one_open(self) -> None:
        shown = {e.suggestion_id for e in self.desk.events if e.kind is EventKind.SHOWN}
        ended = [e.suggestion_id for e in self.desk.events if e.kind in OUTCOMES]
        assert len(ended) == len(set(ended))
        assert set(ended) <= shown
        assert len(shown - set(ended)) <= 1

    def teardown(self) -> None:
        self.desk.controller.close()
        shown = {e.suggestion_id for e in self.desk.events if e.kind is EventKind.SHOWN}
        ended = {e.suggestion_id for e in self.desk.events if e.kind in OUTCOMES}
        assert shown == ended
        assert self.desk.page.ghost == ""
        assert not self.desk.timer.is_running


TestWriting = Writing.TestCase
TestWriting.settings = hypothesis_settings(max_examples=150, stateful_step_count=40, deadline=None)
