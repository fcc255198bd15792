"""Keys and values of the Llama family, one block for each layer, written in place."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from cowrite.engine.layer_plan import LayerPlan

# Room in the cache grows by this many tokens, so that writing on rarely copies it.
ROOM_TOKENS = 512


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

    def move_into(self, keys: Sequence[Tensor], values: Sequence[Tensor]) -> None:
        """Go on in these tensors, one for each layer, which have room enough."""
        for old, new in zip((*self.keys, *self.values), (*keys, *values), strict=False):
            new[:, :, : self._length] = old[:, :, : self._length]
        self.keys, self.values = list(keys), list(values)

    def move_out(self) -> None:
        """Go on in tensors of its own."""
        self.keys = [self._copied(old, old.shape[0], self._length) for old in self.keys]
        self.values = [self._copied(old, old.shape[0], self._length) for old in self.values]

    def _copied(self, old: Tensor, rows: int, room: int) -> Tensor:
        shape = (rows, self._plan.kv_heads, room, self._plan.head_dim)
        new = torch.empty(shape, dtype=self._dtype, device=self._device)
        new[:, :, : self._length] = old[:, :, : self._length]
        return new
