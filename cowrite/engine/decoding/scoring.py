"""How probable a model finds each of many variants of one passage.

Every token that variants have in common from their beginning on is read once, and what stands before all of them stays
read for the next time. The tokens are those of the whole text, the text before the variant included, not those that the
tokenizer makes of the variant alone. Scored are all tokens from the first one on that is not the same in all variants,
or that reaches into the variant. So where a variant changes how the end of the text before it is divided, that end
counts for every variant, and the difference between two scores is always the difference between the log-probabilities
of the two whole texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import torch
from torch import Tensor

from cowrite.base.errors import UserError
from cowrite.engine.decoding.prefix_cache import CHUNK_TOKENS, common_prefix_length
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.networks.decoder import Decoder
from cowrite.engine.networks.key_value_cache import KeyValueCache
from cowrite.engine.networks.network import Cancelled
from cowrite.engine.networks.token_tree import read_tree
from cowrite.engine.task_requests import ScoreRequest, ScoreResult, VariantScore

# Logits of one pass; 64 MB in fp32.
MOST_LOGITS = 1 << 24
# What stands before the variants is cut from the left, in steps, to this many tokens.
MOST_CONTEXT_TOKENS = 2048
CUT_STEP_TOKENS = 256
# So far back from its end, how a text is divided into tokens does not depend on what follows it.
SEAM_CHARACTERS = 100
_WORD = re.compile(r" (?=[^\W\d_])")

Interrupted = Callable[[], bool]


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
    """Scores variants on one model, and keeps what it has read before them. Not safe for two threads at once."""

    def __init__(
        self, model: LoadedModel, *, most_context_tokens: int = MOST_CONTEXT_TOKENS
    ) -> None:
        self._model = model
        self._most_context = min(most_context_tokens, model.context_tokens // 2)
        self._pass_tokens = max(1, min(CHUNK_TOKENS, MOST_LOGITS // max(1, model.vocabulary.rows)))
        self._cache = model.network.new_cache()
        self._tokens: list[int] = []
        self._forgotten = 0

    def clear(self) -> None:
        """Forget what was read, as when the adapter changes; what is being scored begins again."""
        self._cache = self._model.network.new_cache()
        self._tokens = []
        self._forgotten += 1

    def score(
        self, request: ScoreRequest, interrupted: Interrupted = lambda: False
    ) -> Generator[None, None, ScoreResult]:
        """Score the variants of ``request``; yields after each pass, of some hundred tokens at most.

        A pass stops between two layers once ``interrupted()``, and is made again when the generator goes on. Raises
        UserError if a text is too long for the model. Only one of these generators may be under way at a time.
        """
        division = self._divide(request)
        while True:
            begun, known = self._forgotten, self._known(division.context)
            top = _tree(division)
            read = 0
            for count in self._read(division.context, known, top, interrupted):
                read += count
                yield
                if self._forgotten != begun:
                    break
            else:
                break
        return ScoreResult(
            request_id=request.request_id,
            revision=request.revision,
            scores=tuple(_score_of(top, rest) for rest in division.rests),
            context_tokens=len(division.context),
            cached_tokens=known,
            read_tokens=read,
        )

    # --- tokens ---

    def _divide(self, request: ScoreRequest) -> _Division:
        vocabulary = self._model.vocabulary
        before = self._cut(request.before)
        texts = [variant + request.after for variant in request.variants]
        first, sizes = vocabulary.encode_with_sizes(before + texts[0] if texts else before)
        end = len(before.encode("utf-8", "surrogatepass"))
        shared = sum(at <= end for at in accumulate(sizes))
        wholes = self._encode_all(before, texts, first)
        shared = min([shared, *(common_prefix_length(first, each) for each in wholes)])
        context = [*vocabulary.beginning, *first[:shared]] or [self._model.start_token]
        rests = [tokens[shared:] for tokens in wholes]
        if len(context) + max(map(len, rests), default=0) > self._model.context_tokens:
            raise UserError(
                "A text to score is too long for this model.",
                f"It takes {self._model.context_tokens} tokens, some three quarters as many words.",
            )
        return _Division(context, rests)

    def _encode_all(self, before: str, texts: Sequence[str], first: list[int]) -> list[list[int]]:
        """The tokens of ``before`` and each of ``texts`` together; ``first`` are those with the first text.

        Only the end of ``before`` is divided again for each text, from a word on that is far enough from the end, where
        that comes to the same for ``before`` alone and for the first text.
        """
        encode, inside = self._model.vocabulary.encode, self._model.vocabulary.encode_inside
        words = list(_WORD.finditer(before, 0, max(0, len(before) - SEAM_CHARACTERS)))
        if len(texts) > 1 and words:
            head, tail = before[: words[-1].start()], before[words[-1].start() :]
            known = encode(head)
            if known + inside(tail + texts[0]) == first and known + inside(tail) == encode(before):
                return [known + inside(tail + text) for text in texts]
        return [first, *(encode(before + text) for text in texts[1:])] if texts else []

    def _cut(self, before: str) -> str:
        """The end of ``before`` that is read; cut at the same place while little is added to it."""
        tokens, sizes = self._model.vocabulary.encode_with_sizes(before)
        surplus = len(tokens) - self._most_context
        if surplus <= 0:
            return before
        cut = sum(sizes[: -(-surplus // CUT_STEP_TOKENS) * CUT_STEP_TOKENS])
        return before.encode("utf-8", "surrogatepass")[cut:].decode("utf-8", "ignore")

    # --- reading ---

    def _known(self, context: list[int]) -> int:
        """How many tokens of ``context`` need not be read; the cache then holds these."""
        known = min(common_prefix_length(self._tokens, context), len(context) - 1)
        self._cache.rewind(known)
        self._tokens = self._tokens[:known]
        return known

    def _read(
        self, context: list[int], known: int, top: _Node, interrupted: Interrupted
    ) -> Iterator[int]:
        """Read what is not ``known`` and everything below ``top``; how many tokens were read in each pass."""
        for start in range(known, len(context), self._pass_tokens):
            part = context[start : start + self._pass_tokens]
            logits = yield from self._one_pass(part, interrupted)
            self._tokens += part
            if start + len(part) == len(context):
                _write_logprobs([top], logits)
            yield len(part)
        cache = self._cache
        read = self._read_tree if isinstance(cache, KeyValueCache) else self._read_chains
        yield from read(top, interrupted)
        if self._cache is cache:
            cache.rewind(len(context))

    def _one_pass(
        self, tokens: Sequence[int], interrupted: Interrupted, every: bool = False
    ) -> Generator[int, None, Tensor]:
        """Read ``tokens`` after what the cache holds: the logits of the last one, or of ``every`` one, ``(T, V)``."""
        ids = torch.tensor([list(tokens)], device=self._model.device)
        last = len(tokens) if every else 1
        while True:
            try:
                with torch.inference_mode():
                    return self._model.network(  # type: ignore[no-any-return]
                        ids, self._cache, last=last, cancelled=interrupted
                    )[0]
            except Cancelled:
                yield 0

    def _read_tree(self, top: _Node, interrupted: Interrupted) -> Iterator[int]:
        """All nodes in the order of a walk, some hundred in one pass; the cache keeps the path to where it goes on."""
        decoder, cache = self._model.network, self._cache
        assert isinstance(decoder, Decoder) and isinstance(cache, KeyValueCache)  # noqa: PT018, S101
        nodes = list(_inner_nodes(top))
        below = top.depth + 1
        for start in range(0, len(nodes), self._pass_tokens):
            part, past = nodes[start : start + self._pass_tokens], cache.length
            path = _ancestors(part[0], top)
            places = {id(node): below + at for at, node in enumerate(path)}
            numbers = {id(node): at for at, node in enumerate(part)}
            while True:
                try:
                    with torch.inference_mode():
                        logits = read_tree(
                            decoder,
                            [node.token for node in part],
                            [numbers.get(id(node.parent), -1) for node in part],
                            [node.depth for node in part],
                            cache,
                            interrupted,
                        )
                    break
                except Cancelled:
                    yield 0
            _write_logprobs(part, logits)
            places |= {id(node): past + at for at, node in enumerate(part)}
            if start + len(part) < len(nodes):
                onward = _ancestors(nodes[start + len(part)], top)
                cache.select([*range(below), *(places[id(node)] for node in onward)])
            yield len(part)

    def _read_chains(self, top: _Node, interrupted: Interrupted) -> Iterator[int]:
        """As :meth:`_read_tree` for a network that reads no trees: one way down after the other, back to each fork."""
        chain: list[_Node] = []
        for node in [*_inner_nodes(top), None]:
            if chain and (
                node is None or node.parent is not chain[-1] or len(chain) >= self._pass_tokens
            ):
                self._cache.rewind(chain[0].depth)
                logits = yield from self._one_pass(
                    [each.token for each in chain], interrupted, every=True
                )
                _write_logprobs(chain, logits)
                yield len(chain)
                chain = []
            if node is not None:
                chain.append(node)


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
    followed = [
        (at, child) for at, node in enumerate(nodes) for child in node.children.values()
    ]
    if not followed:
        return
    with torch.inference_mode():
        logits = logits.float()
        totals = logits.logsumexp(dim=-1)
        rows = torch.tensor([at for at, _ in followed], device=logits.device)
        tokens = torch.tensor([child.token for _, child in followed], device=logits.device)
        found = (logits[rows, tokens] - totals[rows]).tolist()
    for (_, child), logprob in zip(followed, found, strict=True):
        child.logprob = logprob


def _score_of(top: _Node, rest: Sequence[int]) -> VariantScore:
    total, node = 0.0, top
    for token in rest:
        node = node.children[token]
        total += node.logprob
    return VariantScore(logprob=total, tokens=len(rest))
