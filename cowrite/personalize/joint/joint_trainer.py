"""The loop of the joint training: in each step some examples of every task, their losses weighted and added up.

Order, damage and dropout follow from the seed and the number of the step; so the same texts and settings make the same
adapter, as far as the processor adds up in the same order and the time suffices.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.personalize.data.packing import Piece, packed
from cowrite.personalize.joint.examples import RepairExample
from cowrite.personalize.joint.losses import (
    gains_of,
    hardest,
    mean_text_loss,
    repair_loss,
    told_apart,
)
from cowrite.personalize.joint.settings import JointSettings
from cowrite.personalize.networks.trainable import Trainable
from cowrite.personalize.training.run_plan import scheduled, seed_of

CHECK_TOKENS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class JointData:
    """What is trained on: by number, so that nothing is made before it is needed. ``held_*`` is never trained on."""

    sentences: int
    repair: Callable[[int], RepairExample | None]
    texts: Sequence[Piece]
    gap: Callable[[int], Piece | None]
    held_repair: Sequence[RepairExample]
    held_texts: Sequence[Piece]
    held_gaps: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at what is held back found. Losses in nats: per pair, and per token.

    ``told`` is the share of damaged forms that are less probable than the right sentence.
    """

    step: int
    repair: float
    told: float
    texts: float
    gaps: float

    def total(self, settings: JointSettings) -> float:
        """The weighted sum that is to get less; a task that weighs nothing does not count."""
        parts = (
            (settings.repair_weight, self.repair),
            (settings.continue_weight, self.texts),
            (settings.fill_in_weight, self.gaps),
        )
        return sum(weight * loss for weight, loss in parts if weight)


@dataclass(slots=True)
class JointRun:
    """What came of it: the best adapter and the looks on the way, the first of them without an adapter."""

    factors: Mapping[str, Tensor]
    looks: list[Look] = field(default_factory=list)
    best_step: int = 0
    seconds: float = 0.0
    examples: dict[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Without the adapter."""
        return {
            "looks": [asdict(look) for look in self.looks],
            "best_step": self.best_step,
            "seconds": round(self.seconds),
            "examples": self.examples,
        }


class JointTrainer:
    """Trains ``model`` on ``data``; ``tell`` gets a line for each look. ``clock`` gives seconds."""

    def __init__(
        self,
        model: Trainable,
        data: JointData,
        settings: JointSettings,
        *,
        device: torch.device,
        tell: Callable[[str], None] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._model, self._data, self._settings = model, data, settings
        self._device, self._tell, self._clock = device, tell, clock
        self._parameters = [each for each in model.parameters() if each.requires_grad]
        self._held_repair = _grouped(data.held_repair)
        self._used = {"repair": 0, "continue": 0, "fill in": 0}

    def run(self) -> JointRun:
        """Train until it gets no better, everything is read or the time is over. Raises UserError if it diverges."""
        settings = self._settings
        self._model.begin(settings.seed)
        optimizer = self._new_optimizer()
        began = self._clock()
        look = self._look(0)
        run = JointRun(self._model.copy_factors(), [look])
        total = max(1, math.ceil(self._data.sentences * settings.rounds / settings.batch_pairs))
        every, worse, step = max(1, total // settings.checks), 0, 0
        best = look.total(settings)
        for step, numbers in enumerate(self._orders(total), 1):
            share = max(step / total, (self._clock() - began) / (60 * settings.max_minutes))
            self._step(optimizer, step, numbers, _rate(settings, step, total, share))
            if step % every and step < total and share < 1:
                continue
            look = self._look(step)
            run.looks.append(look)
            if look.total(settings) < best:
                best, worse, run.best_step = look.total(settings), 0, step
                run.factors = self._model.copy_factors()
            else:
                worse += 1
            if worse >= settings.patience or share >= 1:
                break
        run.seconds, run.examples = self._clock() - began, dict(self._used)
        return run

    def _orders(self, total: int) -> Iterator[list[int]]:
        """The numbers of the sentences of each step."""
        size, found, number = self._settings.batch_pairs, list[int](), 0
        for _ in range(total):
            while len(found) < size:
                order = list(range(self._data.sentences))
                random.Random(f"{self._settings.seed}/{number}").shuffle(order)  # noqa: S311 - no secret
                found, number = found + order, number + 1
            yield found[:size]
            found = found[size:]

    def _step(self, optimizer: Optimizer, step: int, numbers: list[int], rate: float) -> None:
        settings = self._settings
        optimizer.zero_grad(set_to_none=True)
        total = 0.0
        for weight, loss in self._losses(step, numbers):
            if weight:
                (weight * loss).backward()  # type: ignore[no-untyped-call]
                total += weight * float(loss.detach())
        norm = float(torch.nn.utils.clip_grad_norm_(self._parameters, settings.clip_norm))
        if not (math.isfinite(total) and math.isfinite(norm)):
            raise UserError(
                tr("The training failed to converge and was stopped."),
                tr("Try a smaller learning rate, such as --set learning_rate=1e-4."),
            )
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()

    def _losses(self, step: int, numbers: Sequence[int]) -> Iterator[tuple[float, Tensor]]:
        """Of each task in turn, so that only one of them is in memory."""
        settings, data = self._settings, self._data
        seed = seed_of(settings.seed, step) if settings.dropout else None
        if settings.repair_weight:
            made = [each for each in map(data.repair, numbers) if each is not None]
            chosen = hardest(self._model, made, self._device, settings) if made else []
            if chosen:
                self._used["repair"] += len(chosen)
                gains = gains_of(self._model, chosen, self._device, seed)
                yield settings.repair_weight, repair_loss(gains, settings.margin)
        draw = random.Random(f"{settings.seed}/texts/{step}")  # noqa: S311 - no secret
        if settings.continue_weight and settings.batch_texts and data.texts:
            texts = draw.sample(data.texts, min(settings.batch_texts, len(data.texts)))
            self._used["continue"] += len(texts)
            yield settings.continue_weight, mean_text_loss(self._model, texts, self._device, seed)
        if settings.fill_in_weight and settings.batch_gaps:
            gaps = [each for each in map(data.gap, numbers[: settings.batch_gaps]) if each]
            self._used["fill in"] += len(gaps)
            if gaps:
                yield settings.fill_in_weight, mean_text_loss(self._model, gaps, self._device, seed)

    @torch.no_grad()
    def _look(self, step: int) -> Look:
        told = [each.gain for each in told_apart(self._model, self._held_repair, self._device)]
        gains = torch.tensor(told) if told else torch.zeros(0)
        look = Look(
            step=step,
            repair=float(repair_loss(gains, self._settings.margin)) if told else 0.0,
            told=float((gains > 0).float().mean()) if told else 0.0,
            texts=self._mean(self._data.held_texts),
            gaps=self._mean(self._data.held_gaps),
        )
        self._tell(
            f"step {step}: pairs told apart {100 * look.told:.1f} % (loss {look.repair:.4f}), "
            f"texts {look.texts:.4f}, gaps {look.gaps:.4f} nats per token"
        )
        return look

    def _mean(self, pieces: Sequence[Piece]) -> float:
        """Of all tokens of ``pieces``, in nats."""
        total = count = 0.0
        for batch in packed(pieces, CHECK_TOKENS):
            weight = sum(len(piece.learned) for piece in batch)
            total += weight * float(mean_text_loss(self._model, batch, self._device))
            count += weight
        return total / count if count else 0.0

    def _new_optimizer(self) -> Optimizer:
        rate, decay = self._settings.learning_rate, self._settings.weight_decay
        if self._settings.optimizer == "sgd":
            return torch.optim.SGD(self._parameters, lr=rate, momentum=0.9, weight_decay=decay)
        return torch.optim.AdamW(self._parameters, lr=rate, weight_decay=decay)


def _rate(settings: JointSettings, step: int, total: int, share: float) -> float:
    """By whichever is nearer to its end, the steps or the time: so the rate always comes down to 0."""
    return settings.learning_rate * scheduled(
        min(total, max(step - 1, round(share * total) - 1)), total, settings.warmup
    )


def _grouped(examples: Sequence[RepairExample]) -> list[list[RepairExample]]:
    """As batches of about CHECK_TOKENS."""
    groups, room = list[list[RepairExample]](), 0
    for example in examples:
        size = len(example.right.ids) + sum(len(each.piece.ids) for each in example.damaged)
        if not groups or size > room:
            groups.append([])
            room = CHECK_TOKENS
        groups[-1].append(example)
        room -= size
    return groups
