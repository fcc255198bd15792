"""Keys and values of the Llama family, one block for all layers, written in place."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from cowrite.engine.networks.layer_plan import LayerPlan

# Room in the cache grows by this many tokens, so that writing on rarely copies it.
ROOM_TOKENS = 512


class KeyValueCache:
    """Keys and values of every layer: each ``(B, kv_heads, room, head_dim)``, of which ``length`` tokens are filled.

    They are views of one ``block (2, layers, B, kv_heads, room, head_dim)``, unless they were moved elsewhere.
    """

    def __init__(self, plan: LayerPlan, dtype: torch.dtype, device: torch.device) -> None:
        self._plan, self._dtype, self._device = plan, dtype, device
        self._length = 0
        self.keys: list[Tensor] = []
        self.values: list[Tensor] = []
        self._put(self._made(1, 0))

    @property
    def length(self) -> int:
        """How many tokens it holds in each row."""
        return self._length

    @property
    def nbytes(self) -> int:
        """Memory it takes, in bytes."""
        return sum(tensor.nbytes for tensor in (*self.keys, *self.values))

    @property
    def can_put_back(self) -> bool:
        """Whether single tokens can be copied and put back: it has one row, in a block of its own."""
        return self.block.shape[2] == 1 and self.block.shape[4] == self.keys[0].shape[2]

    def token_at(self, position: int) -> Tensor | None:
        """A copy of one token's keys and values, ``(2, layers, 1, kv_heads, head_dim)``, or None."""
        return self.block[..., position, :].clone() if self.can_put_back else None

    def put_back(self, saved: Tensor) -> None:
        """Hold one token more, of which ``saved`` is a copy that was made at this position."""
        self.make_room(1, self._length + 1)
        self.block[..., self._length, :] = saved
        self._length += 1

    def rewind(self, length: int) -> None:
        """Keep the first ``length`` tokens."""
        self._length = length

    @torch.inference_mode()
    def select(self, kept: Sequence[int]) -> None:
        """Keep the tokens at the indices ``kept``, which ascend, and forget the others."""
        first = next((i for i, index in enumerate(kept) if index != i), len(kept))
        moved = torch.tensor(kept[first:], device=self._device, dtype=torch.long)
        for tensor in (*self.keys, *self.values) if len(moved) else ():
            tensor[:, :, first : len(kept)] = tensor[:, :, moved]
        self._length = len(kept)

    def fork(self, rows: int, length: int) -> KeyValueCache:
        """A copy with the first ``length`` tokens in each of ``rows`` rows."""
        copy = KeyValueCache(self._plan, self._dtype, self._device)
        copy._length = length
        copy.keys, copy.values = self.keys, self.values
        copy._grow(rows, length + ROOM_TOKENS)
        return copy

    def make_room(self, rows: int, tokens: int) -> None:
        """Have room for ``tokens`` in each of ``rows`` rows."""
        if self.keys[0].shape[2] < tokens:
            self._grow(rows, -(-tokens // ROOM_TOKENS) * ROOM_TOKENS)

    def written(self, tokens: int) -> None:
        """So many tokens were added to every layer."""
        self._length += tokens

    def move_into(self, keys: Sequence[Tensor], values: Sequence[Tensor]) -> None:
        """Go on in these tensors, one for each layer, which have room enough."""
        for old, new in zip((*self.keys, *self.values), (*keys, *values), strict=True):
            new[:, :, : self._length] = old[:, :, : self._length]
        self.keys, self.values = list(keys), list(values)
        self.block = self._made(1, 0)  # or the old one would stay in memory

    def move_out(self) -> None:
        """Go on in tensors of its own."""
        self._grow(self.keys[0].shape[0], self._length)

    def _grow(self, rows: int, room: int) -> None:
        """Go on in a new block with what there is."""
        old, end = (self.keys, self.values), self._length
        self._put(self._made(rows, room))
        for tensors, copied in zip(old, (self.keys, self.values), strict=True):
            for tensor, copy in zip(tensors, copied, strict=True):
                copy[:, :, :end] = tensor[:, :, :end]

    def _made(self, rows: int, room: int) -> Tensor:
        plan = self._plan
        shape = (2, plan.layers, rows, plan.kv_heads, room, plan.head_dim)
        return torch.empty(shape, dtype=self._dtype, device=self._device)

    def _put(self, block: Tensor) -> None:
        self.block = block
        self.keys, self.values = list(block[0].unbind()), list(block[1].unbind())
