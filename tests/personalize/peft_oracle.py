"""A tiny trainable model, and PEFT on transformers with the same adapter to compare it with."""

from __future__ import annotations

import warnings
from pathlib import Path

import torch

from cowrite.engine.networks.quantize import Quantization
from cowrite.personalize.networks.model import TrainableDecoder
from cowrite.personalize.networks.trainable import LoraShape
from cowrite.personalize.settings import TARGETS
from cowrite.personalize.training.adapter_file import write_adapter

CPU = torch.device("cpu")
SHAPE = LoraShape(rank=4, alpha=8, dropout=0.0, targets=TARGETS)


def load(
    folder: Path, shape: LoraShape = SHAPE, kind: str = "bf16", **wishes: bool
) -> TrainableDecoder:
    model = TrainableDecoder.load(folder, Quantization(kind), CPU, shape, **wishes)
    assert model is not None
    model.begin(0)
    return model


def stir(model: TrainableDecoder, seed: int = 1) -> None:
    """Factors that are not zero."""
    generator = torch.Generator().manual_seed(seed)
    for _, factor in model.factors():
        factor.copy_(torch.randn(factor.shape, generator=generator) * 0.05)


def tokens(count: int, seed: int = 0) -> torch.Tensor:
    return torch.randint(1, 250, (count,), generator=torch.Generator().manual_seed(seed))


def peft_model(folder: Path, adapter: Path) -> torch.nn.Module:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    with warnings.catch_warnings():
        # PEFT asks transformers in words of yesterday.
        warnings.filterwarnings("ignore", ".*is_gradient_checkpointing", FutureWarning)
        return PeftModel.from_pretrained(base, str(adapter), is_trainable=True)


def save(model: TrainableDecoder, folder: Path, shape: LoraShape = SHAPE) -> Path:
    factors = model.copy_factors()
    write_adapter(folder, factors, shape, base="tiny", layers=2, training={})
    return folder
