"""Reading many continuations of one text in one pass: a tree of tokens, each of which sees only what leads to it.

Tree attention as in SpecInfer (Miao et al. 2023, arXiv 2305.09781), used here to read and not to draft.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from functools import partial

import torch
from torch import Tensor

from cowrite.engine.networks.attention import FEW_TOKENS, Mask, NextInCache, turned, wide_mask
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.key_value_cache import KeyValueCache


def read_tree(
    decoder: Decoder,
    tokens: Sequence[int],
    parents: Sequence[int],
    depths: Sequence[int],
    cache: KeyValueCache,
    cancelled: Callable[[], bool] = lambda: False,
) -> Generator[None, None, Tensor]:
    """Read ``tokens`` after a path of tokens that ``cache`` holds in one row: logits ``(T, V)``.

    ``parents[i]`` is the index of the token before token ``i``, which is smaller than ``i``, or -1 if that one is in
    the cache. ``depths[i]`` is how many tokens come before it in its text. The cache holds all of them afterwards, in
    the order given; :meth:`KeyValueCache.select` takes one path out of them. Yields after each layer. Given up
    there, or cancelled, it leaves the cache with what it held before.
    """
    past, new = cache.length, len(tokens)
    cache.make_room(1, past + new)
    device = decoder.device
    positions = torch.tensor(depths, device=device)
    tables = decoder.rotary_tables(max(depths) + 1)
    sees = _visible(past, parents, depths).to(device)
    at = torch.cat([torch.arange(past, device=device), positions])
    distances = positions[:, None] - at[None]
    masks = {}
    for window in decoder.windows:
        mask = sees & (distances < window) if window else sees
        masks[window] = Mask(0, wide_mask(mask, decoder.plan) if new <= FEW_TOKENS else mask)
    position = NextInCache(
        cache,
        new,
        rotations={
            theta: partial(turned, cosines[positions][:, None], sines[positions][:, None])
            for theta, (cosines, sines) in tables.items()
        },
        masks=masks,
    )
    ids = torch.tensor([list(tokens)], device=device)
    logits = yield from decoder.compute_by_layers(ids, position, cancelled=cancelled)
    cache.written(new)
    return logits[0]


def _visible(past: int, parents: Sequence[int], depths: Sequence[int]) -> Tensor:
    """Which of the ``past`` tokens and of the new ones each new token sees: ``(T, past + T)``."""
    sees = torch.zeros(len(parents), past + len(parents), dtype=torch.bool)
    for i, parent in enumerate(parents):
        if parent < 0:
            sees[i, : depths[i]] = True
        else:
            sees[i] = sees[parent]
        sees[i, past + i] = True
    return sees
