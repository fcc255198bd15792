"""The weights of a model as they are served: rounded as the engine rounds them, then unpacked for training.

An adapter that is trained on the rounded weights also repairs what rounding took away.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from cowrite.engine.loading.weights import Weights
from cowrite.engine.networks.quantize import Quantization, rounded_to_int8


class DequantizedWeights:
    """The tensors of the safetensors files in ``folder`` by name; ``kind`` is how the engine holds linear layers.

    Raises OSError, SafetensorError or ValueError for files that are missing or damaged; KeyError for a missing tensor.
    """

    def __init__(
        self, folder: Path, kind: Quantization, device: torch.device, dtype: torch.dtype
    ) -> None:
        self._kind, self._device, self._dtype = kind, device, dtype
        self._weights = Weights(folder)

    def has(self, name: str) -> bool:
        """Whether there is a tensor ``name``."""
        return name in self._weights

    def plain(self, name: str) -> Tensor:
        """A tensor that the engine does not round, such as a norm or the embedding."""
        return self._weights[name].to(self._device, self._dtype, copy=True)

    def linear(self, names: Sequence[str]) -> tuple[Tensor, Tensor | None]:
        """Weight and bias of several linear layers as one, their outputs one after the other."""
        weights = [f"{name}.weight" for name in names]
        biases = [self._weights[f"{name}.bias"] for name in names if self.has(f"{name}.bias")]
        bias = torch.cat(biases).to(self._device, self._dtype) if biases else None
        return self._rounded(weights, self._kind), bias

    def head(self) -> Tensor:
        """The output layer, which may be the embedding; never in four bits."""
        name = "lm_head.weight" if self.has("lm_head.weight") else "model.embed_tokens.weight"
        nf4 = self._kind is Quantization.NF4
        return self._rounded([name], Quantization.BF16 if nf4 else self._kind)

    def _rounded(self, names: Sequence[str], kind: Quantization) -> Tensor:
        if kind is Quantization.INT8 and all(map(self._weights.is_int8, names)):
            served = torch.cat([as_product(*self._weights.int8(name)) for name in names])
        else:
            weight = torch.cat([self._weights[name] for name in names])
            served = as_served(weight, kind, self._device)
        return served.to(self._device, self._dtype)


def as_served(weight: Tensor, kind: Quantization, device: torch.device) -> Tensor:
    """``weight (out, in)`` after a round trip through ``kind``; its scales are bf16, as the engine keeps them."""
    match kind:
        case Quantization.BF16:
            return weight.to(torch.bfloat16)
        case Quantization.INT8:
            rounded, scale = rounded_to_int8(weight)
            return as_product(rounded, scale.to(torch.bfloat16))
        case Quantization.NF4:
            # Imported here: bitsandbytes is slow to import and not every model uses it.
            from bitsandbytes import functional

            packed, state = functional.quantize_4bit(
                weight.to(device, torch.bfloat16).contiguous(),
                compress_statistics=True,
                quant_type="nf4",
            )
            unpacked: Tensor = functional.dequantize_4bit(packed, state)
            return unpacked


def as_product(rounded: Tensor, scale: Tensor) -> Tensor:
    """``rounded (out, in)`` in int8 times ``scale (out,)`` in bf16, which is exact in fp32."""
    return rounded.float() * scale.float()[:, None]
