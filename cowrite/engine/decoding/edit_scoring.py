"""How much more probable each of many small edits makes a text.

The text is read once, and what the model expects at each place is known then for every word that might stand there. So
most edits are dropped by the first token that they change. Of the others are read the tokens that they change and the
next few, after which the two texts go on alike: all of them after the one text that was read, each seeing as much of it
as stands before the edit.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import torch
from torch import Tensor

from cowrite.base.errors import UserError
from cowrite.engine.decoding.prefix_cache import (
    CHUNK_THAT_GIVES_WAY,
    CHUNK_TOKENS,
    PrefixCache,
    common_prefix_length,
)
from cowrite.engine.decoding.scoring import MOST_CONTEXT_TOKENS, MOST_LOGITS, in_steps
from cowrite.engine.decoding.step_control import UNINTERRUPTED, StepControl, Steps
from cowrite.engine.decoding.text_division import encode_all, end_that_is_read
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.messages import EditScore, EditsRequest, TextEdit
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.network import Cache
from cowrite.engine.networks.token_tree import read_tree
from cowrite.localization import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class EditScores:
    """As :class:`~cowrite.engine.messages.EditsResult`; milliseconds count from the start of the work."""

    scores: tuple[EditScore | None, ...]
    logprob: float
    tokens: int
    context_tokens: int
    cached_tokens: int
    read_tokens: int
    prefill_ms: float
    total_ms: float


@dataclass(slots=True, eq=False)
class _Branch:
    """An edit as tokens: ``tokens`` take the place of those from ``start`` to ``end`` of the text that is read.

    Then ``following`` tokens are the same in both. ``logprobs`` are those of ``tokens`` and of the following ones.
    """

    number: int
    start: int
    end: int
    tokens: list[int]
    following: int
    first: float = 0.0
    logprobs: list[float] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return len(self.tokens) - self.following


class EditScorer:
    """Scores edits on one model; ``cache`` keeps what was read before them. Not safe for two threads at once."""

    def __init__(
        self,
        model: LoadedModel,
        cache: PrefixCache,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._model = model
        self._cache = cache
        self._most_context = min(MOST_CONTEXT_TOKENS, model.context_tokens // 2)
        self._clock = clock

    @torch.inference_mode()
    def steps(
        self, request: EditsRequest, control: StepControl = UNINTERRUPTED
    ) -> Steps[EditScores]:
        """Score step by step; between two steps other requests may be answered.

        Raises UserError if a text is too long for the model, and Cancelled.
        """
        started = self._clock()
        context, rest, branches = self._divide(request)
        text = self._cache.claim(context)
        known = len(text.tokens)
        try:
            logits = yield from text.read_on(context, [], control)
            read_at = self._clock()
            first = {branch.start: list[_Branch]() for branch in branches}
            for branch in branches:
                first[branch.start].append(branch)
            own = yield from self._read_text(text.cache, logits[-1:], rest, first, control)
            chosen = _worth_reading(branches, own, request)
            past = len(context) + max(0, len(rest) - 1)
            yield from self._read_branches(text.cache, len(context), past, chosen, control)
        finally:
            text.cache.rewind(min(text.cache.length, len(text.tokens)))
            self._cache.release(text)
        scores: list[EditScore | None] = [None] * len(request.edits)
        for branch in chosen:
            scores[branch.number] = _score(branch, own)
        return EditScores(
            scores=tuple(scores),
            logprob=sum(own),
            tokens=len(own),
            context_tokens=len(context),
            cached_tokens=known,
            read_tokens=past - known + sum(len(branch.tokens) - 1 for branch in chosen),
            prefill_ms=(read_at - started) * 1000,
            total_ms=(self._clock() - started) * 1000,
        )

    # --- tokens ---

    def _divide(self, request: EditsRequest) -> tuple[list[int], list[int], list[_Branch]]:
        """What is read and not scored, the tokens of the text, and those of its edits."""
        vocabulary = self._model.vocabulary
        before = end_that_is_read(vocabulary, request.before, self._most_context)
        texts = [request.text + request.after]
        texts += (_edited(request, edit) for edit in request.edits)
        first, sizes = vocabulary.encode_with_sizes(before + texts[0])
        end = len(before.encode("utf-8", "surrogatepass"))
        shared = sum(at <= end for at in accumulate(sizes))
        wholes = encode_all(vocabulary, before, texts, first)
        shared = min([shared, *(common_prefix_length(first, each) for each in wholes)])
        context = [*vocabulary.beginning, *first[:shared]] or [self._model.start_token]
        rest = first[shared:]
        branches = [
            _branch(number, rest, whole[shared:], request.window)
            for number, whole in enumerate(wholes[1:])
        ]
        longest = max((each.start + len(each.tokens) for each in branches), default=0)
        if len(context) + max(len(rest), longest) > self._model.context_tokens:
            raise UserError(
                tr("A text to score is too long for this model."),
                tr(
                    "It takes {context_tokens} tokens, some three quarters as many words.",
                    context_tokens=self._model.context_tokens,
                ),
            )
        return context, rest, branches

    # --- reading ---

    def _read_text(
        self,
        cache: Cache,
        logits: Tensor,
        rest: Sequence[int],
        first: dict[int, list[_Branch]],
        control: StepControl,
    ) -> Steps[list[float]]:
        """The log-probability of each token of ``rest``; each branch gets that of its first token.

        ``logits (1, V)`` are those after the context.
        """
        own = _look_up(logits, 0, rest, first)
        size = self._chunk(control)
        last = len(rest) - 1
        for start in range(0, last, size):
            ids = torch.tensor([rest[start : min(start + size, last)]], device=self._model.device)
            reading = self._model.network.reading(ids, cache, cancelled=control.cancelled)
            read = yield from in_steps(reading, control)
            own += _look_up(read[0], start + 1, rest, first)
            yield None
        return own

    def _read_branches(
        self, cache: Cache, top: int, past: int, branches: Sequence[_Branch], control: StepControl
    ) -> Steps[None]:
        """The log-probabilities of all tokens of each of ``branches`` but the first, whose are known."""
        read = [branch for branch in branches if len(branch.tokens) > 1]
        if isinstance(self._model.network, Decoder) and isinstance(cache, KeyValueCache):
            for group in _groups(read, self._chunk(control)):
                yield from self._read_together(self._model.network, cache, top, group, control)
                cache.rewind(past)
                yield None
            return
        for branch in sorted(read, key=lambda each: -each.start):
            cache.rewind(top + branch.start)
            ids = torch.tensor([branch.tokens[:-1]], device=self._model.device)
            reading = self._model.network.reading(ids, cache, cancelled=control.cancelled)
            logits = yield from in_steps(reading, control)
            branch.logprobs += _chosen(logits[0], branch.tokens[1:])
            yield None

    def _read_together(
        self,
        decoder: Decoder,
        cache: KeyValueCache,
        top: int,
        branches: Sequence[_Branch],
        control: StepControl,
    ) -> Steps[None]:
        tokens, parents, depths, wanted = list[int](), list[int](), list[int](), list[int]()
        for branch in branches:
            for at, token in enumerate(branch.tokens[:-1]):
                parents.append(len(tokens) - 1 if at else -1)
                depths.append(top + branch.start + at)
                tokens.append(token)
                wanted.append(branch.tokens[at + 1])
        reading = read_tree(decoder, tokens, parents, depths, cache, control.cancelled)
        found = iter(_chosen((yield from in_steps(reading, control)), wanted))
        for branch in branches:
            branch.logprobs += [next(found) for _ in branch.tokens[1:]]

    def _chunk(self, control: StepControl) -> int:
        size = CHUNK_THAT_GIVES_WAY if control.gives_way else CHUNK_TOKENS
        return max(1, min(size, MOST_LOGITS // max(1, self._model.vocabulary.rows)))


def _edited(request: EditsRequest, edit: TextEdit) -> str:
    return request.text[: edit.start] + edit.after + request.text[edit.end :] + request.after


def _branch(number: int, rest: list[int], edited: list[int], window: int) -> _Branch:
    start = common_prefix_length(rest, edited)
    same, most = 0, min(len(rest), len(edited)) - start
    while same < most and rest[-1 - same] == edited[-1 - same]:
        same += 1
    end, following = len(rest) - same, min(same, window)
    tokens = edited[start : len(edited) - same + following]
    return _Branch(number, start, end, tokens, following)


def _worth_reading(
    branches: Sequence[_Branch], own: Sequence[float], request: EditsRequest
) -> list[_Branch]:
    """Those that can gain enough, and of these the ``most`` that can gain most; in the order of the text."""
    found: list[tuple[float, _Branch]] = []
    for branch in branches:
        if not branch.tokens:
            continue
        seen = branch.end + min(branch.following, request.foreseen)
        at_best = branch.first - sum(own[branch.start : seen])
        if at_best >= request.least_gain:
            found.append((at_best, branch))
    found.sort(key=lambda each: -each[0])
    return sorted((each for _, each in found[: request.most]), key=lambda each: each.number)


def _score(branch: _Branch, own: Sequence[float]) -> EditScore:
    cut, end = branch.changed, branch.end
    replaced = sum(own[branch.start : end])
    return EditScore(
        own=sum(branch.logprobs[:cut]) - replaced,
        following=sum(branch.logprobs[cut:]) - sum(own[end : end + branch.following]),
        first=branch.first - (own[branch.start] if branch.start < len(own) else 0.0),
        replaced=replaced,
    )


def _look_up(
    logits: Tensor, start: int, rest: Sequence[int], first: dict[int, list[_Branch]]
) -> list[float]:
    """``logits (N, V)`` are those before the tokens from number ``start`` on."""
    logits = logits.float()
    totals = logits.logsumexp(dim=-1)
    count = min(len(logits), len(rest) - start)
    for at in range(start, start + len(logits)):
        here = [branch for branch in first.get(at, ()) if branch.tokens]
        if here:
            tokens = torch.tensor([branch.tokens[0] for branch in here], device=logits.device)
            values = (logits[at - start, tokens] - totals[at - start]).tolist()
            for branch, value in zip(here, values, strict=True):
                branch.first = value
                branch.logprobs = [value]
    return _chosen(logits[:count], rest[start : start + count]) if count > 0 else []


def _chosen(logits: Tensor, tokens: Sequence[int]) -> list[float]:
    """The natural-log probability of each of ``tokens`` under its row of ``logits (N, V)``."""
    logits = logits.float()
    ids = torch.tensor(list(tokens), device=logits.device)
    found = logits.gather(1, ids[:, None])[:, 0] - logits.logsumexp(dim=-1)
    values: list[float] = found.tolist()
    return values


def _groups(branches: Sequence[_Branch], size: int) -> Iterator[list[_Branch]]:
    """``branches`` in groups of about ``size`` tokens; none is divided."""
    group, taken = list[_Branch](), 0
    for branch in branches:
        if group and taken + len(branch.tokens) - 1 > size:
            yield group
            group, taken = [], 0
        group.append(branch)
        taken += len(branch.tokens) - 1
    if group:
        yield group
