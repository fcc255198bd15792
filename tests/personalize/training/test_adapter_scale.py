"""An adapter is weakened until general text is as easy as without it, and no further."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from cowrite.engine.networks.quantize import Quantization
from cowrite.personalize.networks.model import TrainableDecoder
from cowrite.personalize.networks.trainable import LoraShape
from cowrite.personalize.training.adapter_scale import SCALES, harmless_scale, scaled

SHAPE = LoraShape(rank=2, alpha=4, dropout=0, targets=("q_proj", "down_proj"))


@pytest.fixture
def model(tiny_model_dir: Path) -> TrainableDecoder:
    made = TrainableDecoder.load(tiny_model_dir, Quantization.BF16, torch.device("cpu"), SHAPE)
    assert made is not None
    made.begin(seed=1)
    torch.manual_seed(1)
    made.set_factors({name: torch.randn_like(factor) for name, factor in made.factors()})
    return made


def change(model: TrainableDecoder) -> torch.Tensor:
    """What the adapter adds to the weights, layer by layer, in one row."""
    factors = dict(model.factors())
    return torch.cat(
        [
            (factors[name.replace(".lora_A.", ".lora_B.")] @ a).flatten()
            for name, a in factors.items()
            if ".lora_A." in name
        ]
    )


def test_half_as_strong_adds_half_as_much(model: TrainableDecoder) -> None:
    whole = change(model)
    assert whole.abs().max() > 0
    model.set_factors(scaled(model.copy_factors(), 0.5))
    torch.testing.assert_close(change(model), whole / 2)


@pytest.mark.parametrize("harmless", SCALES)
def test_it_is_as_strong_as_it_may_be(model: TrainableDecoder, harmless: float) -> None:
    factors = model.copy_factors()
    whole = change(model)
    asked: list[float] = []

    def general_loss() -> float:
        asked.append(float(change(model) @ whole / (whole @ whole)))
        return 3.0 + (0 if asked[-1] < harmless + 1e-3 else 0.01)

    # The first is asked without an adapter, whatever the factors say.
    answers = iter([3.0])
    scale = harmless_scale(model, factors, lambda: next(answers, None) or general_loss())
    assert scale == harmless
    assert asked == pytest.approx(list(SCALES[: SCALES.index(harmless) + 1]))
    torch.testing.assert_close(model.copy_factors(), scaled(factors, harmless))


@pytest.mark.parametrize("bad", [9.0, math.nan, math.inf])
def test_where_nothing_is_harmless_the_weakest_stays(model: TrainableDecoder, bad: float) -> None:
    answers = iter([3.0])
    scale = harmless_scale(model, model.copy_factors(), lambda: next(answers, bad))
    assert scale == SCALES[-1]


def test_the_reference_is_the_model_without_an_adapter(model: TrainableDecoder) -> None:
    ids = torch.arange(3, 40)
    at = torch.arange(1, 37)

    def loss() -> float:
        with torch.no_grad():
            losses.append(float(model.token_losses(ids, [37], at).mean()))
        return losses[-1]

    losses: list[float] = []
    harmless_scale(model, model.copy_factors(), loss)
    model.begin(seed=1)  # B is zero: as if there were none
    assert loss() == pytest.approx(losses[0], rel=1e-3)
    assert losses[1] != pytest.approx(losses[0], rel=1e-3)
