"""Adapters made up for tests, in PEFT's format: right in form, random in content, for the tiny model's shapes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy
from safetensors.numpy import save_file

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
# Inputs and outputs in the tiny model: hidden 64, four heads of 16 of which two share keys, 128 within.
SHAPES = {
    "q_proj": (64, 64), "k_proj": (64, 32), "v_proj": (64, 32), "o_proj": (64, 64),
    "gate_proj": (64, 128), "up_proj": (64, 128), "down_proj": (128, 64),
}  # fmt: skip

Tensors = dict[str, "numpy.typing.NDArray[numpy.float32]"]


def tensor_name(layer: int, target: str, half: str) -> str:
    part = "self_attn" if target in TARGETS[:4] else "mlp"
    return f"base_model.model.model.layers.{layer}.{part}.{target}.lora_{half}.weight"


def adapter_tensors(
    rank: int = 4, seed: int = 0, layers: int = 2, targets: tuple[str, ...] = TARGETS
) -> Tensors:
    random = numpy.random.default_rng(seed)
    tensors: Tensors = {}
    for layer in range(layers):
        for target in targets:
            size_in, size_out = SHAPES[target]
            for half, shape in (("A", (rank, size_in)), ("B", (size_out, rank))):
                numbers = random.normal(scale=0.2, size=shape)
                tensors[tensor_name(layer, target, half)] = numbers.astype(numpy.float32)
    return tensors


def write_adapter(
    folder: Path,
    *,
    rank: int = 4,
    seed: int = 0,
    tensors: Tensors | None = None,
    **settings: object,
) -> Path:
    """A folder as training leaves it; ``settings`` go into adapter_config.json as they are."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "peft_type": "LORA", "task_type": "CAUSAL_LM", "r": rank, "lora_alpha": 2 * rank, "lora_dropout": 0.05,
        "bias": "none", "target_modules": list(TARGETS), "base_model_name_or_path": "",
    }  # fmt: skip
    (folder / "adapter_config.json").write_text(json.dumps(config | settings))
    made = adapter_tensors(rank, seed) if tensors is None else tensors
    save_file(made, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    (folder / "training.json").write_text(json.dumps({"steps": 3}))
    return folder
