"""From a request to candidates: the token loop.

Greedy, because one confident continuation is worth more at the caret than variety; several candidates differ in their
first token and are then continued together in one batch. Does not know what will be shown of them.
"""

from __future__ import annotations

import codecs
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import zip_longest

import torch
from torch import Tensor

from cowrite.engine.load import LoadedModel
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    CompletionUpdate,
    Timings,
    Token,
)
from cowrite.engine.network import Cache
from cowrite.engine.prefix_cache import Cancelled, PrefixCache

# A longer prompt is cut from the left in steps of this many tokens, so that the cached prefix survives many requests.
CUT_STEP_TOKENS = 256


@dataclass(frozen=True, slots=True)
class Choice:
    """A token that may come next, and its natural-log probability among those allowed."""

    token: int
    logprob: float


@dataclass(slots=True)
class _Row:
    """One candidate while it grows. ``pending`` is what the writer already typed of the current token."""

    pending: bytes
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    tokens: list[Token] = field(default_factory=list)
    text: str = ""
    last: int = 0
    done: bool = False

    def take(self, choice: Choice | None, model: LoadedModel, request: CompletionRequest) -> None:
        """Add ``choice``, or end here: at a control token, with enough words, or with no token that fits."""
        written = model.vocabulary.bytes_of(choice.token) if choice else b""
        if (
            choice is None
            or choice.token in model.stop_tokens
            or self._has_enough(written, request)
        ):
            self.done = True
            return
        covered = min(len(self.pending), len(written))
        self.pending = self.pending[covered:]
        new = self.decoder.decode(written[covered:])
        ended = "\n" in new and not request.multiline
        if ended:
            new = new[: new.index("\n")]
        self.text += new
        self.tokens.append(Token(text=new, logprob=choice.logprob))
        self.last = choice.token
        self.done = ended or len(self.tokens) >= request.max_tokens

    def _has_enough(self, written: bytes, request: CompletionRequest) -> bool:
        """Whether ``written`` would begin a word more than was asked for."""
        new_word = not self.pending and written[:1].isspace()
        return new_word and len(self.text.split()) >= request.max_words

    def candidate(self) -> Candidate:
        return Candidate(
            text=self.text,
            logprob=sum(token.logprob for token in self.tokens),
            tokens=tuple(self.tokens),
        )


class Completer:
    """Completes requests on one model, keeping what it has read. Not safe for use by two threads at once."""

    def __init__(
        self,
        model: LoadedModel,
        *,
        model_id: str,
        clock: Callable[[], float] = time.perf_counter,
        max_prompt_tokens: int = 2048,
    ) -> None:
        self.model = model
        self.model_id = model_id
        self.max_prompt_tokens = min(max_prompt_tokens, model.context_tokens - 64)
        self.cache = PrefixCache(model)
        self._clock = clock

    @torch.inference_mode()
    def complete(
        self,
        request: CompletionRequest,
        on_update: Callable[[CompletionUpdate], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> CompletionResult:
        """Continue ``request.before``. Raises Cancelled as soon as ``cancelled()`` is seen to be true."""
        started = self._clock()
        prompt, pending = self._prompt(request.before)
        logits, known = self.cache.read(prompt, cancelled)
        read = self._clock()
        rows = [_Row(pending) for _ in range(request.candidates)]
        for row, choice in zip_longest(rows, self._choices(logits, pending, request.candidates)):
            row.take(choice, self.model, request)
        first_token: float | None = None

        def report() -> None:
            nonlocal first_token
            if rows and rows[0].text:
                first_token = first_token or self._clock()
                on_update(
                    CompletionUpdate(
                        request_id=request.request_id,
                        revision=request.revision,
                        candidate=rows[0].candidate(),
                    )
                )

        report()
        self._grow(request, rows, report, cancelled)
        ended = self._clock()
        return CompletionResult(
            request_id=request.request_id,
            revision=request.revision,
            candidates=_distinct(rows),
            model=self.model_id,
            adapter="",
            device=str(self.model.device),
            quantization=self.model.quantization.value,
            timings=Timings(
                prefill=(read - started) * 1000,
                first_token=((first_token or ended) - started) * 1000,
                total=(ended - started) * 1000,
            ),
            prompt_tokens=len(prompt),
            cached_tokens=known,
        )

    def _prompt(self, before: str) -> tuple[list[int], bytes]:
        """The tokens to read, and the bytes of the last one, which is chosen again (token healing).

        The last token of a text that is being typed is often not the one that its finished word
        will have: “ hou” is one token and “ house” another. So it is not read; the model chooses
        among all tokens that agree with it.
        """
        tokens = self.model.vocabulary.encode(before)
        surplus = len(tokens) - self.max_prompt_tokens
        if surplus > 0:
            tokens = tokens[-(-surplus // CUT_STEP_TOKENS) * CUT_STEP_TOKENS :]
        if not tokens:
            return [self.model.start_token], b""
        pending = self.model.vocabulary.bytes_of(tokens[-1])
        return (tokens[:-1] or [self.model.start_token]), pending

    def _choices(self, logits: Tensor, pending: bytes, count: int) -> list[Choice]:
        """The ``count`` most probable next tokens that agree with ``pending``; ``logits (V,)``."""
        if not pending:
            logprobs = logits.float().log_softmax(dim=-1)
            values, ids = logprobs.topk(count)
            return [Choice(int(i), float(v)) for v, i in zip(values, ids, strict=True)]
        allowed = torch.tensor(
            self.model.vocabulary.starting_with(pending), device=logits.device, dtype=torch.long
        )
        if allowed.numel() == 0:
            return []
        logprobs = logits[allowed].float().log_softmax(dim=-1)
        values, at = logprobs.topk(min(count, allowed.numel()))
        return [Choice(int(allowed[i]), float(v)) for v, i in zip(values, at, strict=True)]

    def _grow(
        self,
        request: CompletionRequest,
        rows: list[_Row],
        report: Callable[[], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Add a token to every unfinished row until none is left."""
        forked = self.cache.fork(len(rows)) if len(rows) > 1 else None
        while not all(row.done for row in rows):
            if cancelled():
                raise Cancelled
            logits = self._step([row.last for row in rows], forked)
            for row, row_logits in zip(rows, logits, strict=True):
                if not row.done:
                    best = self._choices(row_logits, row.pending, 1)
                    row.take(best[0] if best else None, self.model, request)
            report()

    def _step(self, tokens: list[int], forked: Cache | None) -> Tensor:
        """Read one more token in each row: ``(B,) -> logits (B, V)``. One row goes on in the kept cache itself."""
        if forked is None:
            return self.cache.append(tokens)[None]
        ids = torch.tensor(tokens, device=self.model.device)[:, None]
        return self.model.network(ids, forked, last_only=True)[:, -1]  # type: ignore[no-any-return]


def _distinct(rows: list[_Row]) -> tuple[Candidate, ...]:
    """The rows' candidates without empty ones and without the same text twice, in the same order."""
    by_text: dict[str, Candidate] = {}
    for row in rows:
        if row.text:
            by_text.setdefault(row.text, row.candidate())
    return tuple(by_text.values())
