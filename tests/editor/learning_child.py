"""Children that only pretend to learn: what they say, when they listen, how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import replace

from cowrite.editor.panels.personalization.learning_host import LearningHost
from cowrite.personalize.learning_messages import LearningResult
from cowrite.personalize.training.progress import TrainingPhase, TrainingProgress

_BEGIN = """
import os, sys, threading, time, json
def heard(word):
    for line in sys.stdin:
        print(json.dumps({"phase": "reading", "message": "heard " + line.strip()}), flush=True)
        if line.strip() == word:
            return
"""
TRAINING = TrainingProgress(
    phase=TrainingPhase.TRAINING,
    step=30,
    steps=120,
    tokens=30_000,
    tokens_per_s=312.4,
    train_loss=2.9,
    validation_loss=3.0,
    seconds_left=1_500.0,
)
PREVIEW = {
    "sentence": "48,231 words of yours and 1,204 decisions, from 3 documents.",
    "own_words": 48_231,
    "decisions": 1_204,
    "documents": ["The Lake House.txt", "Letters to Ada.txt", "Notebook.md"],
    "excluded": ["Diary.txt"],
    "minutes": 38.0,
    "too_little": "",
}
WAITS = "time.sleep(60)"
STOPS_WHEN_TOLD = 'heard("stop")'


def child(*steps: str) -> list[str]:
    """A command that runs these statements."""
    return [sys.executable, "-c", _BEGIN + "\n".join(steps)]


def says(progress: TrainingProgress) -> str:
    """A statement."""
    return f"print({progress.to_json()!r}, flush=True)"


def trains(step: int, **values: float) -> str:
    """A statement: so many steps are done."""
    return says(replace(TRAINING, step=step, **values))


def ends(status: str, reason: str = "", advice: str = "") -> str:
    """A statement: the last line of a run."""
    line = json.dumps({"result": {"status": status, "reason": reason, "advice": advice}})
    return f"print({line!r}, flush=True)"


def shows(preview: object) -> str:
    """A statement: the answer to a look before."""
    return f"print({json.dumps(preview)!r}, flush=True)"


class Learner:
    """The command of a program: what it does when it is to look, and when it is to learn."""

    def __init__(self, *, preview: Sequence[str] = (), run: Sequence[str] = ()) -> None:
        self.preview = list(preview) or [shows(PREVIEW)]
        self.run = list(run) or [trains(30), STOPS_WHEN_TOLD, ends("stopped")]
        self.asked: list[tuple[str, ...]] = []

    def __call__(self, options: Sequence[str]) -> list[str]:
        self.asked.append(tuple(options))
        return child(*(self.preview if "--dry-run" in options else self.run))

    @property
    def runs(self) -> int:
        """How often it was to learn."""
        return sum("--lines" in options for options in self.asked)


class Heard:
    """What a host told."""

    def __init__(self, host: LearningHost) -> None:
        self.progress: list[TrainingProgress] = []
        self.results: list[LearningResult] = []
        self.pauses: list[bool] = []
        host.progressed.connect(self.progress.append)
        host.ended.connect(self.results.append)
        host.pausing.connect(self.pauses.append)

    @property
    def commands(self) -> list[str]:
        """What the child says that it was told."""
        return [
            each.message.removeprefix("heard ")
            for each in self.progress
            if each.message.startswith("heard ")
        ]
