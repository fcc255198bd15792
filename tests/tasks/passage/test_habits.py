"""What is learned and said of a writer from decisions on changes: little from few, and nothing that is not so."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.json_values import SchemaError
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.hunks import HunkDecision, HunkOutcome
from cowrite.tasks.passage.habits import (
    FEWEST_IN_ALL,
    MOST_SHIFT,
    Habit,
    habits,
    kind_offsets,
    shown,
)
from cowrite.tasks.passage.noticed import (
    MOST_SENTENCES,
    Learned,
    Noticed,
    from_json,
    merged,
    reworded,
    sentences,
    to_json,
)

SHOWN = Event(
    kind=EventKind.SHOWN, at_ms=1, session_id="s", suggestion_id="h", document_id="d",
    revision=1, start=0, end=1, task="repair",
)  # fmt: skip


def decision(
    outcome: HunkOutcome = HunkOutcome.LEFT,
    *,
    kind: str = "comma",
    before: str = "",
    after: str = ",",
    confidence: float | None = 0.8,
) -> HunkDecision:
    return HunkDecision(
        task="repair", kind=kind, before=before, after=after, context="", following="",
        outcome=outcome, shown=SHOWN, confidence=confidence,
    )  # fmt: skip


TAKEN, LEFT = HunkOutcome.TAKEN, HunkOutcome.LEFT


def test_nothing_is_shifted_without_decisions_and_little_by_few():
    assert kind_offsets([]) == {}
    few = kind_offsets([decision(LEFT)] * 2)["comma"]
    many = kind_offsets([decision(LEFT)] * 40)["comma"]
    assert -1 < few < 0
    assert many < 2 * few
    assert many >= -MOST_SHIFT


def test_who_takes_as_often_as_was_foretold_shifts_nothing():
    foretold = [decision(TAKEN)] * 80 + [decision(LEFT)] * 20
    assert abs(kind_offsets(foretold)["comma"]) < 0.02


def test_kinds_do_not_shift_each_other_and_undecided_ones_count_for_none():
    found = kind_offsets(
        [decision(LEFT)] * 20
        + [decision(TAKEN, kind="article", confidence=0.5)] * 20
        + [decision(HunkOutcome.IGNORED, kind="space"), decision(kind="", confidence=0.5)]
        + [decision(kind="word", confidence=None)]
    )
    assert found["comma"] < 0 < found["article"]
    assert found.keys() == {"comma", "article"}


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60))
def test_one_more_that_is_taken_never_shifts_down(seen: list[tuple[float, bool]]):
    decisions = [decision(TAKEN if wanted else LEFT, confidence=c) for c, wanted in seen]
    before = kind_offsets(decisions).get("comma", 0.0)
    after = kind_offsets([*decisions, decision(TAKEN, confidence=0.5)])["comma"]
    assert math.isfinite(after)
    assert after >= before - 1e-3


def others(count: int) -> list[HunkDecision]:
    """Decisions of which nothing can be said."""
    return [
        decision((TAKEN, LEFT)[n % 2], kind="article", before=f"w{n}", after="")
        for n in range(count)
    ]


def said(decisions: list[HunkDecision]) -> list[str]:
    return [habit.sentence for habit in habits(decisions)]


def synonyms(outcome: HunkOutcome, count: int) -> list[HunkDecision]:
    words = ("remarked", "exclaimed", "uttered", "stated", "declared")
    return [
        decision(outcome, kind="", before="said", after=words[n % len(words)]) for n in range(count)
    ]


def test_after_some_dozens_a_sentence_says_what_was_noticed():
    decisions = others(FEWEST_IN_ALL) + synonyms(LEFT, 6)
    assert said(decisions) == ["You leave synonyms for “said”."]
    assert said(synonyms(LEFT, FEWEST_IN_ALL - 1)) == [], "too few in all"
    assert said(others(FEWEST_IN_ALL) + synonyms(LEFT, 4)) == [], "too few of it"


def test_nothing_is_said_of_what_is_as_often_one_way_as_the_other():
    mixed = synonyms(LEFT, 10) + synonyms(TAKEN, 8)
    assert said(others(FEWEST_IN_ALL) + mixed) == []


@pytest.mark.parametrize(
    ("each", "count", "sentence"),
    [
        (decision(LEFT), 14, "You usually leave changes of this kind: comma."),
        (
            decision(TAKEN, kind="", before="utilize", after="use"),
            6,
            "You put “use” in the place of “utilize”.",
        ),
        (
            decision(LEFT, kind="", before="don’t", after="do not"),
            6,
            "You keep contractions such as “don’t”.",
        ),
        (decision(TAKEN, kind="", before="It's", after="It is"), 6, ""),
        (decision(LEFT, kind="", before="—", after=", "), 6, "You keep dashes."),
        (
            decision(LEFT, kind="", before="", after="and so on and on"),
            14,
            "You leave changes that make your text longer.",
        ),
    ],
)
def test_what_can_be_noticed(each: HunkDecision, count: int, sentence: str):
    assert said(others(FEWEST_IN_ALL) + [each] * count) == ([sentence] if sentence else [])


def test_what_the_writer_changed_or_switched_off_stays_so():
    found = [Habit(key="a", sentence="A."), Habit(key="b", sentence="B.")]
    first, second = merged([], found)
    kept = (reworded(first, "  Mine,\nreally. "), Noticed(key="b", sentence="B.", is_on=False))
    assert merged(kept, found) == kept
    assert merged(kept, []) == kept
    assert sentences(kept) == ("Mine, really.",)
    assert merged([second], []) == ()
    assert not reworded(first, " ").is_on
    many = [Habit(key=str(n), sentence="S.") for n in range(99)]
    assert len(merged([], many)) == MOST_SENTENCES


def test_what_is_kept_comes_back_and_nonsense_is_refused():
    noticed = (Noticed(key="a", sentence="Ä “x”.", is_own=True),)
    kept = Learned(noticed=noticed, offsets={"comma": -0.25})
    assert from_json(json.loads(to_json(kept))) == kept
    for wrong in (
        {},
        {"format": 2},
        {"format": 1, "noticed": [{"key": 1}]},
        {"format": 1, "offsets": {"a": 9}},
        [],
    ):
        with pytest.raises(SchemaError):
            from_json(wrong)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_sentence_is_shown_in_the_language_of_the_interface(
    speak: Callable[[str], None], language: str
) -> None:
    decisions = [
        *[decision(LEFT, kind="missing word", before="", after="the")] * 14,
        *[decision(TAKEN, kind="", before="big", after="large")] * 14,
        *[decision(LEFT, kind="", before="small", after="little")] * 14,
        *[decision(LEFT, kind="", before="don’t", after="do not")] * 14,
        *[decision(LEFT, kind="", before="a — b", after="a, b")] * 14,
        *[decision(LEFT, kind="", before="a", after="a b c d e f")] * 14,
    ]
    found = habits(decisions)
    assert len(found) >= 6
    speak(language)
    said = [shown(habit.key, habit.sentence) for habit in found]
    if language == "en":
        assert said == [habit.sentence for habit in found]
    else:
        assert not [each for each in said if re.search("You |missing", each)], said
    assert shown(found[0].key, "As I put it.") == "As I put it."
