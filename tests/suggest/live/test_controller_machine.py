"""The whole controller under random input: what must hold after every step."""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support.suggestions import SuggestionHarness

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
        self.harness = SuggestionHarness()
        self.answered: set[int] = set()
        self.asked: tuple[int, int] | None = None
        """Ghosts and reasons there were when the writer asked by key; None once that is answered or given up."""
        self.turned_back = False
        self.ghost: tuple[str, str] | None = None
        """The suggestion on the page and what was left of it, when it was last looked at."""

    @rule(text=st.sampled_from(["a", "hou", " ", "h", "light", "😀", ". ", "\n", "你"]))
    def types(self, text: str) -> None:
        self.asked = None
        self.harness.page.type(text)

    @rule()
    def types_along(self) -> None:
        self.asked = None
        if self.harness.page.ghost:
            expected = self.harness.page.ghost[1:]
            self.harness.page.type(self.harness.page.ghost[0])
            assert self.harness.page.ghost in (expected, "")

    @rule()
    def pastes(self) -> None:
        self.asked = None
        self.harness.page.paste("pasted words")

    @rule()
    def deletes(self) -> None:
        self.asked = None
        self.harness.page.backspace()

    @rule()
    def undoes(self) -> None:
        self.asked = None
        self.turned_back = True
        self.harness.page.undo()

    @rule(caret=st.integers(0, 40))
    def moves(self, caret: int) -> None:
        self.asked = None
        self.harness.page.move(caret)

    @rule(milliseconds=st.sampled_from([10, 45, 120, 400, 31_000]))
    def waits(self, milliseconds: int) -> None:
        self.harness.timer.advance(milliseconds)

    @rule(texts=CONTINUATIONS, probability=st.sampled_from([0.9, 0.3, 0.02]), late=st.booleans())
    def engine_answers(self, texts: list[str], probability: float, late: bool) -> None:
        if self.harness.requests:
            request = 0 if late else len(self.harness.requests) - 1
            self.harness.answer(*texts, probability=probability, request=request)

    @rule(text=st.sampled_from(["house on", " a b", "ning, and"]))
    def engine_grows(self, text: str) -> None:
        if self.harness.requests:
            self.harness.grow(text)

    @rule(whole=st.booleans())
    def accepts(self, whole: bool) -> None:
        page = self.harness.page
        before, caret, ghost = page.text, page.caret, page.ghost
        used = (
            self.harness.controller.accept_all() if whole else self.harness.controller.accept_word()
        )
        if used:
            inserted = page.caret - caret
            assert inserted > 0
            assert page.text == before[:caret] + ghost[:inserted] + before[caret:]
        else:
            assert page.text == before

    @rule()
    def rejects(self) -> None:
        before = self.harness.page.text
        self.harness.controller.reject()
        assert self.harness.page.text == before
        assert self.harness.page.ghost == ""

    @rule(step=st.sampled_from([-1, 1]))
    def turns(self, step: int) -> None:
        self.asked = self.ghost = None
        self.harness.controller.turn(step)

    @rule()
    def asks(self) -> None:
        self.asked = self.harness.page.shows, len(self.harness.in_vain)
        self.harness.controller.ask_now()

    @rule(late=st.booleans())
    def engine_fails(self, late: bool) -> None:
        if self.harness.requests:
            self.harness.fail(0 if late else -1)

    @rule(selected=st.booleans())
    def selects(self, selected: bool) -> None:
        self.asked = None
        self.harness.page.has_selection = selected
        self.harness.controller.caret_moved()

    @rule(composing=st.booleans())
    def composes(self, composing: bool) -> None:
        self.asked = None
        self.harness.controller.composing_changed(composing)

    @precondition(lambda self: self.harness.controller.state is not SuggestionState.SUGGESTING)
    @rule(available=st.booleans())
    def engine_comes_and_goes(self, available: bool) -> None:
        self.harness.controller.engine_available(available)

    @invariant()
    def the_ghost_stands_only_while_suggesting(self) -> None:
        if self.harness.page.ghost:
            assert self.harness.controller.state is SuggestionState.SUGGESTING

    @invariant()
    def a_ghost_only_loses_its_beginning_or_grows_at_its_end(self) -> None:
        """Until it ends; but where the writer turns to another candidate, or takes an accept back."""
        before, self.ghost = self.ghost, None
        text = self.harness.page.ghost
        if not text:
            return
        stage = self.harness.controller._stage
        suggestion = stage.visible()
        assert suggestion is not None
        assert suggestion.remaining == text
        self.ghost = suggestion.id, text
        if before is None or before[0] != suggestion.id or self.turned_back:
            self.turned_back = False
            return
        taken = self.harness.page.text[: self.harness.page.caret]
        gone = next(at for at in range(len(before[1]) + 1) if text.startswith(before[1][at:]))
        assert taken.endswith(before[1][:gone])

    @invariant()
    def who_asks_gets_a_ghost_or_one_reason(self) -> None:
        if self.asked is None:
            return
        shows, reasons = self.asked
        shown = self.harness.page.shows > shows
        told = len(self.harness.in_vain) - reasons
        if self.harness.controller.state is SuggestionState.PREDICTING:
            assert not shown
            assert told == 0
            return
        assert int(shown) + told == 1
        self.asked = None

    @invariant()
    def at_most_one_outcome_each_and_only_one_open(self) -> None:
        shown = {e.suggestion_id for e in self.harness.events if e.kind is EventKind.SHOWN}
        ended = [e.suggestion_id for e in self.harness.events if e.kind in OUTCOMES]
        assert len(ended) == len(set(ended))
        assert set(ended) <= shown
        assert len(shown - set(ended)) <= 1

    def teardown(self) -> None:
        self.harness.controller.close()
        shown = {e.suggestion_id for e in self.harness.events if e.kind is EventKind.SHOWN}
        ended = {e.suggestion_id for e in self.harness.events if e.kind in OUTCOMES}
        assert shown == ended
        assert self.harness.page.ghost == ""
        assert not self.harness.timer.is_running


TestWriting = Writing.TestCase
TestWriting.settings = hypothesis_settings(max_examples=150, stateful_step_count=40, deadline=None)
