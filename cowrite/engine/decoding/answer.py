"""An answer to a prompt, token by token: where it ends, and which phrases it may and must hold."""

from __future__ import annotations

import codecs
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from cowrite.base.errors import UserError
from cowrite.engine.decoding.choice import ChosenToken
from cowrite.engine.decoding.draft import NO_DRAFT, Copying, Drafter, SuccessRates
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.phrases import AllowedPhrases, BannedPhrases
from cowrite.engine.decoding.prefix_cache import CachedText, PrefixCache
from cowrite.engine.decoding.step_control import UNINTERRUPTED, StepControl, Steps
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.messages import Candidate, Timings, Token
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.networks.steps import Cancelled
from cowrite.localization import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRules:
    """See :class:`~cowrite.engine.messages.InstructRequest`; ``copied`` is given as tokens.

    ``drafting`` tells whether tokens are drafted and verified several at a time, which changes the time and not the
    answer.
    """

    max_tokens: int
    stop: tuple[str, ...] = ()
    temperature: float = 0.0
    seed: int = 0
    allowed: tuple[str, ...] = ()
    banned: tuple[str, ...] = ()
    copied: tuple[int, ...] = ()
    drafting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer with what it took."""

    candidate: Candidate
    timings: Timings
    prompt_tokens: int
    cached_tokens: int


class Answerer:
    """Answers prompts on one model; ``cache`` keeps what was read. Not safe for two threads at once."""

    def __init__(
        self,
        model: LoadedModel,
        cache: PrefixCache,
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._model = model
        self._cache = cache
        self._clock = clock

    @torch.inference_mode()
    def steps(
        self, prompt: list[int], rules: AnswerRules, control: StepControl = UNINTERRUPTED
    ) -> Steps[Answer]:
        """Answer ``prompt`` step by step; between two steps other requests may be answered.

        Raises Cancelled, and UserError if there is no room for the answer or no allowed phrase can be written.
        """
        model = self._model
        if len(prompt) + rules.max_tokens > model.context_tokens:
            raise UserError(
                tr(
                    "The text is too long for this model, which takes {context_tokens} tokens with the answer.",
                    context_tokens=model.context_tokens,
                ),
                tr("Choose a shorter passage, or ask for a shorter answer."),
            )
        started = self._clock()
        writer = _Writer(model, rules)
        text = self._cache.claim(prompt)
        known = len(text.tokens)
        loop = _Loop(self, text, writer, rules, control)
        try:
            logits = yield from text.read_on(prompt, [], control)
            read_at = self._clock()
            yield from loop.run(logits, prompt)
        finally:
            self._cache.release(text)
        ended = self._clock()
        return Answer(
            candidate=writer.candidate(),
            timings=Timings(
                prefill=(read_at - started) * 1000,
                first_token=((loop.first_at or ended) - started) * 1000,
                total=(ended - started) * 1000,
            ),
            prompt_tokens=len(prompt),
            cached_tokens=known,
        )

    def now(self) -> float:
        """The time, in seconds."""
        return self._clock()

    def logprobs(self, logits: Tensor) -> Tensor:
        """Natural-log probabilities ``(N, V)`` of what may be chosen at all, by ``logits (N, V)``."""
        allowed = logits.float().clone()
        allowed[:, self._model.vocabulary.never_chosen(allowed.shape[1])] = -math.inf
        return allowed.log_softmax(dim=-1)

    def choose(self, logprobs: Tensor, writer: _Writer, rules: AnswerRules) -> ChosenToken | None:
        """The token that comes next by ``logprobs (V,)``; None if none may.

        Its log-probability is that among the tokens that may come.
        """
        permitted, forbidden = writer.permitted(), writer.forbidden()
        if permitted is not None:
            mask = torch.full_like(logprobs, -math.inf)
            mask[sorted(permitted)] = 0.0
            logprobs = logprobs + mask
        if forbidden:
            logprobs = logprobs.clone()
            logprobs[sorted(forbidden)] = -math.inf
        if forbidden or permitted is not None:
            logprobs = logprobs.log_softmax(dim=-1)
        sampling = Sampling(rules.temperature, rules.seed, 0, writer.count)
        token = int(sampling.scores(logprobs, None, logprobs.shape[0]).argmax())
        logprob = float(logprobs[token])
        return ChosenToken(token, logprob) if logprob > -math.inf else None


class _Loop:
    """Adds tokens to one answer until it ends, as many at a time as were drafted rightly.

    What is rewritten mostly repeats what was read.
    """

    def __init__(
        self,
        answerer: Answerer,
        text: CachedText,
        writer: _Writer,
        rules: AnswerRules,
        control: StepControl,
    ) -> None:
        self._answerer = answerer
        self._text = text
        self._writer = writer
        self._rules = rules
        self._control = control
        self.first_at: float | None = None

    def run(self, logits: Tensor, prompt: list[int]) -> Steps[None]:
        """``logits (1, V)`` are those after ``prompt``, which was read."""
        writer, text, rates = self._writer, self._text, SuccessRates()
        drafter = Drafter(writer.model.vocabulary, PersonalNgrams(), rates, prompt)
        copying = Copying(self._rules.copied, rates)
        draft = NO_DRAFT
        while True:
            certain, agreed = len(text.tokens) - len(draft.tokens), 0
            for row in self._answerer.logprobs(logits):
                writer.take(self._answerer.choose(row, writer, self._rules))
                self.first_at = self.first_at or self._answerer.now()
                yield writer.candidate()
                if writer.done or agreed == len(draft.tokens):
                    break
                drafter.chosen(writer.last)
                copying.chosen(writer.last)
                if writer.last != draft.tokens[agreed]:
                    break
                agreed += 1
            else:
                raise AssertionError("there is one row of logits more than drafted tokens")
            text.keep(certain + agreed)
            rates.record(draft, agreed)
            if writer.done:
                return
            if agreed == len(draft.tokens):
                drafter.chosen(writer.last)
                copying.chosen(writer.last)
            if self._control.cancelled():
                raise Cancelled
            most = self._rules.max_tokens - writer.count - 1  # the last one need not be read
            draft = NO_DRAFT
            if self._rules.drafting:
                draft = copying.draft(most) if self._rules.copied else NO_DRAFT
                draft = draft if draft.tokens else drafter.draft(lambda: writer.text, b"", most)
            logits = yield from text.read_more([writer.last], draft.tokens, self._control)


class _Writer:
    """The answer while it grows. ``text`` is all that was written, also what may be the beginning of a stop text.

    ``last`` is the last token, and ``count`` how many there are.
    """

    def __init__(self, model: LoadedModel, rules: AnswerRules) -> None:
        self.model = model
        self._rules = rules
        # An allowed phrase is always whole.
        self._stop = () if rules.allowed else tuple(each for each in rules.stop if each)
        self._banned = BannedPhrases(model.vocabulary, rules.banned)
        self._allowed = AllowedPhrases(
            model.vocabulary, rules.allowed, self._banned, most_tokens=rules.max_tokens
        )
        if rules.allowed and not self._allowed:
            raise UserError(
                tr("None of the allowed phrases can be written."),
                tr("Allow others, ban fewer, or allow more tokens."),
            )
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._ids: tuple[int, ...] = ()
        self._written = b""
        self._tokens: list[Token] = []
        self._shown = 0
        self._is_cut = False
        self.text = ""
        self.last = 0
        self.done = False

    @property
    def count(self) -> int:
        """How many tokens were taken."""
        return len(self._ids)

    def permitted(self) -> set[int] | None:
        """The tokens that may come next; None if any may."""
        if not self._allowed:
            return None
        following = self._allowed.following(self._ids)
        return following | self.model.stop_tokens if self._allowed.is_one(self._ids) else following

    def forbidden(self) -> set[int]:
        """The tokens that may not: they would complete a banned phrase, or break a character."""
        begun, _ = self._decoder.getstate()
        return self._banned.forbidden(self._written) | self.model.vocabulary.breaking(begun)

    def take(self, choice: ChosenToken | None) -> None:
        """Add ``choice``, or end: with it, or for want of one."""
        if choice is None:
            self._end(is_cut=True)
            return
        if choice.token in self.model.stop_tokens:
            self._end(is_cut=False)
            return
        written = self.model.vocabulary.bytes_of(choice.token)
        new = self._decoder.decode(written)
        self._written += written
        self._ids += (choice.token,)
        self.last = choice.token
        self.text += new
        self._tokens.append(Token(text=new, logprob=choice.logprob))
        ends = [
            at for each in self._stop if (at := self.text.find(each, self._searched(each))) >= 0
        ]
        if ends:
            self._end(is_cut=False, at=min(ends))
        elif self._allowed:
            if not self._allowed.following(self._ids):
                self._end(is_cut=False)
        elif self.count >= self._rules.max_tokens:
            self._end(is_cut=True)
        else:
            self._shown = max(self._shown, len(self.text) - self._held_back())

    def candidate(self) -> Candidate:
        """What is sure of the answer so far; at its end, all of it."""
        tokens, left = list[Token](), self._shown
        for each in self._tokens:
            if left <= 0 and each.text:
                break
            tokens.append(each if len(each.text) <= left else replace(each, text=each.text[:left]))
            left -= len(each.text)
        return Candidate(
            text=self.text[: self._shown],
            logprob=sum(each.logprob for each in tokens),
            tokens=tuple(tokens),
            is_cut=self._is_cut,
        )

    def _end(self, *, is_cut: bool, at: int | None = None) -> None:
        self.done, self._is_cut = True, is_cut
        self._shown = len(self.text) if at is None else at

    def _searched(self, stop: str) -> int:
        """Up to where there is no ``stop``: all that was shown is sure."""
        return max(0, self._shown - len(stop))

    def _held_back(self) -> int:
        """How many of the last characters may be the beginning of a stop text."""
        longest = 0
        for each in self._stop:
            for length in range(min(len(each) - 1, len(self.text)), longest, -1):
                if self.text.endswith(each[:length]):
                    longest = length
                    break
        return longest
