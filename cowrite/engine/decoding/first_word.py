"""Which of the two most probable beginnings makes the more probable first word: the search for it looks back once.

Token by token, the most probable beginning is taken; but “ imag” is as probable as all the words that begin so, and
none of them need be as probable as “ imagination”, which is a token of its own. So once the first word has ended, it is
compared with what the second beginning may still become: best-first search with two paths.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import ChosenToken
from cowrite.engine.tokens.vocabulary import Vocabulary

# How much of its probability a beginning keeps, as a rule, until its most probable word has ended: of one that writes
# all that was typed, most of which are whole words, and of one that writes only a part of it. See RESULTS.md.
KEPT_BY_WHOLE = 0.9
KEPT_BY_PART = 0.3


class FirstWord:
    """The contest for the first word of one answer. ``begin`` makes a row to which nothing was added yet.

    ``take`` adds a token to a row.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        begin: Callable[[], CandidateRow],
        take: Callable[[CandidateRow, ChosenToken], None],
    ) -> None:
        self._vocabulary = vocabulary
        self._begin, self._take = begin, take
        self._rival: ChosenToken | None = None
        self._other: CandidateRow | None = None

    def best(self, choices: Sequence[ChosenToken], pending: bytes) -> ChosenToken | None:
        """Of the tokens that may come first, the one to begin with; the next best is kept in mind."""
        ranked = sorted(choices, key=lambda each: -self._promise(each, pending))
        self._rival = ranked[1] if len(ranked) > 1 else None
        return ranked[0] if ranked else None

    def is_open(self, row: CandidateRow) -> bool:
        """Whether the first word may still become another than that of ``row``."""
        return (self._rival or self._other) is not None and not _is_settled(row)

    def instead_of(self, row: CandidateRow) -> CandidateRow | None:
        """The row to go on with from now on; None if that is ``row``, or its first word has not ended yet."""
        if not _is_settled(row):
            return None
        if self._rival is not None:
            return self._try_rival(row)
        other, self._other = self._other, None
        return other if other is not None and _first_word(other) > _first_word(row) else None

    def _try_rival(self, row: CandidateRow) -> CandidateRow | None:
        rival, self._rival = self._rival, None
        new = self._begin()
        if rival is None or self._promise(rival, new.pending) - row.remaining <= _first_word(row):
            return None
        self._take(new, rival)
        # What was found out about the other beginning holds beside this one too.
        new.renormalize(row.remaining)
        self._other = row
        found = self.instead_of(new)
        return new if found is None else None

    def _promise(self, choice: ChosenToken, pending: bytes) -> float:
        """What the most probable word that begins with ``choice`` may be expected to reach, as a natural logarithm."""
        is_part = len(self._vocabulary.bytes_of(choice.token)) < len(pending)
        kept = choice.own + (1 - choice.own) * KEPT_BY_PART if is_part else KEPT_BY_WHOLE
        return choice.logprob + math.log(kept)


def _is_settled(row: CandidateRow) -> bool:
    return row.done or row.first_word is not None


def _first_word(row: CandidateRow) -> float:
    """What is known of it: of a row that ended within its first word, what the word had come to."""
    whole = sum(token.logprob for token in row.tokens)
    return whole if row.first_word is None else row.first_word
