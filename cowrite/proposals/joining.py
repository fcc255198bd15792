"""Which changes belong together, because one of them without the other makes no sense.

A rewritten clause is one change and not one for each comma in it; a sentence that moved or is hardly the same any more
is one; what opens and what closes a quotation, a bracket or an emphasis come and go together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from cowrite.proposals.tokens import Token, sentence_numbers, tokens_of

HARDLY_THE_SAME = 0.4
"""A sentence of whose words a smaller share is kept is a rewritten one."""
MOST_WORDS_MOVED_OVER = 60
SAME_WORDS = 0.8
"""The share of words that must come back elsewhere for a change to be a move."""
WORDS_SET_OFF = 4
"""So many words may stand between two commas that come together."""
_CLOSING = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】", "《": "》", "〈": "〉"}
_SETS_OFF = frozenset(",—")
_EMPHASIS = frozenset("*_~`")


class Change(NamedTuple):
    """The tokens from ``i`` to ``k`` of the old text became those from ``j`` to ``m`` of the new one."""

    i: int
    k: int
    j: int
    m: int


@dataclass(frozen=True, slots=True)
class Sides:
    """Two texts as tokens, with the number of the sentence each is in."""

    old_text: str
    old: Sequence[Token]
    new: Sequence[Token]
    sentences: Sequence[int]

    @classmethod
    def of(cls, old_text: str, new_text: str) -> Sides:
        """Those of two texts."""
        old = tokens_of(old_text)
        return cls(old_text, old, tokens_of(new_text), sentence_numbers(old_text, old))

    def words(self, change: Change) -> int:
        """How large it is: the words that it takes away or puts there, whichever are more."""
        return max(_words(self.old[change.i : change.k]), _words(self.new[change.j : change.m]))

    def kept(self, one: Change, other: Change) -> Sequence[Token]:
        """What stays between two changes."""
        return self.old[one.k : other.i]

    def same_paragraph(self, one: Change, other: Change) -> bool:
        """Whether no empty line is between two changes."""
        start, end = self._edge(one.k), self._edge(other.i)
        return "\n\n" not in self.old_text[start:end]

    def same_sentence(self, one: Change, other: Change) -> bool:
        """Whether both begin and end in one sentence."""
        numbers = self.sentences
        if not numbers or one.k >= len(numbers):
            return bool(numbers)
        return numbers[max(one.k - 1, 0)] == numbers[min(other.i, len(numbers) - 1)]

    def _edge(self, index: int) -> int:
        return self.old[index].start if index < len(self.old) else len(self.old_text)


def joined(changes: Sequence[Change], sides: Sides) -> list[Change]:
    """``changes`` with those that belong together made one, with what stands between them."""
    found = _moves_joined(list(changes), sides)
    found = _rewritten_sentences_joined(found, sides)
    found = _near_ones_joined(found, sides)
    return _pairs_joined(found, sides)


def _words(tokens: Sequence[Token]) -> int:
    return sum(token.is_word for token in tokens)


def _one(one: Change, other: Change) -> Change:
    return Change(one.i, other.k, one.j, other.m)


def _moves_joined(changes: list[Change], sides: Sides) -> list[Change]:
    gone = [_difference(sides.old[c.i : c.k], sides.new[c.j : c.m]) for c in changes]
    come = [_difference(sides.new[c.j : c.m], sides.old[c.i : c.k]) for c in changes]
    result: list[Change] = []
    index = 0
    while index < len(changes):
        last = index
        for other in range(index + 1, len(changes)):
            between = _words(sides.kept(changes[index], changes[other]))
            if between > MOST_WORDS_MOVED_OVER:
                break
            moved = max(
                _moved(gone[index], come[other]),
                _moved(gone[other], come[index]),
            )
            if moved and between <= max(3, 4 * moved):
                last = other
        result.append(_one(changes[index], changes[last]))
        index = last + 1
    return result


def _difference(one: Sequence[Token], other: Sequence[Token]) -> Counter[str]:
    words = Counter(token.key.casefold() for token in one if token.is_word)
    words.subtract(token.key.casefold() for token in other if token.is_word)
    return +words


def _moved(gone: Counter[str], come: Counter[str]) -> int:
    """How many words went in one place and came in another; 0 if what came is something else."""
    same = (gone & come).total()
    return same if same and same >= SAME_WORDS * max(gone.total(), come.total()) else 0


def _rewritten_sentences_joined(changes: list[Change], sides: Sides) -> list[Change]:
    result: list[Change] = []
    for change in changes:
        result.append(change)
        while len(result) > 1 and _is_rewritten(result[-2], result[-1], changes, sides):
            last = result.pop()
            result[-1] = _one(result[-1], last)
    return result


def _is_rewritten(one: Change, other: Change, changes: Sequence[Change], sides: Sides) -> bool:
    """Whether both change a sentence of which hardly a word is kept."""
    if not sides.same_sentence(one, other):
        return False
    number = sides.sentences[min(one.k, len(sides.sentences) - 1)]
    first = sides.sentences.index(number)
    end = len(sides.sentences) - sides.sentences[::-1].index(number)
    here = [c for c in changes if c.i < end and c.k > first]
    went = sum(_words(sides.old[max(c.i, first) : min(c.k, end)]) for c in here)
    came = sum(_words(sides.new[c.j : c.m]) for c in here)
    kept = _words(sides.old[first:end]) - went
    return kept < HARDLY_THE_SAME * max(kept + went, kept + came)


def _near_ones_joined(changes: list[Change], sides: Sides) -> list[Change]:
    result: list[Change] = []
    for change in changes:
        result.append(change)
        while len(result) > 1 and _is_one_clause(result[-2], result[-1], sides):
            last = result.pop()
            result[-1] = _one(result[-1], last)
    return result


def _is_one_clause(one: Change, other: Change, sides: Sides) -> bool:
    """Whether fewer words are kept between two changes than either of them is long."""
    between = max(1, _words(sides.kept(one, other)))
    smaller = min(sides.words(one), sides.words(other))
    return between < smaller and sides.same_sentence(one, other)


def _pairs_joined(changes: list[Change], sides: Sides) -> list[Change]:
    result = list(changes[:1])
    for one, other in pairwise(changes):
        # What was joined last may close what comes now: a list of commas is one change.
        if _is_pair(one, other, sides):
            result[-1] = _one(result[-1], other)
        else:
            result.append(other)
    return result


def _is_pair(one: Change, other: Change, sides: Sides) -> bool:
    went, came = _marks(sides.old[one.i : one.k]), _marks(sides.new[one.j : one.m])
    went_2, came_2 = _marks(sides.old[other.i : other.k]), _marks(sides.new[other.j : other.m])
    if None in (went, came, went_2, came_2) or not sides.same_paragraph(one, other):
        return False
    if went == came_2 == "" and came == went_2:
        return False  # a mark that moved, which the moves decide
    between = _words(sides.kept(one, other))
    return _closes(went, went_2, between) and _closes(came, came_2, between)


def _marks(tokens: Sequence[Token]) -> str | None:
    """The only mark of ``tokens``, empty if there is no token at all; None if they are anything else."""
    if len(tokens) > 1 or any(token.is_word for token in tokens):
        return None
    return tokens[0].key if tokens else ""


def _closes(first: str | None, second: str | None, between: int) -> bool:
    if not first:
        return first == second
    if first in _CLOSING:
        return second == _CLOSING[first]
    if first in _SETS_OFF:
        return second == first and between <= WORDS_SET_OFF
    return second == first and (first == '"' or first[0] in _EMPHASIS)
