"""The losses: of words that were written, of those preferred to others, and of those wanted or not."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from cowrite.personalize.data.packing import Batch, PairPieces, UnpairedPiece
from cowrite.personalize.networks.trainable import Trainable

BetweenLayers = Callable[[], None]
# How much the plain loss of the chosen side counts beside the preference.
SFT_WEIGHT = 1.0


def supervised_loss(
    model: Trainable, batch: Batch, *, seed: int | None, between: BetweenLayers = lambda: None
) -> tuple[Tensor, float]:
    """Sum of weighted ``-log p`` over the batch, with gradient, and the sum of weights to divide by."""
    losses = model.token_losses(batch.ids, batch.lengths, batch.at, seed=seed, between=between)
    return (losses * batch.weights).sum(), float(batch.weights.sum())


def preference_loss(
    model: Trainable,
    pairs: Sequence[PairPieces],
    device: torch.device,
    *,
    beta: float,
    seed: int | None,
    between: BetweenLayers = lambda: None,
    plain: float = SFT_WEIGHT,
) -> tuple[Tensor, float]:
    """DPO (Rafailov et al. 2023, arXiv 2305.18290, equation 7) with ``plain`` times the plain loss of the chosen side.

    The reference is the model without its adapter. Returns the sum over pairs, each with its weight, and the sum of
    weights.
    """
    batch = Batch.of([p for pair in pairs for p in (pair.chosen, pair.rejected)], device)
    logprobs, gains = _text_logprobs_and_gains(model, batch, seed, between)
    margins = gains.view(-1, 2)
    weights = torch.tensor([pair.weight for pair in pairs], device=device)
    preferred = -F.logsigmoid(beta * (margins[:, 0] - margins[:, 1]))
    sizes = torch.tensor([len(pair.chosen.learned) for pair in pairs], device=device)
    chosen = -logprobs.view(-1, 2)[:, 0] / sizes
    return ((preferred + plain * chosen) * weights).sum(), float(weights.sum())


def unpaired_loss(
    model: Trainable,
    unpaired: Sequence[UnpairedPiece],
    device: torch.device,
    *,
    beta: float,
    seed: int | None,
    between: BetweenLayers = lambda: None,
) -> tuple[Tensor, float]:
    """KTO (Ethayarajh et al. 2024, arXiv 2402.01306, equation 7) with its reference point at 0.

    That is APO-zero for what has no rival (D'Oosterlinck et al. 2024, arXiv 2408.06266): ``1 - sigmoid(beta g)`` of
    what was wanted and ``sigmoid(beta g)`` of what was not, where ``g`` is what the adapter adds to the text's log
    probability. KTO estimates the reference point from wrong pairings, for twice as many passes; of suggestions of some
    words ``beta g`` stays where the sigmoid is nearly straight, and a shift changes little. Returns the sum, and how
    many there are.
    """
    batch = Batch.of([each.suggestion for each in unpaired], device)
    _, gains = _text_logprobs_and_gains(model, batch, seed, between)
    signs = torch.tensor([1.0 if each.desirable else -1.0 for each in unpaired], device=device)
    return torch.sigmoid(-beta * signs * gains).sum(), float(len(unpaired))


def _text_logprobs_and_gains(
    model: Trainable, batch: Batch, seed: int | None, between: BetweenLayers
) -> tuple[Tensor, Tensor]:
    """``log p`` of each text, and how much of it is due to the adapter: ``(texts,)`` each."""
    with torch.no_grad(), model.without_adapter():
        reference = _text_logprobs(model, batch, None, between)
    logprobs = _text_logprobs(model, batch, seed, between)
    return logprobs, logprobs - reference


def _text_logprobs(
    model: Trainable, batch: Batch, seed: int | None, between: BetweenLayers
) -> Tensor:
    """``log p`` of the learned tokens of each text together: ``(texts,)``."""
    losses = model.token_losses(batch.ids, batch.lengths, batch.at, seed=seed, between=between)
    sums = torch.zeros(len(batch.lengths), device=losses.device)
    return -sums.index_add(0, batch.owner, losses)
