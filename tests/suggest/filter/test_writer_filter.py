"""A writer's filter as a value, and the log's events as what it learns from."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from filter_log import LogMaker
from hypothesis import given
from hypothesis import strategies as st

from cowrite.decisions.events import EventKind
from cowrite.decisions.reader import tail
from cowrite.decisions.writing.log import DecisionLog
from cowrite.suggest.filter.examples import examples_from_log, mean_after_first_word
from cowrite.suggest.filter.features import (
    FEATURE_NAMES,
    LONGEST_GAP_MS,
    FilterFeatures,
    WriterHistory,
    text_features,
)
from cowrite.suggest.filter.writer_filter import VERSION, WriterFilter

COUNT = len(FEATURE_NAMES)
ANY_NUMBER = st.floats() | st.integers(-(10**400), 10**400)
FEATURES = st.builds(
    FilterFeatures, **{name: st.none() | st.booleans() | ANY_NUMBER for name in FEATURE_NAMES}
)
FINITE = st.floats(allow_nan=False, allow_infinity=False)
LISTS = st.lists(FINITE, min_size=COUNT, max_size=COUNT).map(tuple)
SCALES = st.lists(
    st.floats(0, exclude_min=True, allow_infinity=False), min_size=COUNT, max_size=COUNT
).map(tuple)
GATES = st.builds(
    WriterFilter,
    means=LISTS,
    scales=SCALES,
    coefficients=LISTS,
    intercept=FINITE,
    examples=st.integers(0, 10**6),
)


def plain_gate() -> WriterFilter:
    return WriterFilter(
        means=(0.0,) * COUNT, scales=(1.0,) * COUNT, coefficients=(0.1,) * COUNT, intercept=-0.5
    )


# --- the filter ---


@given(GATES, FEATURES)
def test_a_probability_is_one_whatever_it_is_asked(
    writer_filter: WriterFilter, features: FilterFeatures
) -> None:
    probability = writer_filter.probability(features)
    assert math.isfinite(probability)
    assert 0 < probability < 1


@given(GATES)
def test_a_filter_comes_back_as_it_was(writer_filter: WriterFilter) -> None:
    assert WriterFilter.from_json(writer_filter.to_json()) == writer_filter


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "nonsense",
        "[" * 100_000,
        json.dumps({"version": VERSION}),
        json.dumps({"version": VERSION, "features": {"unheard_of": {}}}),
        plain_gate().to_json().replace("-0.5", "NaN"),
        plain_gate().to_json().replace('"scale": 1.0', '"scale": 0.0'),
        plain_gate().to_json().replace('"scale": 1.0', '"scale": "1"'),
        plain_gate().to_json().replace('"examples": 0', '"examples": null'),
    ],
)
def test_what_is_no_gate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        WriterFilter.from_json(text)


@pytest.mark.parametrize("version", [0, VERSION + 1, None, "1"])
def test_another_version_is_refused(version: object) -> None:
    stored = json.loads(plain_gate().to_json()) | {"version": version}
    with pytest.raises(ValueError, match="version"):
        WriterFilter.from_json(json.dumps(stored))


def test_a_gate_with_a_number_missing_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="each feature"):
        replace(plain_gate(), means=(0.0,))


def test_asking_needs_no_library() -> None:
    """What is imported at start-up must not bring the fit's library along."""
    import subprocess

    code = "import sys, cowrite.app.filter_store\nprint('numpy' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["False"]


# --- the features ---


@given(FEATURES)
def test_known_features_come_back_from_the_log(features: FilterFeatures) -> None:
    again = FilterFeatures.from_details(features.details())
    assert list(map(repr, again.vector())) == list(map(repr, features.vector()))


@given(st.text(), st.text(), st.lists(st.text(), max_size=5))
def test_any_text_has_features(before: str, after: str, offered: list[str]) -> None:
    found = text_features(before, after, offered)
    assert 0 <= found.repetition <= 1
    assert 0 <= found.variety <= 1


def test_what_stands_around_the_caret() -> None:
    found = text_features("The sea was calm. The light", " shone\nNext", ["house by the sea"])
    assert found.letters_typed == len("light")
    assert found.characters_right == len(" shone")
    assert found.repetition == pytest.approx(2 / 4)  # “the” and “sea”
    assert (found.begins_sentence, found.begins_paragraph) == (0, 0)
    assert text_features("He said “no.” ", "", ["x"]).begins_sentence == 1
    assert text_features("An end.\n", "", ["x"]).begins_paragraph == 1


def test_history_remembers_what_became_of_the_last_ones() -> None:
    history = WriterHistory()
    first = history.known(FilterFeatures(), 0, ("d", 10), ["one"])
    assert first.ms_since_taken == LONGEST_GAP_MS
    assert first.same_place == 0
    history.shown(0, ["one"])
    history.ended(700, ("d", 10), wanted=False)
    again = history.known(FilterFeatures(), 1_000, ("d", 10), ["one", "two"])
    assert again.same_place == 1
    assert again.unwanted_in_a_row == 1
    assert again.decision_ms == 700
    assert again.ms_since_last == 300
    assert again.seen_before == 0.5
    assert again.taken_lately is not None
    assert again.taken_lately < 0.5
    history.shown(1_000, ["two"])
    history.ended(2_000, ("d", 13), wanted=True)
    later = history.known(FilterFeatures(), 5_000, ("d", 20), ["three"])
    assert (later.ms_since_taken, later.unwanted_in_a_row, later.same_place) == (3_000, 0, 0)
    assert later.characters_since_last == 7
    assert (
        history.known(FilterFeatures(), 5_000, ("other", 20), ["x"]).characters_since_last is None
    )


# --- the log ---


def labels(log: LogMaker) -> list[bool]:
    return [label for _, label, _ in examples_from_log(log.events)]


def test_taken_and_kept_is_worth_it_and_refused_is_not() -> None:
    log = LogMaker()
    log.show()
    log.accept()
    log.show()
    log.add(EventKind.TYPED_THROUGH, end=17, after_ms=900, characters=17, on_screen_ms=900.0)
    log.show()
    log.refuse()
    log.show()
    log.refuse(EventKind.IGNORED)
    assert labels(log) == [True, True, False, False]


def test_what_was_kept_weighs_by_its_length() -> None:
    log = LogMaker()
    log.show()
    log.accept("lighthouse")
    log.show()
    log.accept("lighthouse stands on the hill.")
    short, long = (weight for _, _, weight in examples_from_log(log.events))
    assert (short, long) == (pytest.approx(0.5), pytest.approx(1.5))


def test_an_accept_that_was_undone_is_not_worth_it() -> None:
    log = LogMaker()
    log.show()
    log.accept()
    log.add(EventKind.NOT_SHOWN, after_ms=500, reason="after_undo")
    assert labels(log) == [False]


def test_a_ghost_that_came_back_undoes_its_accept() -> None:
    log = LogMaker()
    log.show()
    log.accept()
    log.number = 1
    event = log.events[2]
    log.events.append(replace(event, suggestion_id="again", at_ms=log.now_ms + 800))
    assert labels(log) == [False]  # and the second one is not decided yet


def test_what_was_deleted_at_once_is_not_kept() -> None:
    log = LogMaker()
    log.show()
    log.accept()
    log.add(EventKind.NOT_SHOWN, start=3, after_ms=500, reason="after_deletion")
    log.show()
    log.accept()
    log.add(EventKind.NOT_SHOWN, start=16, after_ms=500, reason="after_deletion")
    log.show()
    log.accept()
    log.add(EventKind.NOT_SHOWN, start=3, after_ms=60_000, reason="after_deletion")
    assert labels(log) == [False, True, True]


def test_what_is_gone_later_is_not_kept() -> None:
    log = LogMaker()
    log.show()
    log.accept()
    log.add(EventKind.KEPT, after_ms=30_000, characters=17)
    log.add(EventKind.KEPT, after_ms=90_000, characters=0)
    assert labels(log) == [False]


def test_a_word_taken_before_typing_on_is_worth_it_but_two_letters_are_not() -> None:
    log = LogMaker()
    log.show()
    log.add(
        EventKind.ACCEPTED_PARTIAL, end=11, after_ms=500, text="lighthouse ", on_screen_ms=500.0
    )
    log.refuse(EventKind.IGNORED, taken="lighthouse ")
    log.show()
    log.refuse(EventKind.IGNORED, taken="li")
    log.show()  # taken in part, given back by undo, then refused
    log.add(
        EventKind.ACCEPTED_PARTIAL, end=11, after_ms=500, text="lighthouse ", on_screen_ms=500.0
    )
    log.refuse(EventKind.REJECTED, taken="")
    assert labels(log) == [True, False, False]


def test_nobody_is_asked_about_what_they_could_not_read() -> None:
    log = LogMaker()
    log.show()
    log.refuse(EventKind.SUPERSEDED, on_screen_ms=90.0, typed="")
    log.show()
    log.refuse(EventKind.SUPERSEDED, on_screen_ms=500.0, typed="")
    log.show()
    log.refuse(EventKind.SUPERSEDED, on_screen_ms=2_000.0, typed="")
    log.show()  # still on screen
    (example,) = examples_from_log(log.events)
    assert not example[1]
    assert 0 < example[2] < 1


@pytest.mark.parametrize("kind", [EventKind.IGNORED, EventKind.SUPERSEDED])
def test_a_flash_that_was_typed_over_was_wrong_but_refused_by_nobody(kind: EventKind) -> None:
    """What is typed instead tells as much as what is typed along; only a look can be a refusal."""
    log = LogMaker()
    for on_screen_ms in (90.0, 299.0, 300.0):
        log.show()
        log.refuse(kind if on_screen_ms < 300 else EventKind.IGNORED, on_screen_ms=on_screen_ms)
    log.show()
    log.accept()
    examples = examples_from_log(log.events)
    assert [(worth, weight) for _, worth, weight in examples] == [
        (False, 1.0),
        (False, 1.0),
        (False, 1.0),
        (True, 1.0),
    ]
    assert [features.unwanted_in_a_row for features, _, _ in examples] == [0.0, 0.0, 0.0, 1.0]


def test_a_refusal_by_key_is_one_however_fast_and_an_old_log_is_believed() -> None:
    log = LogMaker()
    log.show()
    log.refuse(EventKind.REJECTED, on_screen_ms=150.0, typed="")
    log.show()
    log.add(EventKind.IGNORED, after_ms=900, taken="", typed="")  # nobody knows for how long
    log.show()
    log.accept()
    examples = examples_from_log(log.events)
    assert [worth for _, worth, _ in examples] == [False, False, True]
    assert [features.unwanted_in_a_row for features, _, _ in examples] == [0.0, 1.0, 2.0]


def test_features_that_the_controller_wrote_are_taken_as_they_are() -> None:
    features = FilterFeatures(base_probability=0.3, letters_typed=4, characters_right=2)
    log = LogMaker()
    log.show(gate=features.details())
    log.accept()
    assert examples_from_log(log.events)[0][0] == features


def test_a_real_log_becomes_examples(tmp_path: Path) -> None:
    maker = LogMaker()
    maker.decide_many(4)
    path = tmp_path / "decisions.sqlite3"
    log = DecisionLog(path, on_problem=pytest.fail)
    log.start()
    for event in maker.events:
        log.record(event)
    log.close()
    found = examples_from_log(tail(path, 1000))
    assert [label for _, label, _ in found] == [False, False, True, False]
    features = found[2][0]
    assert features.base_probability == 0.74
    assert features.rest_logprob == -1.5
    assert features.offered_words == 2
    assert features.typing_interval_ms == 180
    assert features.unwanted_in_a_row == 2
    assert features.ms_since_last == 10_000


@pytest.mark.parametrize(
    ("tokens", "mean"),
    [
        ([["a", -1.0]], None),
        ([[" a", -1.0], ["b", -2.0], [" c", -3.0], ["d", -5.0]], -4.0),
        ([[" ", -1.0], ["a", -2.0], [" c", None], [" d", -3.0]], -3.0),
        (["nonsense"], None),
        ([], None),
    ],
)
def test_the_mean_of_what_follows_the_first_word(tokens: list[object], mean: float | None) -> None:
    assert mean_after_first_word(tokens) == mean
