"""A training run apart from how it is computed: what it is made of, where it stands, what comes of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from torch import Tensor

from cowrite.base.errors import UserError
from cowrite.personalize.data.packing import PairPieces, Piece, UnpairedPiece

# The stages.
TEXTS, PREFERENCES, DONE = "texts", "preferences", "done"


class NothingLearned(UserError):
    """The run ended without an adapter that is better than none."""


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What is learned from, what stops it early, and what the preference stage has, oldest first.

    ``identity`` tells the sources. ``general`` is text by nobody in particular, which must not become harder.
    """

    train: Sequence[Piece]
    validation: Sequence[Piece]
    pairs: Sequence[PairPieces] = ()
    unpaired: Sequence[UnpairedPiece] = ()
    general: Sequence[Piece] = ()
    identity: str = ""


@dataclass(slots=True)
class TrainerState:
    """Where a run stands; all of it is JSON. ``earlier_s`` are the seconds of the stage before.

    ``choice_loss`` is that of the preferences that are kept back, before the stage that learns from the others; it took
    ``look_s`` seconds to compute. ``choices_used`` is how many it learned from, unless it did no good.
    """

    stage: str = TEXTS
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    earlier_s: float = 0.0
    choice_loss: float = math.inf
    look_s: float = 0.0
    choices_used: int = 0
    best_loss: float = math.inf
    best_step: int = 0
    first_loss: float = math.inf
    worse: int = 0
    curve: list[dict[str, float]] = field(default_factory=list)

    @property
    def last_validation(self) -> tuple[int, float | None]:
        """After which step there was one, and its loss; before the first, -1 and None."""
        for each in reversed(self.curve):
            if "validation_loss" in each:
                return int(each["step"]), each["validation_loss"]
        return -1, None


@dataclass(frozen=True, slots=True)
class Trained:
    """The best adapter of a run, and how it came about; ``scale`` is how much of it is left (1: all)."""

    factors: dict[str, Tensor]
    state: TrainerState
    preferences_used: int
    scale: float = 1.0
