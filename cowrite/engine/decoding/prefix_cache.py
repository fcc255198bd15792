"""The keys and values of what the model has already read, kept between requests.

A writer's next request shares nearly all its text with the last one. Only what differs is read again. Several texts are
kept, so that going to another document, or back to an earlier place in this one, does not read anew what was known.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import torch
from torch import Tensor

from cowrite.engine.decoding.read_before import ReadBefore
from cowrite.engine.decoding.step_control import StepControl
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.networks.network import Ahead, Cache
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.networks.steps import Cancelled, finish

# What is read stays known if a request is cancelled after it, and costs no more memory than this many rows at a time.
CHUNK_TOKENS = 256
# A layer of so many takes a processor less time than one token takes all layers.
CHUNK_THAT_GIVES_WAY = 64
# Going back further than this keeps what lay beyond as another text; what is nearer costs less to read than to keep.
WORTH_KEEPING_TOKENS = 96
MOST_TEXTS = 4
# What texts other than the one being written may take.
SPARE_BYTES = 96 * 2**20


class CachedText:
    """``tokens`` and, in the same order, their keys and values at batch size 1.

    While it ``is_claimed`` by work that stands still, nothing but that work changes or forgets it.
    """

    def __init__(self, model: LoadedModel, cache: Cache, tokens: list[int]) -> None:
        self._model = model
        self.cache = cache
        self.tokens = tokens
        self.before = ReadBefore()
        self.is_claimed = False

    def keep(self, length: int) -> None:
        """Forget what comes after the first ``length`` tokens."""
        if length < len(self.tokens):
            self.cache.rewind(length)
            self.tokens = self.tokens[:length]
            self.before.keep(length)

    def forget(self) -> None:
        """Hold nothing and free its memory."""
        self.cache, self.tokens = self._model.network.new_cache(), []
        self.before = ReadBefore()

    def knows_what_follows(self, tokens: Sequence[int]) -> bool:
        """Whether it is just ``tokens`` with the logits after them, or can be that without a pass."""
        known = len(self.tokens)
        if known == len(tokens):
            return self.before.after(tokens) is not None
        ends = range(known + 1, len(tokens) + 1)
        found = [self.before.after(tokens[:end]) for end in ends]
        can_recall = self.cache.can_put_back
        return can_recall and all(each is not None and each.saved is not None for each in found)

    def recall(self, token: int) -> Tensor | None:
        """Hold ``token`` as well without a pass, if it was read here before: the logits ``(V,)`` after it."""
        found = self.before.after([*self.tokens, token])
        if found is None or found.saved is None or not self.cache.can_put_back:
            return None
        self.cache.put_back(found.saved)
        self.tokens.append(token)
        return found.logits

    def recall_all(self, tokens: Sequence[int]) -> tuple[Tensor | None, list[int]]:
        """Hold as many of ``tokens`` as :meth:`recall` can, one after the other.

        The logits ``(V,)`` after the last of these, None if there is none, and those that are left to read.
        """
        logits: Tensor | None = None
        for number, token in enumerate(tokens):
            found = self.recall(token)
            if found is None:
                return logits, list(tokens[number:])
            logits = found
        return logits, []

    def read_on(
        self, tokens: list[int], draft: Sequence[int], control: StepControl
    ) -> Generator[None, None, Tensor]:
        """Read what of ``tokens`` is not there, and ``draft`` after it, as :meth:`PrefixCache.read_ahead` says.

        Yields between chunks, and within them where it gives way. If it ends early, whole chunks are kept.
        """
        self.before.begin(tokens)
        self.recall_all(tokens[len(self.tokens) :])
        known, here = len(self.tokens), self.before.after(tokens)
        if known == len(tokens) and here is not None:
            return (yield from self._read_after(here.logits, draft, control))
        size = CHUNK_THAT_GIVES_WAY if control.gives_way else CHUNK_TOKENS
        last = max(known, len(tokens) - size)
        for start in range(known, last, size):
            if control.cancelled():
                raise Cancelled
            yield from self.read_more(tokens[start : min(start + size, last)], [], control)
            yield
        if control.cancelled():
            raise Cancelled
        return (yield from self.read_more(tokens[last:], draft, control))

    def _read_after(
        self, logits: Tensor, draft: Sequence[int], control: StepControl
    ) -> Generator[None, None, Tensor]:
        """``logits (V,)`` are those after all that is there; with those of ``draft`` after them."""
        if not draft:
            return logits[None]
        after = yield from self.read_more(list(draft[:1]), draft[1:], control)
        return torch.cat([logits[None], after])

    def read_more(
        self, tokens: list[int], draft: Sequence[int], control: StepControl
    ) -> Generator[None, None, Tensor]:
        """As :meth:`append_draft`, and yields within the pass if it gives way.

        Given up there, or cancelled once it is useless, it holds what it held before.
        """
        together = [*tokens, *draft]
        ids = torch.tensor([together], device=self._model.device)
        network, last = self._model.network, 1 + len(draft)
        try:
            if control.gives_way:
                logits = yield from network.reading(
                    ids, self.cache, last=last, cancelled=control.is_useless
                )
            else:
                logits = network(ids, self.cache, last=last, cancelled=control.is_useless)
        except (Cancelled, GeneratorExit):
            raise  # it holds what it held before
        except BaseException:
            # Some layers hold the new tokens and others do not: nothing in it can be trusted.
            self.forget()
            raise
        self.tokens += together
        self._remember(logits[0])
        return logits[0]

    def append_draft(
        self,
        tokens: list[int],
        draft: Sequence[int],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Tensor:
        """Read ``tokens`` and ``draft`` in one pass: the logits of the last token and of each of the draft's."""
        return finish(self.read_more(tokens, draft, StepControl(cancelled=cancelled)))

    def append_ahead(self, token: int, most: int, choice: Sampling) -> Ahead | None:
        """Read ``token`` and what the model chooses after it by itself; see :meth:`Network.ahead`."""
        try:
            ahead = self._model.network.ahead(token, self.cache, most, choice)
        except BaseException:
            self.forget()
            raise
        if ahead is not None:
            self.tokens += [token, *ahead[0]]
            self._remember(ahead[1])
        return ahead

    def _remember(self, logits: Tensor) -> None:
        """``logits (N, V)`` are those after the last N tokens."""
        first = len(self.tokens) - len(logits) + 1
        for end, row in enumerate(logits, start=first):
            if self.before.is_near(end):
                self.before.put(self.tokens[:end], row, self.cache.token_at(end - 1))

    def fork(self, copies: int) -> Cache:
        """A copy at batch size ``copies``, for several candidates from one reading."""
        return self.cache.fork(copies, len(self.tokens))

    def begun_with(self, known: int) -> CachedText:
        """Another text that begins with the first ``known`` tokens of this one, which stays whole."""
        cache = self.cache.fork(1, known) if known else self._model.network.new_cache()
        text = CachedText(self._model, cache, self.tokens[:known])
        text.before = self.before.copy()
        text.before.keep(known)
        return text


class PrefixCache:
    """What ``model`` has read of up to MOST_TEXTS texts; the one that was turned to last is the last in line.

    Work that other work may interrupt claims its text; the methods that name no text mean the last in line.
    """

    def __init__(self, model: LoadedModel, *, spare_bytes: int = SPARE_BYTES) -> None:
        self._model = model
        self._spare_bytes = spare_bytes
        self._texts = [self._empty()]

    @property
    def tokens(self) -> list[int]:
        """The text that was turned to last, as far as it was read."""
        return self._texts[-1].tokens

    def clear(self) -> None:
        """Forget everything and free its memory, also what is claimed."""
        for text in self._texts:
            text.forget()
        self._texts = [self._empty()]

    def claim(self, tokens: list[int]) -> CachedText:
        """The text that has most in common with ``tokens``, holding just that, until it is released.

        At least one token is left to read unless its logits are known, because they are what is wanted.
        """
        self._turn_to(tokens)
        text = self._texts[-1]
        text.is_claimed = True
        return text

    def release(self, text: CachedText) -> None:
        """The work that claimed ``text`` has ended; what it read stays known as long as there is room."""
        text.is_claimed = False
        self._drop_surplus()

    def read(self, tokens: list[int], cancelled: Callable[[], bool]) -> tuple[Tensor, int]:
        """Make the cache hold exactly ``tokens`` and return the last one's logits ``(V,)`` and how many were known.

        At least one token is read unless its logits are known, because they are what is wanted. Raises Cancelled soon
        after ``cancelled()``, and keeps the chunks that were read whole.
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
        For ``useless`` see :class:`StepControl`.
        """
        known = self._turn_to(tokens)
        control = StepControl(cancelled=cancelled, useless=useless)
        return finish(self._texts[-1].read_on(tokens, draft, control)), known

    def append(self, tokens: list[int], cancelled: Callable[[], bool] = lambda: False) -> Tensor:
        """Read ``tokens`` after what is there; the logits of the last one, ``(V,)``. May raise Cancelled."""
        return self.append_draft(tokens, [], cancelled)[0]

    def append_draft(
        self,
        tokens: list[int],
        draft: Sequence[int],
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Tensor:
        """See :meth:`CachedText.append_draft`."""
        return self._texts[-1].append_draft(tokens, draft, cancelled)

    def append_ahead(self, token: int, most: int, choice: Sampling) -> Ahead | None:
        """See :meth:`CachedText.append_ahead`."""
        return self._texts[-1].append_ahead(token, most, choice)

    def keep(self, length: int) -> None:
        """Forget what comes after the first ``length`` tokens."""
        self._texts[-1].keep(length)

    def fork(self, copies: int) -> Cache:
        """See :meth:`CachedText.fork`."""
        return self._texts[-1].fork(copies)

    def _turn_to(self, tokens: list[int]) -> int:
        """Make the text that has most in common with ``tokens`` the last in line; how many tokens it knows."""
        shared, text = max(
            ((common_prefix_length(text.tokens, tokens), text) for text in self._texts),
            # Of several that know as much, one that is free, with least beyond it.
            key=lambda found: (found[0], not found[1].is_claimed, -len(found[1].tokens)),
        )
        is_known = shared == len(tokens) and text.before.after(tokens) is not None
        known = shared if is_known else min(shared, len(tokens) - 1)
        surplus = len(text.tokens) - known
        is_worth_keeping = surplus > WORTH_KEEPING_TOKENS and text.cache.nbytes <= self._spare_bytes
        if text.is_claimed or is_worth_keeping:
            text = text.begun_with(known)
        else:
            text.keep(known)
            self._texts.remove(text)
        self._texts.append(text)
        self._drop_surplus()
        return known

    def _drop_surplus(self) -> None:
        """Forget the texts that were not used for longest, but those claimed, until the others fit."""
        free = [text for text in self._texts[:-1] if not text.is_claimed]
        while free and (
            len(self._texts) > MOST_TEXTS
            or sum(text.cache.nbytes for text in self._texts[:-1]) > self._spare_bytes
        ):
            self._texts.remove(free.pop(0))

    def _empty(self) -> CachedText:
        return CachedText(self._model, self._model.network.new_cache(), [])


def common_prefix_length(a: list[int], b: list[int]) -> int:
    """How many leading items ``a`` and ``b`` share."""
    limit = min(len(a), len(b))
    if a[:limit] == b[:limit]:
        return limit
    for i in range(limit):
        if a[i] != b[i]:
            return i
    return limit
