"""What is shown of a run: it only goes forward, and nothing that was told is lost."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from learning_child import TRAINING

from cowrite.editor.panels.personalization.learning_run import MOST_POINTS, WHOLE, LearningRun
from cowrite.editor.panels.personalization.learning_strings import BEGINNING
from cowrite.personalize.training.progress import TrainingPhase


def test_it_begins_with_nothing() -> None:
    run = LearningRun()
    assert (run.doing, run.left, run.speed, run.done) == (BEGINNING, "", "", 0)
    assert (run.train, run.unseen) == ([], [])


def test_the_bar_never_goes_back_and_testing_moves_it() -> None:
    run = LearningRun()
    run.add(replace(TRAINING, step=120))
    full = run.done
    run.add(replace(TRAINING, step=10))
    assert run.done == full
    for what in ("reading with what was learned", "looking for copies"):
        before = run.done
        testing = replace(TRAINING, phase=TrainingPhase.JUDGING, message=what)
        run.add(testing)
        assert run.doing == f"Testing it on pages it has not seen: {what}"
        assert before < run.done < WHOLE
        run.add(testing)


def test_a_pause_changes_nothing_of_what_is_shown() -> None:
    run = LearningRun()
    run.add(TRAINING)
    shown = run.doing, run.left, run.speed, run.done
    run.add(replace(TRAINING, phase=TrainingPhase.PAUSED, seconds_left=None, tokens_per_s=0.0))
    assert (run.doing, run.left, run.speed, run.done) == shown


def test_a_long_run_is_kept_from_its_beginning_on() -> None:
    run, steps = LearningRun(), 3 * MOST_POINTS
    for step in range(steps):
        run.add(replace(TRAINING, step=step, steps=steps, train_loss=9 - step / 1e4))
    assert len(run.train) <= MOST_POINTS
    ways = [way for way, _ in run.train]
    assert ways == sorted(ways)
    assert (ways[0], ways[-1]) == (0.0, 100 * (steps - 1) / steps)
    assert max(b - a for a, b in pairwise(ways)) < 1.0
    assert len(run.unseen) == 1, "the same loss told again is no new point"
