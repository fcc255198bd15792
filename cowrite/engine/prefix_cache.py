"""The keys and values of what the model has already read, kept between requests.

A writer's next request shares nearly all its text with the last one. Only what differs is read again.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from transformers import DynamicCache

from cowrite.engine.load import LoadedModel

# Cancelling is looked at between chunks: small enough to stop soon, large enough to use the fast product.
CHUNK_TOKENS = 128


class Cancelled(Exception):
    """A newer request arrived; what has been read so far stays in the cache."""


class PrefixCache:
    """What ``model`` has read: ``tokens`` and, in the same order, their keys and values at batch size 1."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._cache = DynamicCache(config=model.module.config)
        self.tokens: list[int] = []

    def clear(self) -> None:
        """Forget everything and free its memory."""
        self._cache = DynamicCache(config=self._model.module.config)
        self.tokens = []

    def read(self, tokens: list[int], cancelled: Callable[[], bool]) -> tuple[Tensor, int]:
        """Make the cache hold exactly ``tokens`` and return the last one's logits ``(V,)`` and how many were known.

        At least one token is always read, because its logits are what is wanted. Raises Cancelled between chunks.
        """
        known = min(common_prefix_length(self.tokens, tokens), len(tokens) - 1)
        self._rewind_to(known)
        logits: Tensor | None = None
        for start in range(known, len(tokens), CHUNK_TOKENS):
            if cancelled():
                raise Cancelled
            logits = self.append(tokens[start : start + CHUNK_TOKENS])
        assert logits is not None  # noqa: S101 - the range above is never empty
        return logits, known

    def append(self, tokens: list[int]) -> Tensor:
        """Read ``tokens`` after what is there; the logits of the last one, ``(V,)``."""
        ids = torch.tensor([tokens], device=self._model.device)
        try:
            output = self._model.module(
                input_ids=ids, cache=self._cache, use_cache=True, logits_to_keep=1
            )
        except BaseException:
            # Some layers hold the new tokens and others do not: nothing in it can be trusted.
            self.clear()
            raise
        self.tokens += tokens
        return output.logits[0, -1]  # type: ignore[no-any-return]

    def fork(self, copies: int) -> DynamicCache:
        """A copy at batch size ``copies``, for several candidates from one reading."""
        forked = DynamicCache(config=self._model.module.config)
        for index, layer in enumerate(self._cache.layers):
            keys, values = layer.keys, layer.values
            forked.update(
                keys.repeat_interleave(copies, dim=0),
                values.repeat_interleave(copies, dim=0),
                index,
            )
        return forked

    def _rewind_to(self, length: int) -> None:
        surplus = len(self.tokens) - length
        if surplus:
            if length:
                self._cache.crop(-surplus)
                self.tokens = self.tokens[:length]
            else:
                self.clear()


def common_prefix_length(a: list[int], b: list[int]) -> int:
    """How many leading items ``a`` and ``b`` share."""
    limit = min(len(a), len(b))
    for i in range(limit):
        if a[i] != b[i]:
            return i
    return limit
