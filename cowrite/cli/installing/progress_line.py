"""How far an installation is: for a person on a terminal, for a file, or for a program."""

from __future__ import annotations

import sys

from cowrite.base.printable import one_line
from cowrite.console import show_progress
from cowrite.localization import tr
from cowrite.localization.columns import to_left
from cowrite.models.progress import PHASES, InstallPhase, InstallProgress
from cowrite.tasks.passage.registry import PASSAGE_TASKS

LONGEST_SIZE = 44


def print_json(progress: InstallProgress) -> None:
    """One line for a program."""
    print(progress.to_json(), flush=True)


class ProgressLine:
    """One line that is written over on a terminal, and one line per phase elsewhere."""

    def __init__(self) -> None:
        self._phase: InstallPhase | None = None
        self._note = ""

    def __call__(self, progress: InstallProgress) -> None:
        """Show it."""
        if progress.note != self._note:
            self._note = progress.note
            if progress.note:
                show_progress(("\r" if sys.stderr.isatty() else "") + one_line(progress.note))
        if sys.stderr.isatty():
            bar = "#" * round(24 * progress.fraction)
            end = "\n" if progress.phase is InstallPhase.DONE else ""
            phase = to_left(tr(PHASES[progress.phase]), 12)
            line = f"\r[{bar:<24}] {progress.fraction:4.0%} {phase}"
            show_progress(line + to_left(amount(progress), LONGEST_SIZE), end)
        elif progress.phase is not self._phase:
            size = f" ({progress.bytes_total / 1e6:.0f} MB)" if progress.bytes_total else ""
            end = "" if progress.phase is InstallPhase.DONE else "…"
            show_progress(f"{tr(PHASES[progress.phase])}{size}{end}")
        self._phase = progress.phase


def amount(progress: InstallProgress) -> str:
    """How much, how fast and how long still, as far as it is known; of an exam, which task is tried."""
    if progress.task in PASSAGE_TASKS:
        return PASSAGE_TASKS[progress.task].title
    if not progress.bytes_total:
        return ""
    done, whole = progress.bytes_done / 1e6, progress.bytes_total / 1e6
    if not progress.bytes_per_s:
        return tr("{done:.0f} of {all:.0f} MB", done=done, all=whole)
    speed = progress.bytes_per_s / 1e6
    if progress.seconds_left is None:
        return tr("{done:.0f} of {all:.0f} MB, {speed:.1f} MB/s", done=done, all=whole, speed=speed)
    return tr(
        "{done:.0f} of {all:.0f} MB, {speed:.1f} MB/s, {left} left",
        done=done,
        all=whole,
        speed=speed,
        left=duration(progress.seconds_left),
    )


def duration(seconds: float) -> str:
    """Such as “40 s”, “5 min” or “2 h 10 min”."""
    if seconds < 90:
        return tr("{seconds:.0f} s", seconds=seconds)
    minutes = round(seconds / 60)
    if minutes < 90:
        return tr("{minutes} min", minutes=minutes)
    return tr("{hours} h {minutes} min", hours=minutes // 60, minutes=minutes % 60)
