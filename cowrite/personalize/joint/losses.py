"""The losses of the tasks, and how sure a model is of right sentences beside damaged ones."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import torch
from torch import Tensor
from torch.nn import functional as F

from cowrite.personalize.data.packing import Batch, Piece
from cowrite.personalize.joint.examples import DamagedPiece, RepairExample
from cowrite.personalize.joint.settings import JointSettings
from cowrite.personalize.networks.trainable import Trainable
from cowrite.personalize.training.losses import supervised_loss


@dataclass(frozen=True, slots=True)
class Told:
    """By how many nats a right sentence is more probable than a damaged form of it, by the kind of damage."""

    kind: str
    gain: float


def gains_of(
    model: Trainable,
    examples: Sequence[RepairExample],
    device: torch.device,
    seed: int | None = None,
) -> Tensor:
    """For each damaged form of all ``examples``, in order, ``log p(right) - log p(damaged)`` in nats: ``(N,)``.

    Over the tokens from the first one on that differs up to the same place behind the damage, so it is the difference
    of the log-probabilities of the two texts so far.
    """
    pieces: list[Piece] = []
    for example in examples:
        pieces += [example.right, *(damaged.piece for damaged in example.damaged)]
    batch = Batch.of(pieces, device)
    losses = model.token_losses(batch.ids, batch.lengths, batch.at, seed=seed)
    gains, at = list[Tensor](), 0
    for example in examples:
        right = losses[at : at + len(example.right.learned)]
        first = example.right.learned[0]
        at += len(example.right.learned)
        for damaged in example.damaged:
            count = len(damaged.piece.learned)
            start = max(0, damaged.right.start - first)
            gains.append(
                losses[at : at + count].sum() - right[start : damaged.right.stop - first].sum()
            )
            at += count
    return torch.stack(gains)


@torch.no_grad()
def told_apart(
    model: Trainable, batches: Sequence[Sequence[RepairExample]], device: torch.device
) -> list[Told]:
    """How sure the model is of each damaged form of every example."""
    return [
        Told(damaged.kind, gain)
        for examples in batches
        for damaged, gain in zip(
            (each for example in examples for each in example.damaged),
            gains_of(model, examples, device).tolist(),
            strict=True,
        )
    ]


@torch.no_grad()
def hardest(
    model: Trainable,
    examples: Sequence[RepairExample],
    device: torch.device,
    settings: JointSettings,
) -> list[RepairExample]:
    """Each example with the one damaged form that the model finds most probable (semi-hard negatives, Schroff et al.
    2015, arXiv 1503.03832): without those that are ``too_good``, more nats than that above the right sentence, which
    are as right as it more often than not, and without those that are ``too_easy``, from which nothing is learned any
    more. Examples of which nothing is left are left out.

    Looked at whole are only those whose first other token is most probable, which one reading of the right one tells.
    """
    likely = beginning_likeliest(model, examples, device, settings.negatives)
    gains = gains_of(model, likely, device).tolist()
    found, at = list[RepairExample](), 0
    for example in likely:
        own = gains[at : at + len(example.damaged)]
        at += len(own)
        left: list[tuple[float, DamagedPiece]] = [
            (gain, damaged)
            for gain, damaged in zip(own, example.damaged, strict=True)
            if -settings.too_good < gain < settings.too_easy
        ]
        if left:
            found.append(RepairExample(example.right, (min(left, key=lambda each: each[0])[1],)))
    return found


@torch.no_grad()
def beginning_likeliest(
    model: Trainable, examples: Sequence[RepairExample], device: torch.device, wanted: int
) -> list[RepairExample]:
    """Each example with the ``wanted`` damaged forms whose first other token is most probable, one for each place."""
    batch = Batch.of([example.right for example in examples], device)
    starts = [0, *accumulate(batch.lengths)]
    every = [
        (start + each.right.start, each)
        for start, example in zip(starts, examples, strict=False)
        for each in example.damaged
    ]
    at = torch.tensor([place for place, _ in every], device=device)
    others = torch.tensor([each.piece.ids[each.right.start] for _, each in every], device=device)
    both = torch.cat([others, batch.ids[at]])
    losses = model.token_losses(batch.ids, batch.lengths, at.repeat(2), wanted=both)
    gaps = iter((losses[: len(every)] - losses[len(every) :]).tolist())
    found = list[RepairExample]()
    for example in examples:
        best: dict[int, tuple[float, DamagedPiece]] = {}
        for each, gap in zip(example.damaged, gaps, strict=False):
            if gap < best.get(each.right.start, (math.inf, each))[0]:
                best[each.right.start] = gap, each
        least = sorted(best.values(), key=lambda pair: pair[0])[:wanted]
        found.append(RepairExample(example.right, tuple(each for _, each in least)))
    return found


def repair_loss(gains: Tensor, margin: float) -> Tensor:
    """Mean over pairs of ``log(1 + exp(margin - gain))``: no more to learn where the right one is far ahead.

    The signal of LM-Critic (Yasunaga et al. 2021, arXiv 2109.06822) as a loss of its own.
    """
    return F.softplus(margin - gains).mean()


def mean_text_loss(
    model: Trainable, pieces: Sequence[Piece], device: torch.device, seed: int | None = None
) -> Tensor:
    """In nats per token."""
    loss, weight = supervised_loss(model, Batch.of(pieces, device), seed=seed)
    return loss / weight
