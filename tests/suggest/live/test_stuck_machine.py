"""A writer who is stuck now and then, under random input: what must hold after every step."""

from __future__ import annotations

from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support.suggestions import SuggestionHarness

from cowrite.decisions.events import OUTCOMES, EventKind
from cowrite.suggest.live.sentence_choice import are_alike
from cowrite.suggest.live.stuck_help import SENTENCES
from cowrite.suggest.settings import SuggestSettings, WhenPaused

STORY = "It rained all day. "
FIRST = "Nobody came to the door. "
SECOND = "The old dog slept by a fire. "
THIRD = "She thought of Paris, where summers last. "


class Thinking(RuleBasedStateMachine):
    """Writing, pausing, asking and turning in any order, with an engine that answers whatever it likes."""

    ANSWERS = (
        FIRST,
        SECOND,
        THIRD,
        " to the door. ",
        "Nobody came to the window.",
        "and",
        "",
        "# x",
    )

    def __init__(self) -> None:
        super().__init__()
        self.harness = SuggestionHarness(SuggestSettings(when_paused=WhenPaused.SENTENCES))
        self.before = ("", 0)

    @rule(text=st.sampled_from(["It", " ", "rained", ". ", ".\n", "x", "N", "T"]))
    def types(self, text: str) -> None:
        self.harness.page.type(text)
        self.before = ("", 0)

    @rule()
    def ends_a_sentence(self) -> None:
        self.harness.page.commit(STORY)
        self.before = ("", 0)

    @rule(milliseconds=st.sampled_from([50, 3_000, 5_000, 9_000]))
    def waits(self, milliseconds: int) -> None:
        self.harness.wait(milliseconds)

    @rule(text=st.sampled_from(ANSWERS), late=st.booleans())
    def engine_answers(self, text: str, late: bool) -> None:
        if self.harness.requests:
            self.harness.answer(text, request=-2 if late and len(self.harness.requests) > 1 else -1)

    @rule()
    def engine_fails(self) -> None:
        if self.harness.requests:
            self.harness.fail()

    @rule()
    def asks_for_sentences(self) -> None:
        self.harness.controller.ask_sentences()
        self.before = ("", 0)

    @rule()
    def asks_now(self) -> None:
        self.harness.controller.ask_now()
        self.before = ("", 0)

    @rule(step=st.sampled_from([-1, 1]))
    def turns(self, step: int) -> None:
        self.harness.controller.turn(step)
        self.before = ("", 0)

    @rule(whole=st.booleans())
    def accepts(self, whole: bool) -> None:
        controller = self.harness.controller
        controller.accept_all() if whole else controller.accept_word()
        self.before = ("", 0)

    @rule()
    def rejects(self) -> None:
        self.harness.controller.reject()
        assert self.harness.page.ghost == ""
        self.before = ("", 0)

    @rule()
    def moves(self) -> None:
        self.harness.page.move(len(self.harness.page.text))
        self.before = ("", 0)

    @invariant()
    def a_ghost_only_grows_unless_the_writer_does_something(self) -> None:
        ghost, index = self.before
        if ghost and self.harness.page.ghost and index == self.harness.page.index:
            assert self.harness.page.ghost.startswith(ghost.rstrip())
        self.before = self.harness.page.ghost, self.harness.page.index

    @invariant()
    def sentences_to_turn_through_are_unlike_each_other(self) -> None:
        suggestion = self.harness.controller._stage.suggestion
        if suggestion is None or not suggestion.trigger.is_for_stuck:
            return
        assert len(suggestion.texts) <= SENTENCES
        pairs = [(a, b) for a in suggestion.texts for b in suggestion.texts if a is not b]
        assert not any(are_alike(a, b) for a, b in pairs)

    @invariant()
    def one_outcome_each(self) -> None:
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
        assert not self.harness.timer.is_running
        assert not self.harness.stuck_timer.is_running


TestThinking = Thinking.TestCase
TestThinking.settings = hypothesis_settings(max_examples=120, stateful_step_count=40, deadline=None)
