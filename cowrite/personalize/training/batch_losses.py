"""What a training run computes of each batch: the loss of a text, of a preference, and means of what is held back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from cowrite.personalize.data.packing import Batch, Piece
from cowrite.personalize.networks.trainable import Trainable
from cowrite.personalize.settings import TrainingSettings
from cowrite.personalize.training.control import Control
from cowrite.personalize.training.losses import SFT_WEIGHT, supervised_loss
from cowrite.personalize.training.preference_stage import Choices, choices_loss, tokens_of


@dataclass(frozen=True, slots=True)
class BatchLosses:
    """Losses of ``model``. Each method raises Stopped soon after ``control`` says so."""

    model: Trainable
    settings: TrainingSettings
    device: torch.device
    control: Control

    def of_text(self, pieces: Sequence[Piece], seed: int | None) -> tuple[Tensor, float, int]:
        """Of text that is continued: a sum in nats, what to divide it by, and how many tokens were read."""
        batch = Batch.of(pieces, self.device)
        loss, weight = supervised_loss(
            self.model, batch, seed=seed, between=self.control.check_cancelled
        )
        return loss, weight, len(batch.ids)

    def of_choices(
        self, choices: Choices, seed: int | None, plain: float = SFT_WEIGHT
    ) -> tuple[Tensor, float, int]:
        """Of what was preferred to what, the same three; ``plain`` weighs the text that was preferred."""
        beta, between = self.settings.preference_beta, self.control.check_cancelled
        loss, weight = choices_loss(
            self.model, choices, self.device, beta=beta, seed=seed, between=between, plain=plain
        )
        return loss, weight, tokens_of(choices)

    @torch.no_grad()
    def mean_of_texts(self, batches: Sequence[Sequence[Piece]]) -> float:
        """In nats per token; NaN if nothing of it counts."""
        found = [self.of_text(pieces, None)[:2] for pieces in batches]
        weight = sum(weight for _, weight in found)
        return sum(float(loss) for loss, _ in found) / weight if weight else math.nan

    @torch.no_grad()
    def mean_of_choices(self, held: Sequence[Choices]) -> float:
        """As far as the loss tells what was preferred."""
        found = [self.of_choices(choices, None, plain=0.0) for choices in held]
        return sum(float(loss) for loss, _, _ in found) / sum(weight for _, weight, _ in found)
