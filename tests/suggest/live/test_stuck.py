"""When a pause is long enough to help: by the place, by this writer's own pauses, once."""

from __future__ import annotations

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support.suggestions import ManualClock, ManualTimer

from cowrite.suggest.live.stuck import (
    FEWEST_PAUSES,
    LONGEST_PAUSE_MS,
    OwnPauses,
    StuckState,
    StuckWatch,
    may_be_stuck,
)
from cowrite.suggest.ports import CaretContext
from cowrite.suggest.settings import Timing, WhenPaused

TIMING = Timing()


def at(before: str, after: str = "") -> CaretContext:
    return CaretContext(document_id="d", revision=1, offset=len(before), before=before, after=after)


@pytest.mark.parametrize(
    "before",
    [
        "It rained.",
        "It rained. ",
        "It rained.\n\n",
        "A title\n",
        "“Come!” ",
        "下雨了。",
        "他走了！",
    ],
)
def test_places_where_a_writer_may_be_stuck(before: str) -> None:
    assert may_be_stuck(at(before))
    assert may_be_stuck(at(before, "\nThe next paragraph."))


@pytest.mark.parametrize(
    "before", ["", " ", "\n\n", "It rai", "It rained, ", "and Mr. ", "if (a < b) { c(); }\n"]
)
def test_places_where_nobody_is_stuck(before: str) -> None:
    assert not may_be_stuck(at(before))


def test_within_a_line_nobody_is_stuck() -> None:
    assert not may_be_stuck(at("It rained. ", "It snowed."))


class Heard:
    """A watch with its clock and what it told."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.timer = ManualTimer(self.clock)
        self.told: list[str] = []
        self.watch = StuckWatch(
            self.timer,
            TIMING,
            on_stuck=lambda: self.told.append("stuck"),
            on_still_stuck=lambda: self.told.append("still stuck"),
        )

    def write(self, before: str, wanted: WhenPaused = WhenPaused.SENTENCES) -> None:
        self.watch.wrote(at(before), wanted, self.clock.now_ms)


def test_a_phrase_is_due_after_three_seconds_and_sentences_after_five_more() -> None:
    heard = Heard()
    heard.write("It rained. ")
    heard.timer.advance(2_999)
    assert heard.told == []
    heard.timer.advance(1)
    assert heard.told == ["stuck"]
    heard.timer.advance(4_999)
    assert heard.told == ["stuck"]
    heard.timer.advance(1)
    assert heard.told == ["stuck", "still stuck"]
    heard.timer.advance(60_000)
    assert heard.told == ["stuck", "still stuck"]


def test_only_a_phrase_is_due_where_no_sentences_are_wanted() -> None:
    heard = Heard()
    heard.write("It rained. ", WhenPaused.PHRASE)
    heard.timer.advance(60_000)
    assert heard.told == ["stuck"]


def test_nothing_is_due_where_nothing_is_wanted() -> None:
    heard = Heard()
    heard.write("It rained. ", WhenPaused.NOTHING)
    assert not heard.timer.is_running


def test_each_key_begins_the_pause_anew() -> None:
    heard = Heard()
    heard.write("It rained.")
    heard.timer.advance(2_000)
    heard.write("It rained. ")
    heard.timer.advance(2_000)
    assert heard.told == []


def test_a_refused_place_stays_quiet_also_after_another_space() -> None:
    heard = Heard()
    heard.write("It rained. ")
    heard.watch.refused(at("It rained. "))
    for before in ("It rained.", "It rained. ", "It rained.  "):
        heard.write(before)
        heard.timer.advance(60_000)
    assert heard.told == []
    heard.write("It rained. It snowed. ")
    heard.timer.advance(3_000)
    assert heard.told == ["stuck"]


def test_a_writer_who_pauses_longer_is_left_alone_for_longer() -> None:
    pauses = OwnPauses(TIMING)
    for _ in range(FEWEST_PAUSES - 1):
        pauses.add(4_500)
    assert pauses.stuck_ms == 3_000
    pauses.add(4_500)
    assert pauses.stuck_ms == 4_500
    for _ in range(200):
        pauses.add(20_000)
    assert pauses.stuck_ms == 6_000
    for _ in range(200):
        pauses.add(200)
    assert pauses.stuck_ms == 3_000


def test_who_was_away_did_not_pause() -> None:
    pauses = OwnPauses(TIMING)
    for _ in range(200):
        pauses.add(LONGEST_PAUSE_MS + 1)
    assert pauses.stuck_ms == 3_000


def test_pauses_are_learned_where_sentences_end_only() -> None:
    heard = Heard()
    for _ in range(FEWEST_PAUSES + 1):
        heard.write("It rained. ")
        heard.timer.advance(5_000)
        heard.write("It rained. I")
        heard.timer.advance(50)
    heard.told.clear()
    heard.write("It rained. ")
    heard.timer.advance(4_999)
    assert heard.told == []
    heard.timer.advance(1)
    assert heard.told == ["stuck"]


class Watching(RuleBasedStateMachine):
    """Any order of keys, waits, refusals and other things."""

    PLACES = ("It rained. ", "It rained. It sn", "It rained. It snowed.\n", "“No!” ")

    def __init__(self) -> None:
        super().__init__()
        self.heard = Heard()
        self.refused: set[str] = set()
        self.before = ""
        self.quiet_ms = 0.0

    @rule(before=st.sampled_from(PLACES), wanted=st.sampled_from(WhenPaused))
    def writes(self, before: str, wanted: WhenPaused) -> None:
        self.heard.told.clear()
        self.heard.write(before, wanted)
        self.before, self.wanted, self.quiet_ms = before, wanted, 0.0

    @rule(milliseconds=st.sampled_from([100, 2_900, 3_000, 5_000, 40_000]))
    def waits(self, milliseconds: int) -> None:
        self.heard.timer.advance(milliseconds)
        self.quiet_ms += milliseconds

    @rule()
    def is_interrupted(self) -> None:
        self.heard.watch.interrupted()
        self.before = ""

    @rule()
    def refuses(self) -> None:
        if self.before:
            self.heard.watch.refused(at(self.before))
            self.refused.add(self.before.rstrip(" "))
            self.before = ""

    @invariant()
    def it_speaks_at_its_place_and_time_only(self) -> None:
        told = self.heard.told
        if not told:
            return
        if self.before:
            assert may_be_stuck(at(self.before))
            assert self.before.rstrip(" ") not in self.refused
            assert self.quiet_ms >= TIMING.stuck_ms
        assert told in (["stuck"], ["stuck", "still stuck"])
        assert self.wanted is WhenPaused.SENTENCES or len(told) == 1

    @invariant()
    def it_waits_for_nothing_else(self) -> None:
        waits = self.heard.watch.state is not StuckState.WRITING
        assert self.heard.timer.is_running is waits


TestWatching = Watching.TestCase
TestWatching.settings = hypothesis_settings(max_examples=100, stateful_step_count=30, deadline=None)
