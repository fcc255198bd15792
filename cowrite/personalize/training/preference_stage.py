"""The stage after the texts: what the writer preferred to what (pairs), and what they wanted or did not (unpaired).

Pairs say more than unpaired preferences, and those are many: most suggestions are taken as they are, or refused
without another word. Either kind is learned from if there is enough of it. The newest of both are kept back, to see
whether the stage did any good.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

import torch
from torch import Tensor

from cowrite.personalize.data.examples import Preference, UnpairedPreference
from cowrite.personalize.data.packing import PairPieces, UnpairedPiece
from cowrite.personalize.networks.trainable import Trainable
from cowrite.personalize.settings import TrainingSettings
from cowrite.personalize.training.losses import (
    SFT_WEIGHT,
    BetweenLayers,
    preference_loss,
    unpaired_loss,
)

# One that is computed at once: one pair, or two unpaired, mostly one of each kind.
Choices = list[PairPieces] | list[UnpairedPiece]
Choice = TypeVar("Choice", PairPieces, UnpairedPiece)
Told = TypeVar("Told", Preference, UnpairedPreference)
CHOICES_PER_STEP = 8
HELD_SHARE = 0.1
# The newest. Each is read three times, and more of them would teach little more than these; those that are kept back
# are read before and after.
MOST_OF_A_KIND, MOST_HELD = 500, 15
# Of what was wanted and what was not one may be so much more than the other (Ethayarajh et al. 2024, section 4.2).
MOST_IMBALANCE = 4 / 3


@dataclass(frozen=True, slots=True)
class PreferencePlan:
    """``steps`` of what is learned from, and what is ``held`` back; without steps there is too little."""

    steps: Sequence[Sequence[Choices]]
    held: Sequence[Choices]

    @property
    def tokens(self) -> int:
        """How many tokens all steps have."""
        return sum(tokens_of(choices) for step in self.steps for choices in step)

    def count(self, steps: int) -> int:
        """How many choices the first ``steps`` have."""
        return sum(len(choices) for step in self.steps[:steps] for choices in step)


def newest(every: Sequence[Told], pieces: Callable[[Told], Choice | None]) -> list[Choice]:
    """The newest of ``every`` as ``pieces``, oldest first; those of which nothing is left are passed over."""
    by_age = sorted(every, key=lambda each: each.source.at_ms, reverse=True)
    made = (piece for piece in map(pieces, by_age) if piece is not None)
    return list(islice(made, MOST_OF_A_KIND))[::-1]


def plan_preferences(
    pairs: Sequence[PairPieces], unpaired: Sequence[UnpairedPiece], settings: TrainingSettings
) -> PreferencePlan:
    """What is learned in which order, which follows from the seed. ``pairs`` and ``unpaired`` are oldest first."""
    draw = random.Random(settings.seed)  # noqa: S311 - an order, not a secret
    learned: list[Choices] = []
    held: list[Choices] = []
    if settings.enough_pairs(len(pairs)):
        old, new = _apart(pairs)
        learned += [[pair] for pair in old]
        held += [[pair] for pair in new]
    wanted = [each for each in unpaired if each.desirable]
    unwanted = [each for each in unpaired if not each.desirable]
    if settings.enough_unpaired(len(wanted), len(unwanted)):
        old_wanted, new_wanted = _apart(wanted)
        old_unwanted, new_unwanted = _apart(unwanted)
        learned += _in_twos(old_wanted, old_unwanted, draw)
        held += _in_twos(new_wanted, new_unwanted, draw)
    draw.shuffle(learned)
    steps: list[list[Choices]] = []
    for choices in learned:
        if not steps or sum(map(len, steps[-1])) >= CHOICES_PER_STEP:
            steps.append([])
        steps[-1].append(choices)
    return PreferencePlan(steps, held)


def choices_loss(
    model: Trainable,
    choices: Choices,
    device: torch.device,
    *,
    beta: float,
    seed: int | None,
    between: BetweenLayers = lambda: None,
    plain: float = SFT_WEIGHT,
) -> tuple[Tensor, float]:
    """The loss of either kind: a sum, and what to divide it by. ``plain`` as in :func:`preference_loss`."""
    pairs = [each for each in choices if isinstance(each, PairPieces)]
    if pairs:
        return preference_loss(
            model, pairs, device, beta=beta, seed=seed, between=between, plain=plain
        )
    unpaired = [each for each in choices if isinstance(each, UnpairedPiece)]
    return unpaired_loss(model, unpaired, device, beta=beta, seed=seed, between=between)


def tokens_of(choices: Choices) -> int:
    """How many tokens are computed."""
    return sum(
        len(each.suggestion.ids)
        if isinstance(each, UnpairedPiece)
        else len(each.chosen.ids) + len(each.rejected.ids)
        for each in choices
    )


def _apart(choices: Sequence[Choice]) -> tuple[Sequence[Choice], Sequence[Choice]]:
    """All but the newest, and those."""
    at = len(choices) - min(MOST_HELD, max(1, round(HELD_SHARE * len(choices))))
    return choices[:at], choices[at:]


def _in_twos(
    wanted: Sequence[UnpairedPiece], unwanted: Sequence[UnpairedPiece], draw: random.Random
) -> list[Choices]:
    """Both kinds side by side, as far as there is as much of both; of the more frequent kind some are drawn."""
    most = round(MOST_IMBALANCE * min(len(wanted), len(unwanted)))
    some, others = (
        draw.sample(each, min(len(each), most)) for each in (list(wanted), list(unwanted))
    )
    both = min(len(some), len(others))
    rest = [*some[both:], *others[both:]]
    return [
        *([a, b] for a, b in zip(some, others, strict=False)),
        *(rest[at : at + 2] for at in range(0, len(rest), 2)),
    ]
