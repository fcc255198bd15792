"""Which token comes next: the model's distribution mixed with the writer's own words, and a choice from it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass
from string import ascii_lowercase

import torch
from torch import Tensor

from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.decoding.word_ends import WordEnds, ends_in_a_word
from cowrite.engine.loading.load import LoadedModel
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.tokens.vocabulary import Vocabulary

# So much of the text before a token says how a tokenizer divides it.
SEAM_CHARACTERS = 64
# So many of the most probable tokens are looked at together there.
LOOKED_AT = 8
# Less trust in the writer's own words than this changes nothing.
LEAST_TRUST = 0.01


@dataclass(frozen=True, slots=True)
class ChosenToken:
    """A token that may come next, and its natural-log probability among those allowed, before any temperature.

    ``own``: which share of that probability is from the writer's own words. Natural logs of probabilities at the same
    place: ``ended`` that the word before ends there, 0 outside a word; ``agreed`` that a model asked without it being
    typed would have gone on with what is pending, 0 where nothing is.
    """

    token: int
    logprob: float
    own: float = 0.0
    ended: float = 0.0
    agreed: float = 0.0


@dataclass(frozen=True, slots=True)
class Seam:
    """The place between what is ``typed`` of a word, in bytes, and what is new; ``spelled`` are its tokens so far.

    A model knows a word divided as its tokenizer divides it, and says nothing that holds of any other division: that
    “ ” is likely, as before a number, does not make “ ” and “the” likely, and after “ the” an “m” cannot follow,
    because that would have been “ them”. Such divisions are left out.
    """

    typed: bytes
    spelled: tuple[int, ...] = ()

    def fits(self, vocabulary: Vocabulary, text: str, token: int) -> bool:
        """Whether ``token`` may follow at the end of ``text``, which ends with what is typed."""
        tokens = [*self.spelled, token]
        beyond = b"".join(map(vocabulary.bytes_of, tokens))[len(self.typed) :]
        try:
            new = beyond.decode()
        except UnicodeDecodeError:
            return True  # a part of a character
        before = text[-SEAM_CHARACTERS:]
        if not self.typed.isascii() or self._division(vocabulary, before, "") is None:
            return True  # where nothing is known of how words are divided, nothing is left out
        if new:
            return self._division(vocabulary, before, new) == tokens
        divisions = (self._division(vocabulary, before, more) for more in ("", *ascii_lowercase))
        return any(each is not None and each[: len(tokens)] == tokens for each in divisions)

    def _division(self, vocabulary: Vocabulary, before: str, new: str) -> list[int] | None:
        """The tokens of what is typed and ``new`` at the end of ``before``; None if they begin within another."""
        left = len(self.typed) + len(new.encode())
        tokens = vocabulary.encode(before + new)
        for at in range(len(tokens) - 1, -1, -1):
            left -= len(vocabulary.bytes_of(tokens[at]))
            if left <= 0:
                return tokens[at:] if left == 0 else None
        return None


@dataclass(frozen=True, slots=True)
class GuessedTokens:
    """``shares``: which tokens the writer's own words say may come, of 1 at most; ``trust`` is what 1 is worth."""

    shares: Mapping[int, float]
    trust: float

    def without(self, wrong: Set[int]) -> tuple[dict[int, float], float]:
        """Each token's share of those that are not ``wrong``, and the trust in all of them."""
        kept = {token: share for token, share in self.shares.items() if token not in wrong}
        fitting = sum(kept.values())
        if not fitting:
            return {}, 0.0
        return {token: share / fitting for token, share in kept.items()}, self.trust * fitting


NO_TOKENS = GuessedTokens({}, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a token is chosen. ``weighs_end``: a word that has most probably ended does not go on."""

    guessed: GuessedTokens
    pending: bytes
    ends_word: bool
    weighs_end: bool


class Chooser:
    """Chooses tokens. ``ngrams`` are the writer's own words."""

    def __init__(self, model: LoadedModel, ngrams: PersonalNgrams) -> None:
        self._model, self._ngrams = model, ngrams
        self._never: Tensor | None = None
        self._ends = WordEnds(model.vocabulary)

    def choices(
        self,
        logits: Tensor,
        text: str,
        pending: bytes,
        count: int,
        sampling: Sampling,
        seam: Seam | None = None,
        begun: tuple[int, ...] = (),
    ) -> list[ChosenToken]:
        """The ``count`` best next tokens after ``text`` by ``logits (V,)``, or as many draws without replacement.

        Only tokens that agree with ``pending``, typed but not read, are allowed, and at a ``seam`` only those that
        divide the word as the tokenizer does. ``begun`` are the tokens chosen since the word's beginning.
        """
        place = _Place(
            guessed=self._guessed(text, pending, begun),
            pending=pending,
            # Of several candidates each is to be another beginning, whatever comes of it.
            ends_word=not pending and ends_in_a_word(text),
            weighs_end=count == 1 and sampling.temperature <= 0.0,
        )
        if seam is None:
            return self._choices(logits, place, count, sampling)
        wrong: set[int] = set()
        while True:
            found = self._choices(logits, place, max(count, LOOKED_AT), sampling, wrong)
            more = {
                each.token
                for each in found
                if not seam.fits(self._model.vocabulary, text, each.token)
            }
            if not more:
                return found[:count]
            wrong |= more

    def _choices(
        self,
        logits: Tensor,
        place: _Place,
        count: int,
        sampling: Sampling,
        wrong: Set[int] = frozenset(),
    ) -> list[ChosenToken]:
        """As :meth:`choices`, of all tokens but the ``wrong`` ones."""
        allowed: Tensor | None = None
        size, agreed = logits.shape[0], 0.0
        if place.pending:
            starting = self._model.vocabulary.starting_with(place.pending)
            ids = [i for i in starting if i not in wrong]
            if not ids:
                return []
            allowed = torch.tensor(ids, device=logits.device, dtype=torch.long)
            whole = logits.float().logsumexp(dim=-1)
            logits = logits[allowed]
            agreed = float(logits.float().logsumexp(dim=-1) - whole)
        else:
            logits = self._without_rows_of_nothing(logits)
            if wrong:
                logits = logits.clone()
                logits[list(wrong)] = -math.inf
        logprobs = logits.float().log_softmax(dim=-1)
        weights, trust = place.guessed.without(wrong)
        if weights:
            logprobs = _mixed(logprobs, weights, trust, allowed)
        ended, choosable = self._weigh_end(logprobs, place) if place.ends_word else (0.0, logprobs)
        scores = sampling.scores(choosable, allowed, size)
        at = scores.topk(min(count, scores.numel())).indices
        tokens = at if allowed is None else allowed[at]
        triples = zip(tokens.tolist(), logprobs[at].tolist(), scores[at].tolist(), strict=True)
        return [
            ChosenToken(
                token,
                logprob,
                own=min(1.0, trust * weights.get(token, 0.0) * math.exp(-logprob)),
                ended=ended,
                agreed=agreed,
            )
            for token, logprob, score in triples
            if token not in wrong and score > -math.inf
        ]

    def _weigh_end(self, logprobs: Tensor, place: _Place) -> tuple[float, Tensor]:
        """The natural-log probability that the word ends here, and ``logprobs (V,)`` to choose by.

        Many tokens may come after a word, and few go on with it; so the most probable one may go on although the word
        has most probably ended. No word that goes on is more probable than its next token.
        """
        going_on = self._ends.going_on(logprobs)
        ended = float(logprobs.masked_fill(going_on, -math.inf).logsumexp(dim=-1))
        longer = logprobs.masked_fill(~going_on, -math.inf)
        if place.weighs_end and ended > float(longer.max()):
            return ended, logprobs.masked_fill(going_on, -math.inf)
        return ended, logprobs

    def _without_rows_of_nothing(self, logits: Tensor) -> Tensor:
        """``logits (V,)`` that rule out the rows without a token: embeddings are often padded to a round number."""
        if self._never is None:
            ids = self._model.vocabulary.never_chosen(logits.shape[0])
            self._never = torch.tensor(ids, device=logits.device, dtype=torch.long)
        return logits.index_fill(0, self._never, -math.inf) if len(self._never) else logits

    def _guessed(self, text: str, pending: bytes, begun: tuple[int, ...] = ()) -> GuessedTokens:
        """What the writer's own words say of the next token.

        After tokens that were chosen, only words count that the tokenizer divides so: a model that wrote “ be” has
        ended the word, or goes on as in “ be” and “gged”, but “ believe” it would have written otherwise. So “lie”
        takes nothing from what comes after “ be”.
        """
        guesses = self._ngrams.guesses(text)
        if guesses.trust < LEAST_TRUST:
            return NO_TOKENS
        vocabulary = self._model.vocabulary
        shares: dict[int, float] = {}
        for guess in guesses.guesses:
            tokens = tokens_after(vocabulary, begun, pending, guess.text)
            if not tokens:
                continue
            written = vocabulary.bytes_of(tokens[0])
            if written.startswith(pending) or pending.startswith(written):
                shares[tokens[0]] = shares.get(tokens[0], 0.0) + guess.share
        return GuessedTokens(shares, guesses.trust)


def tokens_after(
    vocabulary: Vocabulary, begun: tuple[int, ...], pending: bytes, guess: str
) -> list[int]:
    """The tokens that write ``pending`` and ``guess`` after those ``begun``, which write the word up to there.

    Empty if the tokenizer divides the whole word otherwise, cannot write it, or a character is typed by half.
    """
    written = b"".join(map(vocabulary.bytes_of, begun)) + pending
    try:
        tokens = vocabulary.encode_inside(written.decode() + guess)
    except UnicodeDecodeError:
        return []
    return tokens[len(begun) :] if tuple(tokens[: len(begun)]) == begun else []


def _mixed(
    logprobs: Tensor, weights: Mapping[int, float], trust: float, allowed: Tensor | None
) -> Tensor:
    """``log((1 - trust) * exp(logprobs) + trust * share)``; ``logprobs (N,)`` are of the ``allowed`` ones or all."""
    mixed = logprobs + math.log1p(-trust) if trust < 1 else torch.full_like(logprobs, -math.inf)
    tokens = torch.tensor(list(weights), device=logprobs.device)
    if allowed is not None:
        found, tokens = (allowed[:, None] == tokens).nonzero(as_tuple=True)
        parts = torch.tensor(list(weights.values()), device=logprobs.device)[tokens]
    else:
        found, parts = tokens, torch.tensor(list(weights.values()), device=logprobs.device)
    mixed[found] = torch.logaddexp(mixed[found], (trust * parts).log())
    return mixed
