"""The forward pass of a Llama-like model, written for one writer: batch 1, few tokens, a cache that goes back.

Queries, keys and values are one product, gate and up another; keys and values lie in one block per layer that is
written in place. Thirty layers of Python modules with a dozen calls each cost as much as the arithmetic at this size.
Logits are compared with transformers' in the tests, family by family.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cowrite.engine.layer_plan import LayerPlan
from cowrite.engine.network import Cache, Cancelled, Network
from cowrite.engine.quantize import FEW_ROWS, Int8Linear

# Room in the cache grows by this many tokens, so that writing on rarely copies it.
ROOM_TOKENS = 512
# Up to this many new tokens, the heads that share keys and values are computed together instead of copying those.
FEW_TOKENS = 8


class KeyValueCache:
    """Keys and values of every layer: each ``(B, kv_heads, room, head_dim)``, of which ``length`` tokens are filled."""

    def __init__(self, plan: LayerPlan, dtype: torch.dtype, device: torch.device) -> None:
        self._plan, self._dtype, self._device = plan, dtype, device
        self._length = 0
        self.keys: list[Tensor] = []
        self.values: list[Tensor] = []

    @property
    def length(self) -> int:
        """How many tokens it holds in each row."""
        return self._length

    def rewind(self, length: int) -> None:
        """Keep the first ``length`` tokens."""
        self._length = length

    def fork(self, rows: int, length: int) -> KeyValueCache:
        """A copy with the first ``length`` tokens in each of ``rows`` rows."""
        copy = KeyValueCache(self._plan, self._dtype, self._device)
        copy._length = length
        copy.keys = [copy._copied(old, rows, length + ROOM_TOKENS) for old in self.keys]
        copy.values = [copy._copied(old, rows, length + ROOM_TOKENS) for old in self.values]
        return copy

    @property
    def nbytes(self) -> int:
        """Memory it takes, in bytes."""
        return sum(tensor.nbytes for tensor in (*self.keys, *self.values))

    def make_room(self, rows: int, tokens: int) -> None:
        """Have room for ``tokens`` in each of ``rows`` rows."""
        if self.keys and self.keys[0].shape[2] >= tokens:
            return
        room = -(-tokens // ROOM_TOKENS) * ROOM_TOKENS
        if not self.keys:
            empty = torch.empty(rows, self._plan.kv_heads, 0, self._plan.head_dim)
            self.keys = [empty] * self._plan.layers
            self.values = [empty] * self._plan.layers
        self.keys = [self._copied(old, rows, room) for old in self.keys]
        self.values = [self._copied(old, rows, room) for old in self.values]

    def written(self, tokens: int) -> None:
        """So many tokens were added to every layer."""
        self._length += tokens

    def _copied(self, old: Tensor, rows: int, room: int) -> Tensor:
        shape = (rows, self._plan.kv_heads, room, self._plan.head_dim)
        new = torch.empty(shape, dtype=self._dtype, device=self._device)
        new[:, :, : self._length] = old[:, :, : self._length]
        return new


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


class Decoder(Network):
    """See the module's docstring. ``dtype`` is what activations are held in; the cache is always in bf16."""

    def __init__(
        self,
        plan: LayerPlan,
        *,
        embedding: Tensor,
        layers: Sequence[Layer],
        norm: Tensor,
        head: nn.Module,
        dtype: torch.dtype,
    ) -> None:
        super().__init__()
        self.plan = plan
        self._dtype = dtype
        self._device = embedding.device
        self._embedding = embedding
        self._layers = [_in_dtype(layer, dtype) for layer in layers]
        self._norm = norm.to(dtype)
        self._head = head
        self._cosines, self._sines = torch.empty(0), torch.empty(0)

    def improvements(self) -> Iterator[None]:
        """Take over faster kernels, layer by layer."""
        for layer in self._layers:
            for linear in (layer.qkv, layer.output, layer.gate_up, layer.down):
                yield from _improved(linear)
        yield from _improved(self._head)

    def new_cache(self) -> KeyValueCache:
        """A cache that holds nothing."""
        return KeyValueCache(self.plan, torch.bfloat16, self._device)

    def forward(
        self,
        ids: Tensor,
        cache: Cache | None = None,
        *,
        last: int = 0,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Tensor:
        """``ids (B, T) -> logits (B, T, V)``, or ``(B, last, V)``; see :class:`Network`. Cancelled between layers."""
        kept = cache if isinstance(cache, KeyValueCache) else self.new_cache()
        rows, new = ids.shape
        past = kept.length
        kept.make_room(rows, past + new)
        rotate = self._rotation(past, past + new)
        mask = _causal_mask(past, new, self._device)
        # The kernels for few rows compute in bf16: what goes from one to the next stays in it, what adds up does not.
        inner = torch.bfloat16 if rows * new <= FEW_ROWS else self._dtype
        x = F.embedding(ids, self._embedding).to(self._dtype)
        for index, layer in enumerate(self._layers):
            if cancelled():
                raise Cancelled
            h = self._normalized(x, layer.attention_norm).to(inner)
            x = x + self._attend(layer, index, h, kept, rotate, mask)
            x = x + self._think(layer, self._normalized(x, layer.mlp_norm).to(inner))
        kept.written(new)
        if last:
            x = x[:, -last:]
        logits: Tensor = self._head(self._normalized(x, self._norm))
        return logits

    def _normalized(self, x: Tensor, weight: Tensor) -> Tensor:
        return F.rms_norm(x, weight.shape, weight, self.plan.norm_eps)

    def _attend(
        self,
        layer: Layer,
        index: int,
        x: Tensor,
        cache: KeyValueCache,
        rotate: Callable[[Tensor], Tensor],
        mask: Tensor | None,
    ) -> Tensor:
        plan = self.plan
        rows, new, _ = x.shape
        past, end = cache.length, cache.length + new
        both = (
            layer.qkv(x)
            .to(self._dtype)
            .view(rows, new, plan.heads + 2 * plan.kv_heads, plan.head_dim)
        )
        turned, values = _split(both, plan.heads + plan.kv_heads)
        if layer.query_norm is not None and layer.key_norm is not None:
            queries, keys = _split(turned, plan.heads)
            turned = torch.cat(
                [
                    self._normalized(queries, layer.query_norm),
                    self._normalized(keys, layer.key_norm),
                ],
                dim=2,
            )
        queries, keys = _split(rotate(turned), plan.heads)
        all_keys, all_values = cache.keys[index], cache.values[index]
        all_keys[:, :, past:end] = keys.transpose(1, 2)
        all_values[:, :, past:end] = values.transpose(1, 2)
        mixed = _attention(queries, all_keys[:, :, :end], all_values[:, :, :end], mask)
        attended: Tensor = layer.output(mixed.reshape(rows, new, -1).to(x.dtype))
        return attended

    def _think(self, layer: Layer, x: Tensor) -> Tensor:
        gate, up = layer.gate_up(x).chunk(2, dim=-1)
        thought: Tensor = layer.down(F.silu(gate) * up)
        return thought

    def _rotation(self, start: int, end: int) -> Callable[[Tensor], Tensor]:
        """Rotary position embedding (Su et al. 2021, arXiv 2104.09864) for positions ``start`` to ``end``."""
        if self._cosines.shape[0] < end:
            self._make_rotations(-(-end // ROOM_TOKENS) * ROOM_TOKENS)
        cosines, sines = self._cosines[start:end, None], self._sines[start:end, None]
        half = self.plan.head_dim // 2

        def rotate(x: Tensor) -> Tensor:
            """``(B, T, heads, head_dim)``, with the halves of each head as the two coordinates."""
            return x * cosines + torch.cat([x[..., half:], x[..., :half]], dim=-1) * sines

        return rotate

    def _make_rotations(self, positions: int) -> None:
        dim = self.plan.head_dim
        steps = torch.arange(0, dim, 2, dtype=torch.float32) / dim
        angles = torch.outer(
            torch.arange(positions, dtype=torch.float32), self.plan.rope_theta**-steps
        )
        self._cosines = torch.cat([angles.cos()] * 2, dim=-1).to(self._device, self._dtype)
        # The first half is turned against the second, which is why its sine is negative.
        self._sines = torch.cat([-angles.sin(), angles.sin()], dim=-1).to(self._device, self._dtype)


def _attention(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
    """``queries (B, T, heads, d)`` over ``keys, values (B, kv_heads, L, d)`` to ``(B, T, heads, d)``."""
    rows, new, heads, dim = queries.shape
    groups = heads // keys.shape[1]
    if new <= FEW_TOKENS:
        # Heads with the same keys stand one after the other, as if they were more tokens.
        stacked = queries.to(keys.dtype).view(rows, new, keys.shape[1], groups, dim)
        stacked = stacked.permute(0, 2, 3, 1, 4).reshape(rows, keys.shape[1], groups * new, dim)
        wide = None if mask is None else mask.repeat(groups, 1)
        mixed = F.scaled_dot_product_attention(stacked, keys, values, attn_mask=wide)
        mixed = mixed.view(rows, keys.shape[1], groups, new, dim).permute(0, 3, 1, 2, 4)
        return mixed.reshape(rows, new, heads, dim)
    keys = keys.to(queries.dtype).repeat_interleave(groups, dim=1)
    values = values.to(queries.dtype).repeat_interleave(groups, dim=1)
    mixed = F.scaled_dot_product_attention(queries.transpose(1, 2), keys, values, attn_mask=mask)
    return mixed.transpose(1, 2)


def _split(heads: Tensor, first: int) -> tuple[Tensor, Tensor]:
    """``(B, T, heads, d)`` as its ``first`` heads and the others."""
    return heads[:, :, :first], heads[:, :, first:]


def _causal_mask(past: int, new: int, device: torch.device) -> Tensor | None:
    """``(new, past + new)``: each token sees what came before it and itself. None for one token, which sees all."""
    if new == 1:
        return None
    seen = torch.ones(new, past + new, dtype=torch.bool, device=device)
    return seen.tril(diagonal=past)


def _improved(linear: nn.Module) -> Iterator[None]:
    if isinstance(linear, Int8Linear):
        yield from linear.improvements()


def _in_dtype(layer: Layer, dtype: torch.dtype) -> Layer:
    layer.attention_norm = layer.attention_norm.to(dtype)
    layer.mlp_norm = layer.mlp_norm.to(dtype)
    if layer.query_norm is not None and layer.key_norm is not None:
        layer.query_norm, layer.key_norm = layer.query_norm.to(dtype), layer.key_norm.to(dtype)
    return layer
