"""A decoding step that always does the same work at the same places of memory, so that a graph of it can be replayed.

Token ids, position and noise lie in tensors that stay where they are; keys and values are written at the position that
a tensor holds, into a cache of fixed room, all of which is looked at through a mask. Nothing is read back to Python.
With one token per row, the step also chooses the next one and takes it as its own input, so that several steps can
follow each other before anybody looks. It computes on whatever device the decoder is on.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from cowrite.engine.networks.attention import turned, wide_mask
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.sampling import Sampling

# So many steps of one token may follow each other unseen; what the answer does not need of them is lost work.
MOST_AHEAD = 4


class Arena:
    """Room for the keys and values of one cache at a time: each ``(rows, kv_heads, room, head_dim)``, in bf16."""

    def __init__(self, decoder: Decoder, rows: int, room: int) -> None:
        self.rows, self.room = rows, room
        plan = decoder.plan
        shape = (rows, plan.kv_heads, room, plan.head_dim)

        def empty() -> list[Tensor]:
            # Zeros, because what is hidden by the mask is multiplied by nothing, and that must not be infinite.
            return [
                torch.zeros(shape, dtype=torch.bfloat16, device=decoder.device)
                for _ in range(plan.layers)
            ]

        self.keys, self.values = empty(), empty()
        self._tenant: weakref.ref[KeyValueCache] | None = None

    def admit(self, cache: KeyValueCache) -> None:
        """Let ``cache`` live here; the one that did goes on in tensors of its own."""
        if self._houses(cache):
            return
        tenant = self._tenant() if self._tenant is not None else None
        if tenant is not None and self._houses(tenant):
            tenant.move_out()
        cache.move_into(self.keys, self.values)
        self._tenant = weakref.ref(cache)

    def _houses(self, cache: KeyValueCache) -> bool:
        return bool(cache.keys) and cache.keys[0] is self.keys[0]


class StaticStep:
    """Reads ``new`` tokens in each of the arena's rows. :meth:`place` says what and where, :meth:`run` does it.

    With ``new`` 1, :meth:`run` may be called up to MOST_AHEAD times in turn; the turns' results lie behind each other.
    """

    def __init__(self, decoder: Decoder, arena: Arena, new: int) -> None:
        self._decoder, self._arena, self.new = decoder, arena, new
        rows, device, turns = arena.rows, decoder.device, MOST_AHEAD if new == 1 else 1
        integers = partial(torch.zeros, dtype=torch.long, device=device)
        self._ids, self._position, self._turn = integers(rows, new), integers(1), integers(1)
        self._sharpness = torch.ones(1, device=device)
        self._noise = torch.zeros(turns, rows, decoder.vocabulary, device=device)
        self.logits = torch.zeros(
            turns, rows, new, decoder.vocabulary, dtype=decoder.dtype, device=device
        )
        self.chosen = integers(turns, rows)
        self._columns, self._offsets = integers(arena.room), integers(new)
        torch.arange(arena.room, out=self._columns)
        torch.arange(new, out=self._offsets)
        self._tables = decoder.rotary_tables(arena.room)

    def place(self, ids: Tensor, past: int) -> None:
        """What is read next: ``ids (rows, up to new)`` after ``past`` tokens. What fills the shape is never seen."""
        self._ids[:, : ids.shape[1]] = ids
        self._position.fill_(past)
        self._turn.zero_()

    def choose_by(self, choices: list[Sampling], turns: int) -> None:
        """How each row chooses its next tokens, for so many turns; greedily if never called."""
        temperature = choices[0].temperature
        self._sharpness.fill_(1 / temperature if temperature > 0 else 1.0)
        for row, choice in enumerate(choices):
            vocabulary = self._decoder.vocabulary
            self._noise[:turns, row] = choice.noise(turns, vocabulary, self._decoder.device)

    def run(self) -> None:
        """One step. No shape, address or number in it depends on the text."""
        positions = self._position + self._offsets
        logits = self._decoder.compute(self._ids, _AtPositions(self, positions))
        self.logits.index_copy_(0, self._turn, logits[None])
        if self.new > 1:
            return
        noise = self._noise.index_select(0, self._turn)[0]
        chosen = (logits[:, -1].float() * self._sharpness + noise).argmax(-1)
        self.chosen.index_copy_(0, self._turn, chosen[None])
        self._ids.copy_(chosen[:, None])
        self._position.add_(1)
        self._turn.add_(1)

    def rotation(self, theta: float, positions: Tensor) -> Callable[[Tensor], Tensor]:
        """What turns heads at ``positions (T,)``."""
        cosines, sines = (table.index_select(0, positions) for table in self._tables[theta])
        return partial(turned, cosines[:, None], sines[:, None])

    def mask(self, window: int, positions: Tensor) -> Tensor:
        """What is added to the scores, of which each of ``positions (T,)`` may see those up to its own."""
        hidden = self._columns > positions[:, None]
        if window:
            hidden |= self._columns <= positions[:, None] - window
        scores = torch.zeros(hidden.shape, dtype=torch.bfloat16, device=hidden.device)
        return wide_mask(scores.masked_fill_(hidden, -torch.inf), self._decoder.plan)

    def keep(
        self, index: int, positions: Tensor, keys: Tensor, values: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Write them at ``positions (T,)`` of layer ``index``; all keys and values of that layer."""
        all_keys, all_values = self._arena.keys[index], self._arena.values[index]
        all_keys.index_copy_(2, positions, keys.transpose(1, 2).to(all_keys.dtype))
        all_values.index_copy_(2, positions, values.transpose(1, 2).to(all_values.dtype))
        return all_keys, all_values


class _AtPositions:
    """The place in an arena that a tensor of positions names."""

    def __init__(self, step: StaticStep, positions: Tensor) -> None:
        self._step, self._positions = step, positions
        plan, windows = step._decoder.plan, step._decoder.windows
        thetas = {sight.rope_theta for sight in plan.sights}
        self._rotations = {theta: step.rotation(theta, positions) for theta in thetas}
        self._masks = {window: step.mask(window, positions) for window in windows}

    def rotation(self, theta: float) -> Callable[[Tensor], Tensor]:
        return self._rotations[theta]

    def keep(
        self, index: int, window: int, keys: Tensor, values: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        return (*self._step.keep(index, self._positions, keys, values), self._masks[window])
