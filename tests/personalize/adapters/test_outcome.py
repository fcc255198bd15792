"""What came of the last run, as it is stored."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.records import LAST_MS
from cowrite.decisions.maintenance.erasing import Erased, Erasure
from cowrite.personalize.adapters.forgetting import forget_beside_log
from cowrite.personalize.adapters.outcome import (
    ExamplePrediction,
    Outcome,
    mark_seen,
    outcome_file,
    read_outcome,
    write_outcome,
)
from cowrite.settings.paths import Paths

TEXT = st.text(max_size=20)
PREDICTIONS = st.lists(st.builds(ExamplePrediction, TEXT, TEXT, TEXT), max_size=3).map(tuple)
SOME = Outcome(
    at_ms=5, status="kept", reason="It is no better.", right=(ExamplePrediction("the", "sea", "a"),)
)


@given(
    st.builds(
        Outcome,
        at_ms=st.integers(0, LAST_MS), status=st.sampled_from(["promoted", "kept", "failed"]),
        best_influence=st.sampled_from(["", "gentle", "strong"]),
        reason=TEXT, gain_pct=st.none() | st.floats(-100, 100), right=PREDICTIONS, wrong=PREDICTIONS,
    )
)  # fmt: skip
def test_it_is_read_as_it_was_written(paths: Paths, outcome: Outcome) -> None:
    write_outcome(paths, outcome)
    assert read_outcome(paths) == outcome


def test_one_of_an_earlier_version_is_still_read(paths: Paths) -> None:
    write_outcome(paths, SOME)
    stored = json.loads(outcome_file(paths).read_text("utf-8"))
    del stored["best_influence"]
    outcome_file(paths).write_text(json.dumps(stored))
    assert read_outcome(paths) == SOME


def test_the_writer_is_told_once(paths: Paths) -> None:
    mark_seen(paths)
    assert read_outcome(paths) is None
    write_outcome(paths, SOME)
    mark_seen(paths)
    assert read_outcome(paths) == replace(SOME, seen=True)
    assert stat.S_IMODE(outcome_file(paths).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 2}', "{", '{"format": 1, "right": [1]}']
)
def test_what_is_damaged_is_as_good_as_nothing(
    paths: Paths, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    write_outcome(paths, SOME)
    outcome_file(paths).write_text(text)
    assert read_outcome(paths) is None


def test_it_quotes_the_writer_and_goes_when_anything_is_forgotten(paths: Paths) -> None:
    write_outcome(paths, SOME)
    erased = Erased(events=1, documents=frozenset({"d"}), first_ms=1, last_ms=2)
    assert forget_beside_log(paths, Erasure(documents=frozenset({"d"})), erased).datasets
    assert read_outcome(paths) is None
