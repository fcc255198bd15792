"""Guesses of the next few tokens, which the model then verifies in one pass instead of making them one by one.

Reading eight tokens takes three to four times as long as reading one. So where a text repeats itself (a name, a
quotation, the phrases of a mail) several tokens come for the price of few. What is taken is what the model would have
chosen anyway: a draft changes the time and nothing else (Stern et al. 2018, arXiv 1811.03115; for drafts from the
prompt itself: Saxena 2023, “Prompt Lookup Decoding”). Knows no model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cowrite.engine.decoding.choice import tokens_after
from cowrite.engine.decoding.personal_ngrams import PersonalNgrams
from cowrite.engine.tokens.vocabulary import Vocabulary

MOST_DRAFTED = 8
# Reading a token more costs about a third of a pass; one right token saves a whole one.
LEAST_SUCCESS = 0.3
# How much of a text the latest pair of tokens may be compared with, backwards.
MOST_MATCHED = 4
# Words less probable than this are not drafted. Others that are less and more probable than one half are two sources.
LEAST_TRUST_IN_WORDS = 0.1


@dataclass(frozen=True, slots=True)
class Draft:
    """``tokens`` that may come next. ``source`` says where they are from, for the record of how such drafts do."""

    tokens: tuple[int, ...] = ()
    source: str = ""


NO_DRAFT = Draft()


class SuccessRates:
    """How often a drafted token was right where those before it were, by source; old drafts count less and less."""

    MEMORY = 0.95

    def __init__(self) -> None:
        self._right: dict[str, float] = defaultdict(lambda: 1.0)
        self._tried: dict[str, float] = defaultdict(lambda: 2.0)

    def expect(self, source: str, share: float) -> None:
        """Of a source without a record, that so many of its tokens will be right, as if ten had been tried."""
        if source not in self._tried:
            self._right[source], self._tried[source] = 10 * share, 10.0

    def of(self, source: str) -> float:
        """The share that was right; one half of a source without a record."""
        return self._right[source] / self._tried[source]

    def worth_drafting(self, source: str, most: int) -> int:
        """How many tokens, up to ``most``, save more than they cost, if the n-th needs all before it to be right."""
        share, right, length = self.of(source), 1.0, 0
        while length < most and right * share >= LEAST_SUCCESS:
            right *= share
            length += 1
        return length

    def forgive(self, source: str) -> None:
        """A draft of this source was not tried; after a hundred such times it is tried again."""
        self._tried[source] *= 0.99

    def record(self, draft: Draft, agreed: int) -> None:
        """The model agreed with the first ``agreed`` tokens of ``draft``."""
        if draft.tokens:
            tried = min(agreed + 1, len(draft.tokens))
            self._right[draft.source] = self.MEMORY * self._right[draft.source] + agreed
            self._tried[draft.source] = self.MEMORY * self._tried[draft.source] + tried


class PromptLookup:
    """Where each pair of tokens stood last in a text that grows."""

    def __init__(self, tokens: Sequence[int]) -> None:
        self._tokens: list[int] = []
        self._after: dict[tuple[int, int], int] = {}
        for token in tokens:
            self.add(token)

    def add(self, token: int) -> None:
        """The text has one token more."""
        tokens = self._tokens
        if len(tokens) >= 2:
            self._after[tokens[-2], tokens[-1]] = len(tokens)
        tokens.append(token)

    def following(self, most: int, guessed: Sequence[int] = ()) -> tuple[int, tuple[int, ...]]:
        """How many of the last tokens stood together before (up to MOST_MATCHED), and what followed them there.

        ``guessed`` are taken to be the last ones.
        """
        tokens, end = self._tokens, [*self._tokens[-MOST_MATCHED:], *guessed]
        at = self._after.get((end[-2], end[-1])) if len(end) >= 2 else None
        if at is None:
            return 0, ()
        matched = 2
        while (
            matched < min(MOST_MATCHED, len(end), at)
            and tokens[at - matched - 1] == end[-matched - 1]
        ):
            matched += 1
        return matched, tuple(tokens[at : at + most])


class Copying:
    """Where an answer is in ``tokens``, a text that it mostly repeats; what comes next there is its draft.

    Where it leaves the text nothing is drafted until a token agrees again: the next such one of the text within
    FARTHEST tokens, or else the last one before.
    """

    FARTHEST = 24
    LONGEST_RUN = 4

    def __init__(self, tokens: Sequence[int], rates: SuccessRates) -> None:
        self._tokens = tuple(tokens)
        self._rates = rates
        self._at = 0
        self._run = self.LONGEST_RUN  # it begins as the text does
        for run, share in enumerate((0.5, 0.7, 0.85, 0.9), start=1):
            rates.expect(self._source(run), share)

    def chosen(self, token: int) -> None:
        """The model chose ``token``."""
        tokens, at = self._tokens, self._at
        if at < len(tokens) and tokens[at] == token:
            self._at += 1
            self._run = min(self._run + 1, self.LONGEST_RUN)
            return
        self._run = 0
        ahead = range(at, min(len(tokens), at + self.FARTHEST))
        behind = range(at - 1, max(-1, at - self.FARTHEST), -1)
        found = next((place for place in (*ahead, *behind) if tokens[place] == token), None)
        if found is not None:
            self._at, self._run = found + 1, 1

    def draft(self, most: int) -> Draft:
        """Up to ``most`` tokens that come next in the text, as many as are worth it."""
        following = self._tokens[self._at : self._at + min(most, MOST_DRAFTED)]
        if not self._run or not following:
            return NO_DRAFT
        source = self._source(self._run)
        return Draft(following[: self._rates.worth_drafting(source, len(following))], source)

    @staticmethod
    def _source(run: int) -> str:
        return f"copy {run}"


class Drafter:
    """Drafts for one request. ``text`` gives what stands before the caret with what is chosen so far."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        ngrams: PersonalNgrams,
        rates: SuccessRates,
        prompt: Sequence[int],
    ) -> None:
        self._vocabulary = vocabulary
        self._ngrams = ngrams
        self._rates = rates
        self._tokens = list(prompt)
        # Made when something is drafted: to look through a prompt takes milliseconds, and often nothing is.
        self._prompt_lookup: PromptLookup | None = None

    def chosen(self, token: int) -> None:
        """The model chose ``token``."""
        self._tokens.append(token)
        if self._prompt_lookup is not None:
            self._prompt_lookup.add(token)

    @property
    def _lookup(self) -> PromptLookup:
        if self._prompt_lookup is None:
            self._prompt_lookup = PromptLookup(self._tokens)
        return self._prompt_lookup

    def draft(
        self, text: Callable[[], str], pending: bytes, most: int, begun: tuple[int, ...] = ()
    ) -> Draft:
        """Up to ``most`` tokens that may come next; they begin with what is ``pending``, typed but not read.

        ``begun`` are the tokens since the beginning of the last word.
        """
        most = min(most, MOST_DRAFTED)
        if most <= 0:
            return NO_DRAFT
        matched, tokens = self._lookup.following(most)
        found = Draft(tokens, f"text {matched}") if tokens else NO_DRAFT
        if not self._fits(tokens, pending):
            found = NO_DRAFT
        words = self._from_words(text(), pending, most, begun)
        rate = self._rates.of
        if words and (not found.tokens or rate(words.source) > rate(found.source)):
            found = words
        return self._shortened(found, pending) if found.tokens else NO_DRAFT

    def _shortened(self, draft: Draft, pending: bytes) -> Draft:
        """As much of ``draft`` as is worth it; what only repeats ``pending`` is as good as certain."""
        length = self._rates.worth_drafting(draft.source, len(draft.tokens))
        if not length:
            self._rates.forgive(draft.source)
            return NO_DRAFT
        while not self._fits(draft.tokens[:length], pending):
            length += 1
        return Draft(draft.tokens[:length], draft.source)

    def _from_words(
        self, text: str, pending: bytes, most: int, begun: tuple[int, ...]
    ) -> Draft | None:
        """What the writer's own counts say, as far as they are sure of one thing."""
        guesses = self._ngrams.guesses(text)
        best = guesses.guesses[0] if guesses.guesses else None
        trust = guesses.trust * best.share if best else 0.0
        if best is None or trust < LEAST_TRUST_IN_WORDS:
            return None
        tokens = tokens_after(self._vocabulary, begun, pending, best.text)[:most]
        if not self._fits(tokens, pending):
            return None
        _, further = self._lookup.following(most - len(tokens), tokens)
        return Draft((*tokens, *further), "sure words" if trust >= 0.5 else "words")

    def _fits(self, tokens: Sequence[int], pending: bytes) -> bool:
        written = b"".join(self._vocabulary.bytes_of(token) for token in tokens)
        return bool(tokens) and written.startswith(pending)
