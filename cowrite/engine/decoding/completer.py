"""From a request to candidates: the token loop.

Greedy unless a temperature is asked for, because one confident continuation is worth more at the caret than variety;
several candidates differ in their first token and are then continued together in one batch. Does not know what will be
shown of them.
"""

from __future__ import annotations

import codecs
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from cowrite.base.words import count_words, is_unspaced, starts_without_space
from cowrite.engine.decoding.choice import Choice, Chooser, Seam
from cowrite.engine.decoding.draft import NO_DRAFT, Draft, Drafter, SuccessRates
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.prefix_cache import PrefixCache
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.messages import (
    Candidate,
    CompletionRequest,
    CompletionResult,
    CompletionUpdate,
    Timings,
    Token,
)
from cowrite.engine.networks.adapter import Adapter
from cowrite.engine.networks.network import Cache, Cancelled
from cowrite.engine.networks.sampling import Sampling

# A longer prompt is cut from the left in steps of this many tokens, so that the cached prefix survives many requests.
CUT_STEP_TOKENS = 256
# From this probability on, what is typed is taken to be a whole word, and candidates differ in what comes after it.
SURE_OF_SPELLING = 0.5
# A word of more tokens than this is a number or a chain of characters, which healing does not help.
MOST_HEALED_TOKENS = 6


@dataclass(slots=True)
class _Row:
    """One candidate while it grows. ``pending`` is what the writer already ``typed`` of the word and no token writes.

    ``spelled`` are the tokens that write what was typed.
    """

    pending: bytes
    number: int = 0
    decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )
    tokens: list[Token] = field(default_factory=list)
    text: str = ""
    typed: bytes = b""
    spelled: tuple[int, ...] = ()
    last: int = 0
    word_logprob: float = 0.0
    done: bool = False
    is_cut: bool = False

    def take(self, choice: Choice | None, model: LoadedModel, request: CompletionRequest) -> None:
        """Add ``choice``, or end here: at a control token, with enough words, or with no token that fits."""
        written = model.vocabulary.bytes_of(choice.token) if choice else b""
        if choice is None or choice.token in model.stop_tokens:
            self.done = True
            return
        if self._has_enough(written, request):
            # That a blank follows is part of the word: whoever takes the word takes the blank.
            blank = Token(text=" ", logprob=choice.logprob) if written[:1] == b" " else None
            self.tokens += [blank] if blank and not self.text[-1:].isspace() else []
            self.done = True
            return
        covered = min(len(self.pending), len(written))
        if self.pending:
            self.spelled += (choice.token,)
        self.pending = self.pending[covered:]
        new = self.decoder.decode(written[covered:])
        if "\ufffd" in new:  # the model began a character and wrote something else
            self.done = self.is_cut = True
            return
        ended = "\n" in new and not request.multiline
        if ended:
            new = new[: new.index("\n")]
        begins_word = bool(self.text.strip()) and _begins_word(self.text, new)
        self.word_logprob = choice.logprob + (0.0 if begins_word else self.word_logprob)
        self.text += new
        self.tokens.append(Token(text=new, logprob=choice.logprob))
        self.last = choice.token
        hopeless = self.word_logprob < request.min_word_logprob
        self.is_cut = hopeless or len(self.tokens) >= request.max_tokens
        # Where no blank ends a word, the beginning of the next one does.
        self.done = ended or self.is_cut or _has_more_words(self.text, request.max_words)

    def _has_enough(self, written: bytes, request: CompletionRequest) -> bool:
        """Whether ``written`` would begin a word more than was asked for."""
        new_word = not self.pending and written[:1].isspace()
        return new_word and len(self.text.split()) >= request.max_words

    def copy(self) -> _Row:
        """Another row that begins as this one; nothing of it is decoded by half."""
        return replace(
            self,
            decoder=codecs.getincrementaldecoder("utf-8")("replace"),
            tokens=list(self.tokens),
        )

    def candidate(self) -> Candidate:
        return Candidate(
            text="".join(token.text for token in self.tokens),
            logprob=sum(token.logprob for token in self.tokens),
            tokens=tuple(self.tokens),
            is_cut=self.is_cut,
        )


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
        self.adapter_id = ""
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

    def use_adapter(self, adapter: Adapter | None) -> None:
        """Compute with ``adapter`` or with none; what was read is read again. Raises UserError if it does not fit."""
        self.model.network.use_adapter(adapter)
        self.adapter_id = adapter.id if adapter else ""
        self.cache.clear()

    @torch.inference_mode()
    def complete(
        self,
        request: CompletionRequest,
        on_update: Callable[[CompletionUpdate], None] = lambda _: None,
        cancelled: Callable[[], bool] = lambda: False,
        useless: Callable[[], bool] | None = None,
    ) -> CompletionResult:
        """Continue ``request.before``. Raises Cancelled as soon as ``cancelled()`` is seen to be true.

        What is being read is finished first, unless it is ``useless()`` too; without that, nothing is finished.
        """
        started = self._clock()
        prompt, pending = self.prompt(request.before)
        first = _Row(pending, typed=pending)
        alone = request.candidates == 1
        ngrams = self._ngrams_for(request.is_private)
        drafter = Drafter(self.model.vocabulary, ngrams, self._rates, prompt)
        draft = self._draft(drafter, request, first) if alone else NO_DRAFT
        logits, known = self.cache.read_ahead(prompt, draft.tokens, cancelled, useless)
        read = self._clock()
        rows = [first] if alone else self._first_rows(request, first, logits[0])
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

        if alone:
            self._grow_one(request, first, drafter, (draft, logits), report, cancelled)
        else:
            report()
            self._grow_all(request, rows, report, cancelled)
        ended = self._clock()
        return CompletionResult(
            request_id=request.request_id,
            revision=request.revision,
            candidates=_distinct(rows),
            model=self.model_id,
            adapter=self.adapter_id,
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

    def _first_rows(self, request: CompletionRequest, row: _Row, logits: Tensor) -> list[_Row]:
        """The rows after their first different token; ``logits (V,)`` are those after the prompt.

        Where the most probable token only spells what is typed, the candidates part after it: they are other words,
        not other ways to write this one.
        """
        while True:
            choices = self._choices(logits, request, row, request.candidates)
            best = row.copy()
            best.take(choices[0] if choices else None, self.model, request)
            undecided = request.candidates > 1 and not best.done and not best.text
            if not undecided or choices[0].logprob < math.log(SURE_OF_SPELLING):
                break
            row = best
            logits = self._step([row.last], None)[0]
        others = [row.copy() for _ in choices[1:]]
        for number, (other, choice) in enumerate(zip(others, choices[1:], strict=True), start=1):
            other.number = number
            other.take(choice, self.model, request)
        return [best, *others]

    def _choices(
        self, logits: Tensor, request: CompletionRequest, row: _Row, count: int
    ) -> list[Choice]:
        """The ``count`` tokens that come next in ``row`` by ``logits (V,)``, the one to take first."""
        text = request.before + row.text
        chooser = self._choosers[request.is_private]
        # As soon as something is new, the seam lies behind.
        seam = Seam(row.typed, row.spelled) if row.typed and not row.text else None
        return chooser.choices(logits, text, row.pending, count, _sampling(request, row), seam)

    def _draft(self, drafter: Drafter, request: CompletionRequest, row: _Row) -> Draft:
        if not self.drafting:
            return NO_DRAFT
        most = request.max_tokens - len(row.tokens) - 1  # the last one need not be read
        return drafter.draft(lambda: request.before + row.text, row.pending, most)

    def _ahead(self, request: CompletionRequest, row: _Row) -> tuple[Draft, Tensor] | None:
        """What the model makes of itself when nobody looks, as a draft, where that is faster than to look."""
        if not self.drafting or row.pending:
            return None
        most = request.max_tokens - len(row.tokens)
        ahead = self.cache.append_ahead(row.last, most, _sampling(request, row))
        return ahead and (Draft(tuple(ahead[0]), "ahead"), ahead[1])

    def _grow_one(
        self,
        request: CompletionRequest,
        row: _Row,
        drafter: Drafter,
        ahead: tuple[Draft, Tensor],
        report: Callable[[], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Add tokens to the only row until it ends, as many at a time as the draft was right about.

        ``ahead`` is what was drafted and the logits before, within and after it.
        """
        draft, logits = ahead
        while True:
            certain = len(self.cache.tokens) - len(draft.tokens)
            agreed = self._verify(request, row, drafter, draft, logits, report)
            self.cache.keep(certain + agreed)
            self._rates.record(draft, agreed)
            if row.done:
                return
            if cancelled():
                raise Cancelled
            draft = self._draft(drafter, request, row)
            seen = None if draft.tokens else self._ahead(request, row)
            if seen is not None:
                draft, logits = seen
            else:
                logits = self.cache.append_draft([row.last], draft.tokens, cancelled)

    def _verify(
        self,
        request: CompletionRequest,
        row: _Row,
        drafter: Drafter,
        draft: Draft,
        logits: Tensor,
        report: Callable[[], None],
    ) -> int:
        """Take tokens as long as each is the one that was drafted, and one more; how many were."""
        for agreed, row_logits in enumerate(logits):
            best = self._choices(row_logits, request, row, 1)
            row.take(best[0] if best else None, self.model, request)
            report()
            if row.done:
                return agreed
            drafter.chosen(row.last)
            if agreed == len(draft.tokens) or row.last != draft.tokens[agreed]:
                return agreed
        raise AssertionError("there is one row of logits more than drafted tokens")

    def _grow_all(
        self,
        request: CompletionRequest,
        rows: list[_Row],
        report: Callable[[], None],
        cancelled: Callable[[], bool],
    ) -> None:
        """Add a token to every unfinished row until none is left. One row goes on in the kept cache itself."""
        forked = self.cache.fork(len(rows)) if len(rows) > 1 else None
        while not all(row.done for row in rows):
            if cancelled():
                raise Cancelled
            logits = self._step([row.last for row in rows], forked)
            for row, row_logits in zip(rows, logits, strict=True):
                if not row.done:
                    best = self._choices(row_logits, request, row, 1)
                    row.take(best[0] if best else None, self.model, request)
            report()

    def _step(self, tokens: list[int], forked: Cache | None) -> Tensor:
        """Read one more token in each row: ``(B,) -> logits (B, V)``."""
        if forked is None:
            return self.cache.append(tokens)[None]
        ids = torch.tensor(tokens, device=self.model.device)[:, None]
        return self.model.network(ids, forked, last=1)[:, -1]  # type: ignore[no-any-return]


def _sampling(request: CompletionRequest, row: _Row) -> Sampling:
    """How the next token of ``row`` is chosen."""
    return Sampling(request.temperature, request.seed, row.number, len(row.tokens))


def _begins_word(text: str, new: str) -> bool:
    """Whether ``new`` after ``text`` begins another word."""
    return new[:1].isspace() or len(text) in starts_without_space(text + new)


def _has_more_words(text: str, count: int) -> bool:
    """Whether ``text`` of a script without blanks has more than ``count`` words."""
    return is_unspaced(text) and count_words(text) > count


def _goes_on_a_word(written: bytes) -> bool:
    """Whether these bytes continue the word before them.

    Not so where words follow each other without a blank: there the last character is enough to choose again.
    """
    return _is_letter(written) and not is_unspaced(written.decode(errors="ignore")[:1])


def _is_letter(written: bytes) -> bool:
    """Whether a letter or digit of any script, or a part of one, comes first."""
    return written[:1].isalnum() or written[:1] >= b"\x80"


def _distinct(rows: list[_Row]) -> tuple[Candidate, ...]:
    """The rows' candidates without empty ones and without the same text twice, in the same order."""
    by_text: dict[str, Candidate] = {}
    for row in rows:
        if row.text:
            by_text.setdefault(row.text, row.candidate())
    return tuple(by_text.values())
