"""The keys and values of what the model has already read, kept between requests.

A writer's next request shares nearly all its text with the last one. Only what differs is read again.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from cowrite.engine.load import LoadedModel
from cowrite.engine.network import Cache

# Cancelling is looked at between chunks: small enough to stop soon, large enough to use the fast product.
CHUNK_TOKENS = 128


class Cancelled(Exception):
    """A newer request arrived; what has been read so far stays in the cache."""


class PrefixCache:
    """What ``model`` has read: ``tokens`` and, in the same order, their keys and values at batch size 1."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._cache: Cache = model.network.new_cache()
        self.tokens: list[int] = []

    def clear(self) -> None:
        """Forget everything and free its memory."""
        self._cache = self._model.network.new_cache()
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
            logits = self._model.network(ids, self._cache, last_only=True)
        except BaseException:
            # Some layers hold the new tokens and others do not: nothing in it can be trusted.
            self.clear()
            raise
        self.tokens += tokens
        return logits[0, -1]  # type: ignore[no-any-return]

    def fork(self, copies: int) -> Cache:
        """A copy at batch size ``copies``, for several candidates from one reading."""
        return self._cache.fork(copies)

    def _rewind_to(self, length: int) -> None:
        if length < len(self.tokens):
            self._cache.rewind(length)
            self.tokens = self.tokens[:length]


def common_prefix_length(a: list[int], b: list[int]) -> int:
    """How many leading items ``a`` and ``b`` share."""
    limit = min(len(a), len(b))
    for i in range(limit):
        if a[i] != b[i]:
            return i
    return limit
