"""The keys and values of what the model has already read, kept between requests.

A writer's next request shares nearly all its text with the last one. Only what differs is read again. Several texts are
kept, so that going to another document, or back to an earlier place in this one, does not read anew what was known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.networks.network import Ahead, Cache, Cancelled
from cowrite.engine.networks.sampling import Sampling

# What is read stays known if a request is cancelled after it, and costs no more memory than this many rows at a time.
CHUNK_TOKENS = 256
# Going back further than this keeps what lay beyond as another text; what is nearer costs less to read than to keep.
WORTH_KEEPING_TOKENS = 96
MOST_TEXTS = 4
# What texts other than the one being written may take.
SPARE_BYTES = 96 * 2**20


class _Text:
    """``tokens`` and, in the same order, their keys and values at batch size 1."""

    def __init__(self, cache: Cache, tokens: list[int]) -> None:
        self.cache = cache
        self.tokens = tokens

    def rewind(self, length: int) -> None:
        if length < len(self.tokens):
            self.cache.rewind(length)
            self.tokens = self.tokens[:length]


class PrefixCache:
    """What ``model`` has read of up to MOST_TEXTS texts; the one that is being written is the last in line."""

    def __init__(self, model: LoadedModel, *, spare_bytes: int = SPARE_BYTES) -> None:
        self._model = model
        self._spare_bytes = spare_bytes
        self._texts = [self._empty()]

    @property
    def tokens(self) -> list[int]:
        """The text that is being written, as far as it was read."""
        return self._texts[-1].tokens

    def clear(self) -> None:
        """Forget everything and free its memory."""
        self._texts = [self._empty()]

    def read(self, tokens: list[int], cancelled: Callable[[], bool]) -> tuple[Tensor, int]:
        """Make the cache hold exactly ``tokens`` and return the last one's logits ``(V,)`` and how many were known.

        At least one token is always read, because its logits are what is wanted. Raises Cancelled soon after
        ``cancelled()``, and keeps the chunks that were read whole.
        """
        logits, known = self.read_ahead(tokens, [], cancelled)
        return logits[0], known

    def read_ahead(
        self,
        tokens: list[int],
        draft: Sequence[int],
        cancelled: Callable[[], bool],
        useless: Callable[[], bool] | None = None,
    ) -> tuple[Tensor, int]:
        """As :meth:`read`, and ``draft`` after it: the logits after ``tokens`` and after each token of the draft.

        ``(1 + len(draft), V)``. The cache holds the draft then; :meth:`keep` takes back what proves to be wrong.
        A chunk that was begun is finished although the request is ``cancelled()``, unless it is ``useless()`` to read:
        who types on asks for more of the same text, and would never get to the end of it otherwise.
        """
        useless = useless or cancelled
        known = self._turn_to(tokens)
        last = max(known, len(tokens) - CHUNK_TOKENS)
        for start in range(known, last, CHUNK_TOKENS):
            if cancelled():
                raise Cancelled
            self.append(tokens[start : min(start + CHUNK_TOKENS, last)], useless)
        if cancelled():
            raise Cancelled
        return self.append_draft(tokens[last:], draft, useless), known

    def append(self, tokens: list[int], cancelled: Callable[[], bool] = lambda: False) -> Tensor:
        """Read ``tokens`` after what is there; the logits of the last one, ``(V,)``. May raise Cancelled."""
        return self.append_draft(tokens, [], cancelled)[0]

    def append_draft(
        self,
        tokens: list[int],
        draft: Sequence[int],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Tensor:
        """Read ``tokens`` and ``draft`` in one pass: the logits of the last token and of each of the draft's."""
        together = [*tokens, *draft]
        ids = torch.tensor([together], device=self._model.device)
        text = self._texts[-1]
        try:
            logits = self._model.network(ids, text.cache, last=1 + len(draft), cancelled=cancelled)
        except Cancelled:
            raise  # it holds what it held before
        except BaseException:
            # Some layers hold the new tokens and others do not: nothing in it can be trusted.
            self.clear()
            raise
        text.tokens += together
        return logits[0]  # type: ignore[no-any-return]

    def append_ahead(self, token: int, most: int, choice: Sampling) -> Ahead | None:
        """Read ``token`` and what the model chooses after it by itself; see :meth:`Network.ahead`."""
        text = self._texts[-1]
        try:
            ahead = self._model.network.ahead(token, text.cache, most, choice)
        except BaseException:
            self.clear()
            raise
        if ahead is not None:
            text.tokens += [token, *ahead[0]]
        return ahead

    def keep(self, length: int) -> None:
        """Forget what comes after the first ``length`` tokens."""
        self._texts[-1].rewind(length)

    def fork(self, copies: int) -> Cache:
        """A copy at batch size ``copies``, for several candidates from one reading."""
        text = self._texts[-1]
        return text.cache.fork(copies, len(text.tokens))

    def _turn_to(self, tokens: list[int]) -> int:
        """Make the text that has most in common with ``tokens`` the one that is written; how many tokens it knows."""
        shared, text = max(
            ((common_prefix_length(text.tokens, tokens), text) for text in self._texts),
            # Of several that know as much, the one with least beyond it.
            key=lambda found: (found[0], -len(found[1].tokens)),
        )
        known = min(shared, len(tokens) - 1)
        surplus = len(text.tokens) - known
        if surplus > WORTH_KEEPING_TOKENS and text.cache.nbytes <= self._spare_bytes:
            text = self._begin_with(text, known)
        else:
            text.rewind(known)
            self._texts.remove(text)
        self._texts.append(text)
        self._drop_surplus()
        return known

    def _begin_with(self, text: _Text, known: int) -> _Text:
        """Another text that begins as ``text`` does; that one stays whole."""
        cache = text.cache.fork(1, known) if known else self._model.network.new_cache()
        return _Text(cache, text.tokens[:known])

    def _drop_surplus(self) -> None:
        """Forget the texts that were not used for longest, until the others fit."""
        while len(self._texts) > 1 and (
            len(self._texts) > MOST_TEXTS
            or sum(text.cache.nbytes for text in self._texts[:-1]) > self._spare_bytes
        ):
            del self._texts[0]

    def _empty(self) -> _Text:
        return _Text(self._model.network.new_cache(), [])


def common_prefix_length(a: list[int], b: list[int]) -> int:
    """How many leading items ``a`` and ``b`` share."""
    limit = min(len(a), len(b))
    if a[:limit] == b[:limit]:
        return limit
    for i in range(limit):
        if a[i] != b[i]:
            return i
    return limit
