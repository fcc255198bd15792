"""From a request to candidates: what is read of the writer's text, and what the token loop makes of it.

Greedy unless a temperature is asked for, because one confident continuation is worth more at the caret than variety.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import torch

from cowrite.base.words import is_unspaced
from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import Chooser
from cowrite.engine.decoding.draft import Drafter, SuccessRates
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.prefix_cache import CachedText, PrefixCache
from cowrite.engine.decoding.step_control import UNINTERRUPTED, StepControl, Steps
from cowrite.engine.decoding.token_loop import TokenLoop
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.messages import Candidate, CompletionRequest, CompletionResult, Timings
from cowrite.engine.networks.adapter import Adapter
from cowrite.engine.networks.steps import finish

# A longer prompt is cut from the left in steps of this many tokens, so that the cached prefix survives many requests.
CUT_STEP_TOKENS = 256
# A word of more tokens than this is a number or a chain of characters, which healing does not help.
MOST_HEALED_TOKENS = 6


class Completer:
    """Completes requests on one model, keeping what it has read. Not safe for use by two threads at once.

    ``ngrams`` are the writer's own words; the probability of a token is the model's mixed with theirs. ``drafting``
    tells whether tokens are drafted and verified several at a time, which changes the time and not the answer.
    """

    def __init__(
        self,
        model: LoadedModel,
        *,
        model_id: str,
        clock: Callable[[], float] = time.perf_counter,
        max_prompt_tokens: int = 2048,
        ngrams: PersonalNgrams | None = None,
    ) -> None:
        self.model = model
        self.model_id = model_id
        self.adapter_id, self.adapter_scale = "", 1.0
        self.max_prompt_tokens = min(max_prompt_tokens, model.context_tokens - 64)
        self.cache = PrefixCache(model)
        self.ngrams = ngrams or PersonalNgrams()
        self._no_ngrams = PersonalNgrams()
        self._choosers = {
            is_private: Chooser(model, self._ngrams_for(is_private)) for is_private in (False, True)
        }
        self.drafting = True
        self._rates = SuccessRates()
        self._clock = clock

    def use_adapter(self, adapter: Adapter | None, scale: float = 1.0) -> None:
        """Compute with ``adapter``, ``scale`` times as strong, or with none; what was read is read again.

        Raises UserError if it does not fit.
        """
        used = adapter.scaled(scale) if adapter else None
        self.model.network.use_adapter(used)
        self.adapter_id, self.adapter_scale = (used.id, scale) if used else ("", 1.0)
        self.cache.clear()

    def complete(
        self,
        request: CompletionRequest,
        on_update: Callable[[Candidate], None] = lambda _: None,
        control: StepControl = UNINTERRUPTED,
    ) -> CompletionResult:
        """Continue ``request.before`` now. Raises Cancelled as :class:`StepControl` says."""
        return finish(self.steps(request, control), lambda each: on_update(each) if each else None)

    @torch.inference_mode()
    def steps(
        self, request: CompletionRequest, control: StepControl = UNINTERRUPTED
    ) -> Steps[CompletionResult]:
        """Continue ``request.before`` step by step; between two steps other requests may be answered."""
        started = self._clock()
        prompt, pending = self.prompt(request.before)
        text = self.cache.claim(prompt)
        known = len(text.tokens)
        try:
            loop = self._token_loop(request, prompt, text, control)
            rows = yield from loop.rows(prompt, pending)
        finally:
            self.cache.release(text)
        ended = self._clock()
        return CompletionResult(
            candidates=_distinct(rows),
            likely_next=loop.next_characters.best(),
            model=self.model_id,
            adapter=self.adapter_id,
            adapter_scale=self.adapter_scale,
            device=str(self.model.device),
            quantization=self.model.quantization.value,
            timings=Timings(
                prefill=((loop.read_at or ended) - started) * 1000,
                first_token=((loop.first_at or ended) - started) * 1000,
                total=(ended - started) * 1000,
            ),
            prompt_tokens=len(prompt),
            cached_tokens=known,
        )

    def _token_loop(
        self, request: CompletionRequest, prompt: list[int], text: CachedText, control: StepControl
    ) -> TokenLoop:
        # To verify three tokens takes as long as two alone, and what waits must wait no longer than for one.
        is_drafting = self.drafting and not control.gives_way
        ngrams = self._ngrams_for(request.is_private)
        drafter = Drafter(self.model.vocabulary, ngrams, self._rates, prompt)
        return TokenLoop(
            model=self.model,
            request=request,
            text=text,
            chooser=self._choosers[request.is_private],
            drafter=drafter if is_drafting else None,
            rates=self._rates,
            control=control,
            clock=self._clock,
        )

    def _ngrams_for(self, is_private: bool) -> PersonalNgrams:
        return self._no_ngrams if is_private else self.ngrams

    def prompt(self, before: str) -> tuple[list[int], bytes]:
        """The tokens to read, and the bytes of the word at the caret, which is chosen again (token healing).

        What is typed of a word rarely begins with the tokens that the whole word will have: “ deci” is “ dec” and “i”,
        and “ decisions” is one token. So none of them is read; the model chooses among all tokens that agree with them.
        """
        tokens = self.model.vocabulary.encode(before)
        surplus = len(tokens) - self.max_prompt_tokens
        if surplus > 0:
            tokens = tokens[-(-surplus // CUT_STEP_TOKENS) * CUT_STEP_TOKENS :]
        if not tokens:
            return self._beginning() or [self.model.start_token], b""
        written = [self.model.vocabulary.bytes_of(token) for token in tokens[-MOST_HEALED_TOKENS:]]
        if not written[-1]:  # the tokenizer's mark for a character that it cannot write
            return self._beginning() + tokens, b""
        healed = 1
        while healed < len(written) and _goes_on_a_word(b"".join(written[-healed:])):
            healed += 1
        if not _is_letter(written[-healed].removeprefix(b" ")) and healed > 1:
            healed -= 1
        pending = b"".join(written[-healed:])
        prompt = self._beginning() + tokens[:-healed]
        return prompt or [self.model.start_token], pending

    def _beginning(self) -> list[int]:
        """What this model expects before any text: many were never shown a text without it."""
        return list(self.model.vocabulary.beginning)


def _goes_on_a_word(written: bytes) -> bool:
    """Whether these bytes continue the word before them.

    Not so where words follow each other without a space: there the last character is enough to choose again.
    """
    return _is_letter(written) and not is_unspaced(written.decode(errors="ignore")[:1])


def _is_letter(written: bytes) -> bool:
    """Whether a letter or digit of any script, or a part of one, comes first."""
    return written[:1].isalnum() or written[:1] >= b"\x80"


def _distinct(rows: list[CandidateRow]) -> tuple[Candidate, ...]:
    """The rows' candidates without empty ones and without the same text twice, in the same order."""
    by_text: dict[str, Candidate] = {}
    for row in rows:
        if row.text:
            by_text.setdefault(row.text, row.candidate())
    return tuple(by_text.values())
