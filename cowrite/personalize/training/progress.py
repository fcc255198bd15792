"""How far a training run is: values that the training process prints, one JSON line each, and the window reads."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, NonNegative, Number, Prose, decode
from cowrite.settings.this_program import is_packaged, program_command


class TrainingPhase(StrEnum):
    """What is being done. KEPT, STOPPED, DONE and FAILED are the last line of the training process; another judges.

    KEPT: there is nothing better than what is in use, with the reason in ``message``. STOPPED: a checkpoint is there,
    and the same command goes on from it.
    """

    READING = "reading"
    LOADING = "loading"
    TRAINING = "training"
    PREFERENCES = "preferences"
    PAUSED = "paused"
    WRITING = "writing"
    JUDGING = "judging"
    DONE = "done"
    KEPT = "kept"
    STOPPED = "stopped"
    FAILED = "failed"


ENDS = frozenset(
    {TrainingPhase.DONE, TrainingPhase.KEPT, TrainingPhase.STOPPED, TrainingPhase.FAILED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingProgress:
    """Losses are nats per token. ``seconds_left`` is a guess for the whole run; None where nothing is known yet."""

    phase: TrainingPhase
    step: Count = 0
    steps: Count = 0
    tokens: Count = 0
    tokens_per_s: NonNegative = 0.0
    train_loss: Number | None = None
    validation_loss: Number | None = None
    seconds_left: Number | None = None
    message: Prose = ""
    advice: Prose = ""

    def to_json(self) -> str:
        """One line."""
        stored = asdict(self)
        for name, value in stored.items():
            if isinstance(value, float):
                stored[name] = round(value, 4) if math.isfinite(value) else None
        return json.dumps(stored)


def failed(error: UserError) -> TrainingProgress:
    """The run ended with ``error``."""
    return TrainingProgress(phase=TrainingPhase.FAILED, message=error.message, advice=error.advice)


def parse_progress(line: str) -> TrainingProgress | None:
    """What a line of the training process says; None for a line that is not ours."""
    try:
        return decode(read_json(line), TrainingProgress, only_known=True)
    except SchemaError:
        return None


def training_command(job: Path) -> list[str]:
    """The command line of the training process for a job file: this very program, frozen or not."""
    if is_packaged():
        return [*program_command(), "train-process", str(job)]
    return [sys.executable, "-m", "cowrite.personalize", str(job)]
