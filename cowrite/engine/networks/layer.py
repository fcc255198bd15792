"""One layer of a Llama-like decoder: its weights, and what is computed with them."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cowrite.engine.networks.attention import CachePosition, attention, split_heads
from cowrite.engine.networks.layer_plan import LayerPlan


@dataclass(slots=True, kw_only=True)
class Layer:
    """The weights of one layer. ``qkv`` and ``gate_up`` are several products in one."""

    qkv: nn.Module
    output: nn.Module
    gate_up: nn.Module
    down: nn.Module
    attention_norm: Tensor
    mlp_norm: Tensor
    query_norm: Tensor | None = None
    key_norm: Tensor | None = None
    attended_norm: Tensor | None = None
    thought_norm: Tensor | None = None


class LayerComputing:
    """Computes layers by ``plan``, multiplying in ``dtype``."""

    def __init__(self, plan: LayerPlan, dtype: torch.dtype) -> None:
        self._plan, self._dtype = plan, dtype

    def through(self, layer: Layer, index: int, x: Tensor, position: CachePosition) -> Tensor:
        """``x (B, T, H)`` in fp32 after layer ``index``; its keys and values are kept at ``position``."""
        h = self.normalized(x, layer.attention_norm)
        h = self._attend(layer, index, h, position)
        x = x + self._settled(h, layer.attended_norm)
        h = self._think(layer, self.normalized(x, layer.mlp_norm))
        return x + self._settled(h, layer.thought_norm)

    def normalized(self, x: Tensor, weight: Tensor) -> Tensor:
        """RMS norm in fp32, rounded to what is multiplied in."""
        return F.rms_norm(x.float(), weight.shape, weight, self._plan.norm_eps).to(self._dtype)

    def _settled(self, x: Tensor, norm: Tensor | None) -> Tensor:
        """What a part of a layer adds; in some families normalized once more."""
        return x if norm is None else self.normalized(x, norm)

    def _attend(self, layer: Layer, index: int, x: Tensor, position: CachePosition) -> Tensor:
        plan, sight = self._plan, self._plan.sights[index]
        rows, new, _ = x.shape
        both = layer.qkv(x).view(rows, new, plan.heads + 2 * plan.kv_heads, plan.head_dim)
        both_turned, values = split_heads(both, plan.heads + plan.kv_heads)
        if layer.query_norm is not None and layer.key_norm is not None:
            queries, keys = split_heads(both_turned, plan.heads)
            both_turned = torch.cat(
                [
                    self.normalized(queries, layer.query_norm),
                    self.normalized(keys, layer.key_norm),
                ],
                dim=2,
            )
        queries, keys = split_heads(position.rotation(sight.rope_theta)(both_turned), plan.heads)
        keys, values, mask = position.keep(index, sight.window, keys, values)
        mixed = attention(queries, keys, values, mask, plan.attention_scale)
        attended: Tensor = layer.output(mixed.reshape(rows, new, -1).to(x.dtype))
        return attended

    def _think(self, layer: Layer, x: Tensor) -> Tensor:
        gate, up = layer.gate_up(x).chunk(2, dim=-1)
        silu = self._plan.activation == "silu"
        gate = F.silu(gate) if silu else F.gelu(gate, approximate="tanh")
        thought: Tensor = layer.down(gate * up)
        return thought
