"""Phases, times and endings in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from learning_child import TRAINING

from cowrite.editor.panels.personalization.learning_strings import (
    STOPPED,
    doing,
    duration,
    names,
    outcome,
    share_done,
    speed,
    time_left,
    way_pct,
)
from cowrite.personalize.learning_messages import Ending, LearningResult
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress


def test_every_phase_of_a_run_has_words_and_the_bar_only_grows() -> None:
    shares = []
    for name in ("reading", "loading", "training", "preferences", "writing"):
        progress = TrainingProgress(phase=TrainingPhase(name), step=60, steps=120)
        assert doing(progress)
        share = share_done(progress)
        assert share is not None
        shares.append(share)
    assert shares == sorted(shares)
    assert 0.0 <= shares[0] < shares[-1] < 1.0


def test_resting_changes_neither_words_nor_bar() -> None:
    paused = replace(TRAINING, phase=TrainingPhase.PAUSED)
    assert doing(paused) == ""
    assert share_done(paused) is None
    assert way_pct(paused) is None


def test_the_way_is_in_percent_whatever_the_steps_say() -> None:
    assert way_pct(TRAINING) == 25.0
    assert way_pct(replace(TRAINING, step=500)) == 100.0
    assert way_pct(replace(TRAINING, steps=0)) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (49, "less than a minute"),
        (60, "about 1 min"),
        (2_300, "about 38 min"),
        (5_400, "about 1.5 hours"),
        (7_300, "about 2 hours"),
    ],
)
def test_times_are_no_more_exact_than_they_are_known(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_what_is_not_known_is_not_said() -> None:
    assert time_left(TRAINING) == "about 25 min left"
    assert speed(TRAINING) == "about 234 words per second"
    nothing = TrainingProgress(phase=TrainingPhase.TRAINING)
    assert time_left(nothing) == speed(nothing) == ""


def test_names_are_some_and_a_number() -> None:
    assert names(["a", "b"]) == "a\nb"
    assert names([str(n) for n in range(5)]).count("\n") == 4
    assert names([str(n) for n in range(12)]).endswith("\n3\nand 8 more")
    assert len(names(["x" * 300])) < 60


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (LearningResult(status=Ending.STOPPED), STOPPED),
        (LearningResult(status=Ending.STOPPED, reason="Text was erased."), "Text was erased."),
        (
            LearningResult(status=Ending.KEPT, reason="The test was too short."),
            "Nothing changed: the test was too short.",
        ),
        (
            LearningResult(status=Ending.KEPT, reason="DeVault is no better."),
            "Nothing changed: DeVault is no better.",
        ),
        (
            LearningResult(
                status=Ending.FAILED, reason="The disk is full.", advice="Free up disk space."
            ),
            "The disk is full. Free up disk space.",
        ),
    ],
)
def test_every_ending_is_a_sentence(result: LearningResult, sentence: str) -> None:
    assert outcome(result) == sentence


@pytest.mark.parametrize("status", list(Ending))
def test_no_ending_is_silent(status: Ending) -> None:
    assert outcome(LearningResult(status=status))
