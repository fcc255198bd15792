"""How far a run is, on one line of the terminal or as JSON lines for a program."""

from __future__ import annotations

import sys

from cowrite.base.printable import one_line
from cowrite.console import show_progress
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress

_WORDS = {
    TrainingPhase.READING: "reading your texts",
    TrainingPhase.LOADING: "loading the model",
    TrainingPhase.TRAINING: "learning",
    TrainingPhase.PREFERENCES: "learning your preferences",
    TrainingPhase.PAUSED: "waiting while you write",
    TrainingPhase.WRITING: "saving what was learned",
    TrainingPhase.JUDGING: "testing the result",
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
            show_progress(f"\r{line:<{self._shown}}", "")
            self._shown = len(line)

    def end(self) -> None:
        """Clear the line."""
        if self._shown:
            show_progress(f"\r{' ' * self._shown}\r", "")
            self._shown = 0


def _as_text(progress: TrainingProgress) -> str:
    parts = [_WORDS.get(progress.phase, progress.phase.value)]
    if progress.phase is TrainingPhase.JUDGING:
        parts.append(progress.message)
    elif progress.steps:
        parts.append(f"step {progress.step} of {progress.steps}")
        parts.append(f"{progress.tokens_per_s:.0f} tokens/s")
        if progress.seconds_left is not None:
            parts.append(f"{progress.seconds_left / 60:.0f} min left")
    return ", ".join(parts)
