"""The table of a model's embeddings, in bf16 or in int8 with a scale for each token."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True, slots=True)
class Embedding:
    """``weight (V, H)`` in bf16 without a ``scale``, or in int8 with ``scale (V,)`` in bf16."""

    weight: Tensor
    scale: Tensor | None = None

    def __call__(self, ids: Tensor) -> Tensor:
        """``ids (...) -> (..., H)`` in bf16."""
        if self.scale is None:
            return F.embedding(ids, self.weight)
        return unpacked(self.weight[ids], self.scale[ids])

    @property
    def tokens(self) -> int:
        """How many tokens have a row."""
        return self.weight.shape[0]

    @property
    def device(self) -> torch.device:
        """Where it is."""
        return self.weight.device


def unpacked(rounded: Tensor, scale: Tensor) -> Tensor:
    """``rounded (..., H)`` in int8 times ``scale (...)``, to the nearest bf16; the product itself is exact in fp32."""
    return (rounded.float() * scale.float()[..., None]).to(torch.bfloat16)
