"""What a model computes by transformers, its weights read from the files one module at a time.

So a model of any size can be computed beside nothing, in fp32, on a machine that holds it only in fewer bits. Importing
this module imports transformers.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModelForCausalLM

from cowrite.engine.loading.weights import Weights
from cowrite.engine.networks.fallback import without_weights

HEAD = "lm_head.weight"
EMBEDDING = "model.embed_tokens.weight"


def reference_config(model_dir: Path) -> Any:
    """What transformers makes of the folder's ``config.json``, every default filled in."""
    return AutoConfig.from_pretrained(model_dir, local_files_only=True, trust_remote_code=False)


class Reference:
    """A model of transformers without weights of its own, by ``config``; ``weights`` are read as they are needed.

    ``shapes`` are those of its tensors by name. ``tied``: the output layer is the embedding.
    ``on_module`` is told after each module with weights which part (0 to 1) of them is through.
    """

    def __init__(self, config: Any, weights: Weights) -> None:
        self._weights = weights
        self.on_module: Callable[[float], None] = lambda _: None
        with without_weights():
            # Eager attention is the one that knows everything a config may ask for.
            self._model: Any = AutoModelForCausalLM.from_config(
                config, dtype=torch.float32, attn_implementation="eager", trust_remote_code=False
            ).eval()
        self.tied = bool(config.tie_word_embeddings)
        self.shapes = {
            name: tuple(tensor.shape) for name, tensor in self._model.state_dict().items()
        }
        holders = [
            (name, module) for name, module in self._model.named_modules() if module._parameters
        ]
        self._modules = len(holders)
        self._done = 0
        for name, module in holders:
            module.register_forward_pre_hook(partial(self._fill, name))
            module.register_forward_hook(self._empty)

    def logits(self, ids: Tensor, positions: Tensor) -> Tensor:
        """``ids, positions (B, T) -> (B, T, V)`` in fp32. Raises ValueError if a weight is no finite number."""
        self._done = 0
        with torch.inference_mode():
            output = self._model(
                input_ids=ids,
                position_ids=positions,
                # Said in so many words, or gaps in the positions would be taken for the beginnings of other texts.
                attention_mask=torch.ones_like(ids),
                use_cache=False,
            )
        logits: Tensor = output.logits
        return logits.float()

    def _fill(self, name: str, module: nn.Module, _arguments: object) -> None:
        for leaf, parameter in module._parameters.items():
            if parameter is None:
                continue
            full = f"{name}.{leaf}"
            stored = EMBEDDING if full == HEAD and HEAD not in self._weights else full
            tensor = self._weights[stored]
            if not math.isfinite(tensor.sum(dtype=torch.float64).item()):
                raise NotFiniteError(stored)
            module._parameters[leaf] = nn.Parameter(tensor.float(), requires_grad=False)

    def _empty(self, module: nn.Module, _arguments: object, _output: object) -> None:
        for leaf, parameter in module._parameters.items():
            if parameter is not None:
                module._parameters[leaf] = nn.Parameter(parameter.to("meta"), requires_grad=False)
        self._done += 1
        self.on_module(min(1.0, self._done / self._modules))


class NotFiniteError(ValueError):
    """A tensor of the model, by its name, holds values that are no finite numbers."""
