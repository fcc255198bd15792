"""How probable a model finds each of many variants of one passage.

Every token that variants have in common from their beginning on is read once, and what stands before all of them stays
read for the next time. The tokens are those of the whole text, the text before the variant included, not those that the
tokenizer makes of the variant alone. Scored are all tokens from the first one on that is not the same in all variants,
or that reaches into the variant. So where a variant changes how the end of the text before it is divided, that end
counts for every variant, and the difference between two scores is always the difference between the log-probabilities
of the two whole texts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
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
from cowrite.engine.decoding.step_control import UNINTERRUPTED, StepControl, Steps
from cowrite.engine.decoding.text_division import encode_all, end_that_is_read
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.messages import ScoreRequest, VariantScore
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.network import Cache
from cowrite.engine.networks.steps import finish
from cowrite.engine.networks.token_tree import read_tree
from cowrite.localization import tr

# Logits of one pass; 64 MB in fp32.
MOST_LOGITS = 1 << 24
# What stands before the variants is cut from the left to this many tokens.
MOST_CONTEXT_TOKENS = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """A score for each variant. ``read_tokens`` were read for all of them, ``context_tokens`` of the text before.

    ``after_logprobs`` are of what follows alone, given the variant (nats); a token that reaches over the end of the
    variant counts whole. ``cached_tokens`` of the context were known. Milliseconds count from the start of the work.
    """

    scores: tuple[VariantScore, ...]
    after_logprobs: tuple[float, ...]
    context_tokens: int
    cached_tokens: int
    read_tokens: int
    prefill_ms: float
    total_ms: float


@dataclass(slots=True, eq=False)
class _Node:
    """A token in the tree of all variants; ``depth`` tokens come before it, and ``logprob`` is its own (nats)."""

    token: int
    depth: int
    parent: _Node | None = None
    children: dict[int, _Node] = field(default_factory=dict)
    logprob: float = 0.0


@dataclass(frozen=True, slots=True)
class _Division:
    """``context`` is read and not scored; ``rests`` are the tokens that are, of each variant."""

    context: list[int]
    rests: list[list[int]]


class Scorer:
    """Scores variants on one model; ``cache`` keeps what was read before them. Not safe for two threads at once."""

    def __init__(
        self,
        model: LoadedModel,
        cache: PrefixCache,
        *,
        most_context_tokens: int = MOST_CONTEXT_TOKENS,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._model = model
        self._cache = cache
        self._most_context = min(most_context_tokens, model.context_tokens // 2)
        self._clock = clock

    @torch.inference_mode()
    def steps(self, request: ScoreRequest, control: StepControl = UNINTERRUPTED) -> Steps[Scores]:
        """Score step by step; between two steps other requests may be answered.

        Raises UserError if a text is too long for the model, and Cancelled.
        """
        started = self._clock()
        division = self._divide(request)
        context = division.context
        top = _tree(division)
        text = self._cache.claim(context)
        known = len(text.tokens)
        try:
            logits = yield from text.read_on(context, [], control)
            read_at = self._clock()
            _write_logprobs([top], logits)
            yield None
            read = yield from self._read_all(text.cache, top, control)
        finally:
            text.cache.rewind(min(text.cache.length, len(text.tokens)))
            self._cache.release(text)
        paths = [_logprobs_of(top, rest) for rest in division.rests]
        return Scores(
            scores=tuple(VariantScore(logprob=sum(path), tokens=len(path)) for path in paths),
            after_logprobs=tuple(
                sum(path[self._end_of_variant(rest, request.after) :])
                for path, rest in zip(paths, division.rests, strict=True)
            ),
            context_tokens=len(context),
            cached_tokens=known,
            read_tokens=len(context) - known + read,
            prefill_ms=(read_at - started) * 1000,
            total_ms=(self._clock() - started) * 1000,
        )

    # --- tokens ---

    def _divide(self, request: ScoreRequest) -> _Division:
        vocabulary = self._model.vocabulary
        before = end_that_is_read(vocabulary, request.before, self._most_context)
        texts = [variant + request.after for variant in request.variants]
        first, sizes = vocabulary.encode_with_sizes(before + texts[0] if texts else before)
        end = len(before.encode("utf-8", "surrogatepass"))
        shared = sum(at <= end for at in accumulate(sizes))
        wholes = encode_all(vocabulary, before, texts, first)
        shared = min([shared, *(common_prefix_length(first, each) for each in wholes)])
        context = [*vocabulary.beginning, *first[:shared]] or [self._model.start_token]
        rests = [tokens[shared:] for tokens in wholes]
        if len(context) + max(map(len, rests), default=0) > self._model.context_tokens:
            raise UserError(
                tr("A text to score is too long for this model."),
                tr(
                    "It takes {context_tokens} tokens, some three quarters as many words.",
                    context_tokens=self._model.context_tokens,
                ),
            )
        return _Division(context, rests)

    def _end_of_variant(self, rest: Sequence[int], after: str) -> int:
        """Which of the tokens ``rest`` is the first that writes some of ``after``, with which they end."""
        left, at = len(after.encode("utf-8", "surrogatepass")), len(rest)
        while left > 0 and at > 0:
            at -= 1
            left -= len(self._model.vocabulary.bytes_of(rest[at]))
        return at

    # --- reading ---

    def _read_all(self, cache: Cache, top: _Node, control: StepControl) -> Steps[int]:
        """Read everything below ``top`` that something follows; how many tokens that were."""
        nodes = list(_inner_nodes(top))
        size = CHUNK_THAT_GIVES_WAY if control.gives_way else CHUNK_TOKENS
        size = max(1, min(size, MOST_LOGITS // max(1, self._model.vocabulary.rows)))
        if isinstance(self._model.network, Decoder) and isinstance(cache, KeyValueCache):
            yield from self._read_tree(self._model.network, cache, top, nodes, size, control)
        else:
            yield from self._read_chains(cache, nodes, size, control)
        return len(nodes)

    def _read_tree(
        self,
        decoder: Decoder,
        cache: KeyValueCache,
        top: _Node,
        nodes: Sequence[_Node],
        size: int,
        control: StepControl,
    ) -> Steps[None]:
        """Up to ``size`` nodes in one pass, in the order of a walk; the cache keeps the path to where it goes on."""
        below = top.depth + 1
        for start in range(0, len(nodes), size):
            part, past = nodes[start : start + size], cache.length
            places = {id(node): below + at for at, node in enumerate(_ancestors(part[0], top))}
            numbers = {id(node): at for at, node in enumerate(part)}
            reading = read_tree(
                decoder,
                [node.token for node in part],
                [numbers.get(id(node.parent), -1) for node in part],
                [node.depth for node in part],
                cache,
                control.cancelled,
            )
            _write_logprobs(part, (yield from in_steps(reading, control)))
            places |= {id(node): past + at for at, node in enumerate(part)}
            onward = _ancestors(nodes[start + size], top) if start + size < len(nodes) else []
            cache.select([*range(below), *(places[id(node)] for node in onward)])
            yield None

    def _read_chains(
        self, cache: Cache, nodes: Sequence[_Node], size: int, control: StepControl
    ) -> Steps[None]:
        """As :meth:`_read_tree` for a network that reads no trees: one way down after the other, back to each fork."""
        for chain in _chains(nodes, size):
            cache.rewind(chain[0].depth)
            ids = torch.tensor([[node.token for node in chain]], device=self._model.device)
            reading = self._model.network.reading(ids, cache, cancelled=control.cancelled)
            _write_logprobs(chain, (yield from in_steps(reading, control))[0])
            yield None


def in_steps(reading: Generator[None, None, Tensor], control: StepControl) -> Steps[Tensor]:
    """The pass, with its pauses if it is to give way."""
    if not control.gives_way:
        return finish(reading)
    while True:
        try:
            next(reading)
        except StopIteration as end:
            logits: Tensor = end.value
            return logits
        yield None


def _chains(nodes: Sequence[_Node], size: int) -> Iterator[list[_Node]]:
    """``nodes`` cut into runs of at most ``size`` in which each follows the one before."""
    chain: list[_Node] = []
    for node in nodes:
        if chain and (node.parent is not chain[-1] or len(chain) >= size):
            yield chain
            chain = []
        chain.append(node)
    if chain:
        yield chain


def _tree(division: _Division) -> _Node:
    """All rests below the last token of the context."""
    top = _Node(division.context[-1], len(division.context) - 1)
    for rest in division.rests:
        node = top
        for token in rest:
            if token not in node.children:
                node.children[token] = _Node(token, node.depth + 1, node)
            node = node.children[token]
    return top


def _inner_nodes(top: _Node) -> Iterator[_Node]:
    """The nodes below ``top`` that something follows, each before what follows it: the last tokens are not read."""
    waiting = [*top.children.values()][::-1]
    while waiting:
        node = waiting.pop()
        if node.children:
            yield node
            waiting += [*node.children.values()][::-1]


def _ancestors(node: _Node, top: _Node) -> list[_Node]:
    """The nodes between ``top`` and ``node``, without both."""
    found, above = list[_Node](), node.parent
    while above is not None and above is not top:
        found.append(above)
        above = above.parent
    return found[::-1]


def _write_logprobs(nodes: Sequence[_Node], logits: Tensor) -> None:
    """What follows each of ``nodes`` gets its natural-log probability by ``logits (N, V)``."""
    followed = [(at, child) for at, node in enumerate(nodes) for child in node.children.values()]
    if not followed:
        return
    logits = logits.float()
    totals = logits.logsumexp(dim=-1)
    rows = torch.tensor([at for at, _ in followed], device=logits.device)
    tokens = torch.tensor([child.token for _, child in followed], device=logits.device)
    found = (logits[rows, tokens] - totals[rows]).tolist()
    for (_, child), logprob in zip(followed, found, strict=True):
        child.logprob = logprob


def _logprobs_of(top: _Node, rest: Sequence[int]) -> list[float]:
    """The natural-log probability of each of the tokens ``rest`` below ``top``."""
    found, node = list[float](), top
    for token in rest:
        node = node.children[token]
        found.append(node.logprob)
    return found
