"""An adapter as PEFT keeps it: ``adapter_config.json`` and ``adapter_model.safetensors``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save
from torch import Tensor

from cowrite.personalize.networks.trainable import LoraShape
from cowrite.settings.private_file import PRIVATE_FOLDER, sync_folder, write_private

CONFIG, WEIGHTS, TRAINING = "adapter_config.json", "adapter_model.safetensors", "training.json"


def write_adapter(
    folder: Path,
    factors: Mapping[str, Tensor],
    shape: LoraShape,
    *,
    base: str,
    layers: int,
    training: Mapping[str, Any],
) -> None:
    """Write the new ``folder``, which appears when all of it is there. ``base`` is the model's id. Raises OSError."""
    made = folder.with_name(f".{folder.name}.partial")
    made.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    config: dict[str, Any] = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "base_model_name_or_path": base,
        "r": shape.rank,
        "lora_alpha": shape.alpha,
        "lora_dropout": shape.dropout,
        "target_modules": sorted(shape.targets),
        "bias": "none",
        "fan_in_fan_out": False,
        "inference_mode": True,
        "use_rslora": False,
        "use_dora": False,
    }
    if shape.frozen_layers:
        config["layers_to_transform"] = list(range(shape.frozen_layers, layers))
    tensors = {name: factor.contiguous() for name, factor in factors.items()}
    write_private(made / WEIGHTS, save(tensors, {"format": "pt"}))
    write_private(made / CONFIG, _json(config))
    write_private(made / TRAINING, _json(training))
    made.rename(folder)
    sync_folder(folder.parent)


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False).encode("utf-8") + b"\n"
