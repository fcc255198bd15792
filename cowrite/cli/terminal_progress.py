"""How far a run is, on one line of the terminal or as JSON lines for a program."""

from __future__ import annotations

import sys

from cowrite.base.printable import one_line
from cowrite.console import show_progress
from cowrite.localization import tr, tr_noop
from cowrite.localization.columns import columns_of, to_left
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress

_WORDS = {
    TrainingPhase.READING: tr_noop("reading your texts"),
    TrainingPhase.LOADING: tr_noop("loading the model"),
    TrainingPhase.TRAINING: tr_noop("learning"),
    TrainingPhase.PREFERENCES: tr_noop("learning your preferences"),
    TrainingPhase.PAUSED: tr_noop("waiting while you write"),
    TrainingPhase.WRITING: tr_noop("saving what was learned"),
    TrainingPhase.JUDGING: tr_noop("testing the result"),
}


class TerminalProgress:
    """Shows each step where somebody can see it."""

    def __init__(self, *, as_lines: bool, is_silent: bool) -> None:
        self._as_lines = as_lines
        self._is_silent = is_silent or not sys.stderr.isatty()
        self._shown = 0

    def show(self, progress: TrainingProgress) -> None:
        """Say ``progress``."""
        if self._as_lines:
            print(progress.to_json(), flush=True)
        elif not self._is_silent:
            line = one_line(_as_text(progress))
            show_progress(f"\r{to_left(line, self._shown)}", "")
            self._shown = columns_of(line)

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            show_progress(f"\r{' ' * self._shown}\r", "")
            self._shown = 0


def _as_text(progress: TrainingProgress) -> str:
    doing = tr(_WORDS.get(progress.phase, progress.phase.value))
    if progress.phase is TrainingPhase.JUDGING:
        return tr("{doing}, {part}", doing=doing, part=progress.message)
    if not progress.steps:
        return doing
    values = {
        "doing": doing,
        "step": progress.step,
        "steps": progress.steps,
        "speed": progress.tokens_per_s,
    }
    if progress.seconds_left is None:
        return tr("{doing}, step {step} of {steps}, {speed:.0f} tokens/s", **values)
    return tr(
        "{doing}, step {step} of {steps}, {speed:.0f} tokens/s, {minutes:.0f} min left",
        minutes=progress.seconds_left / 60,
        **values,
    )
