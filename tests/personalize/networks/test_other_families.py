"""A family that the layer plan does not know learns through PEFT on transformers, to the same contract."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from peft_oracle import CPU, SHAPE, tokens
from tiny_model import make_tiny_model

from cowrite.engine.networks.quantize import Quantization
from cowrite.personalize.networks.model import TrainableDecoder
from cowrite.personalize.networks.peft_model import PeftTrainable

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*is_gradient_checkpointing:FutureWarning"),
    pytest.mark.usefixtures("in_fp32"),
]


def test_it_packs_switches_off_and_names_like_the_other(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path / "tiny", family="olmo2")
    assert TrainableDecoder.load(folder, Quantization.INT8, CPU, SHAPE) is None
    model = PeftTrainable(folder, Quantization.INT8, CPU, SHAPE, checkpointing=False)
    model.begin(0)
    first = model.copy_factors()
    model.begin(0)
    torch.testing.assert_close(model.copy_factors(), first, rtol=0, atol=0)
    assert "base_model.model.model.layers.1.mlp.down_proj.lora_B.weight" in first

    one, two = tokens(9), tokens(14, 1)
    plain = model.token_losses(one, [9], torch.arange(1, 9)).detach()
    for _, factor in model.factors():
        factor.normal_(std=0.05)
    apart = [model.token_losses(t, [len(t)], torch.arange(1, len(t))) for t in (one, two)]
    at = torch.tensor([*range(1, 9), *range(10, 23)])
    together = model.token_losses(torch.cat([one, two]), [9, 14], at)
    torch.testing.assert_close(together, torch.cat(apart), rtol=1e-4, atol=1e-4)
    assert not torch.allclose(apart[0], plain)
    with model.without_adapter():
        again = model.token_losses(one, [9], torch.arange(1, 9))
    torch.testing.assert_close(again, plain)
    together.sum().backward()
    assert all(p.grad is not None for p in model.parameters() if p.requires_grad)
