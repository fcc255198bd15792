"""Writes a model's files anew in int8, half as large, for a model that comes with the program.

The weights of linear layers stay what the engine makes of them in memory anyway
(:func:`cowrite.engine.networks.quantize.rounded_to_int8`); only the table of embeddings, which is rounded too, loses
something. :mod:`cowrite.engine.loading.weights` says how the file is laid out.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from cowrite.engine.loading.weights import SCALE, Weights
from cowrite.engine.networks.quantize import rounded_to_int8

WEIGHTS = "model.safetensors"
BESIDE = (
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
)


def write_int8(model_dir: Path, folder: Path) -> None:
    """Write the model in ``model_dir`` to the empty ``folder``, its matrices in int8. Raises OSError.

    The same model gives the same bytes on every machine. Everything is held in memory.
    """
    weights = Weights(model_dir)
    tensors: dict[str, Tensor] = {}
    for name in sorted(weights):
        tensor = weights[name]
        if tensor.dim() == 2:
            rounded, scale = rounded_to_int8(tensor)
            tensors |= {name: rounded, name + SCALE: scale.to(torch.bfloat16)}
        else:
            tensors[name] = tensor.contiguous()
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})
    for name in BESIDE:
        if (model_dir / name).is_file():
            shutil.copyfile(model_dir / name, folder / name)
