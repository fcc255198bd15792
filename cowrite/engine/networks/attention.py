"""What tokens see of each other: where they stand, how they are turned for it, and attention over what is cached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from cowrite.engine.networks.key_value_cache import ROOM_TOKENS, KeyValueCache
from cowrite.engine.networks.layer_plan import LayerPlan

# Up to this many new tokens, the heads that share keys and values are computed together instead of copying those.
FEW_TOKENS = 8


class CachePosition(Protocol):
    """Where the new tokens stand: how they are turned, where they are kept, and what they see."""

    def rotation(self, theta: float) -> Callable[[Tensor], Tensor]:
        """What turns ``(B, T, heads, head_dim)`` for their positions."""
        ...

    def keep(
        self, index: int, window: int, keys: Tensor, values: Tensor
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """Write ``keys, values (B, T, kv_heads, head_dim)`` of layer ``index``; those that are seen, and the mask.

        The mask is as :func:`wide_mask` makes it.
        """
        ...


class Rotations:
    """Rotary position embedding (Su et al. 2021, arXiv 2104.09864) with base ``theta``; its tables grow as needed."""

    def __init__(self, plan: LayerPlan, theta: float) -> None:
        self._dim, self._theta = plan.head_dim, theta
        self._cosines, self._sines = torch.empty(0), torch.empty(0)

    def tables(
        self, positions: int, device: torch.device, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor]:
        """Cosines and sines ``(at least positions, head_dim)``."""
        if self._cosines.shape[0] < positions:
            self._make(-(-positions // ROOM_TOKENS) * ROOM_TOKENS, device, dtype)
        return self._cosines, self._sines

    def _make(self, positions: int, device: torch.device, dtype: torch.dtype) -> None:
        steps = torch.arange(0, self._dim, 2, dtype=torch.float32) / self._dim
        angles = torch.outer(torch.arange(positions, dtype=torch.float32), self._theta**-steps)
        self._cosines = torch.cat([angles.cos()] * 2, dim=-1).to(device, dtype)
        # The first half is turned against the second, which is why its sine is negative.
        self._sines = torch.cat([-angles.sin(), angles.sin()], dim=-1).to(device, dtype)


def turned(cosines: Tensor, sines: Tensor, x: Tensor) -> Tensor:
    """``x (B, T, heads, head_dim)``, whose halves of each head are the two coordinates, turned."""
    half = x.shape[-1] // 2
    return x * cosines + torch.cat([x[..., half:], x[..., :half]], dim=-1) * sines


def wide_mask(mask: Tensor, plan: LayerPlan) -> Tensor:
    """``mask (T, L)`` as attention wants it: for few tokens, heads with the same keys stand one after the other."""
    return mask.repeat(plan.heads // plan.kv_heads, 1)


def attention(
    queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None, scale: float
) -> Tensor:
    """``queries (B, T, heads, d)`` over ``keys, values (B, kv_heads, L, d)`` to ``(B, T, heads, d)``."""
    rows, new, heads, dim = queries.shape
    groups = heads // keys.shape[1]
    if new <= FEW_TOKENS:
        # Heads with the same keys stand one after the other, as if they were more tokens.
        stacked = queries.to(keys.dtype).view(rows, new, keys.shape[1], groups, dim)
        stacked = stacked.permute(0, 2, 3, 1, 4).reshape(rows, keys.shape[1], groups * new, dim)
        mixed = F.scaled_dot_product_attention(stacked, keys, values, attn_mask=mask, scale=scale)
        mixed = mixed.view(rows, keys.shape[1], groups, new, dim).permute(0, 3, 1, 2, 4)
        return mixed.reshape(rows, new, heads, dim)
    keys = keys.to(queries.dtype).repeat_interleave(groups, dim=1)
    values = values.to(queries.dtype).repeat_interleave(groups, dim=1)
    by_head = queries.transpose(1, 2)
    mixed = F.scaled_dot_product_attention(by_head, keys, values, attn_mask=mask, scale=scale)
    return mixed.transpose(1, 2)


def split_heads(heads: Tensor, first: int) -> tuple[Tensor, Tensor]:
    """``(B, T, heads, d)`` as its ``first`` heads and the others."""
    return heads[:, :, :first], heads[:, :, first:]


@dataclass(frozen=True, slots=True)
class Mask:
    """The new tokens see those from ``first`` on, each as ``mask (new, seen)`` says; without one, all of them."""

    first: int
    mask: Tensor | None


class NextInCache:
    """The place after what ``cache`` holds."""

    def __init__(
        self,
        cache: KeyValueCache,
        new: int,
        *,
        rotations: dict[float, Callable[[Tensor], Tensor]],
        masks: dict[int, Mask],
    ) -> None:
        self._cache, self._start, self._end = cache, cache.length, cache.length + new
        self._rotations, self._masks = rotations, masks

    def rotation(self, theta: float) -> Callable[[Tensor], Tensor]:
        """See :meth:`CachePosition.rotation`."""
        return self._rotations[theta]

    def keep(
        self, index: int, window: int, keys: Tensor, values: Tensor
    ) -> tuple[Tensor, Tensor, Tensor | None]:
        """See :meth:`CachePosition.keep`."""
        all_keys, all_values = self._cache.keys[index], self._cache.values[index]
        start, end, seen = self._start, self._end, self._masks[window]
        all_keys[:, :, start:end] = keys.transpose(1, 2)
        all_values[:, :, start:end] = values.transpose(1, 2)
        return all_keys[:, :, seen.first : end], all_values[:, :, seen.first : end], seen.mask


def mask_of(past: int, new: int, window: int, device: torch.device) -> Mask:
    """Each token sees what came before it and itself, at most ``window`` tokens if that is not 0."""
    first = max(0, past - window + 1) if window else 0
    if new == 1:
        return Mask(first, None)
    seen = torch.ones(new, past + new - first, dtype=torch.bool, device=device)
    seen = seen.tril(diagonal=past - first)
    if window:
        seen = seen.triu(diagonal=past - first - window + 1)
    return Mask(first, seen)
