"""What the rest of the caret's line says of a suggestion: whether the words belong there, and how many of them.

A model that goes on from the text before the caret does not know that the line goes on. So an answer that begins a word
in the middle of a line comes with its joins (:class:`~cowrite.engine.messages.Join`): how probable the rest of the line
is after each of its words, and how probable it is right at the caret, as if nothing was missing. See ADR 37.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate

from cowrite.base.words import goes_on_word, is_unspaced
from cowrite.engine.messages import Candidate, Token
from cowrite.suggest.ports import CaretContext

# With more than this to the right of the caret the writer is inside a sentence and wants to be sure.
MID_LINE_CHARACTERS = 8
# How sure, where nothing is known of the joins.
MID_LINE_THRESHOLD = 0.8
# Words after which the line goes on that much worse than after fewer of them (nats) do not belong there.
WORSE_JOIN = 1.0
# Joins tell no more than this (nats): past it, one of the two texts was odd anyway.
MOST_GAIN = 8.0
# Nothing is as sure as a logarithm of 0 or 1 would have it.
_SUREST = 8.0

# What a nat of the joins' gain adds to the log-odds of a word that begins at the caret. Chosen on the four tuning texts
# with the starter model; see `benchmarks/mid_line.py`.
GAIN_WEIGHT = 0.15


def line_after(context: CaretContext) -> str:
    """What stands to the right of the caret in its line."""
    return context.after.split("\n", 1)[0]


def is_mid_line(context: CaretContext) -> bool:
    """Whether enough stands there that the writer is putting words between others."""
    return len(line_after(context).rstrip()) > MID_LINE_CHARACTERS


def begins_word(after: str) -> bool:
    """Whether ``after`` begins with a word that a space would part from what stands before it."""
    return after[:1].isalnum() and not is_unspaced(after[0])


def mid_line_confidence(
    confidence: float, candidate: Candidate, words: Sequence[Token], context: CaretContext
) -> float:
    """How probable the first of its ``words`` is, by ``confidence`` before the rest of the line was looked at.

    Just that at the end of a line, and where the candidate has no joins.
    """
    gain = _gain(candidate, words)
    if gain is None or not is_mid_line(context):
        return confidence
    return 1 / (1 + math.exp(-(_log_odds(confidence) + GAIN_WEIGHT * gain)))


def words_in_line(
    candidate: Candidate,
    kept: Sequence[Token],
    chances: Sequence[float],
    context: CaretContext,
    threshold: float,
) -> Sequence[Token]:
    """What of ``kept`` to show: in the middle of a line, words that are as likely together as one must be.

    Whoever is in a word wants that word. Words after which the rest of the line follows worse than after fewer of them
    are left out. ``chances`` are those of the words, each if those before it are right.
    """
    if not kept or not is_mid_line(context):
        return kept
    if goes_on_word(context.before, kept[0].text):
        return kept[:1]
    together = accumulate(chances[: len(kept)], lambda product, chance: product * chance)
    likely = max(1, sum(product >= threshold for product in together))
    known = _known_joins(candidate, kept[:likely])
    if not known:
        return kept[:likely]
    best = max(known.values())
    return kept[: max(count for count, logprob in known.items() if logprob >= best - WORSE_JOIN)]


def is_unsure_in_line(
    confidence: float, candidate: Candidate, kept: Sequence[Token], context: CaretContext
) -> bool:
    """Whether ``kept`` must not be shown in this line: it is not sure enough, or nothing is missing there.

    Except between two spaces the line may be whole as it is, and then goes on best without any words. The rest of a
    word that is begun is as good here as anywhere.
    """
    begins_here = not goes_on_word(context.before, kept[0].text if kept else "")
    if not is_mid_line(context) or not begins_here:
        return False
    gain = _gain(candidate, kept)
    if gain is None:
        return confidence < MID_LINE_THRESHOLD or begins_word(context.after)
    is_gap = context.before[-1:].isspace() and context.after[:1].isspace()
    return not is_gap and gain <= 0


def _gain(candidate: Candidate, words: Sequence[Token]) -> float | None:
    """By how much better the line goes on after the best beginning of ``words`` than at the caret (nats)."""
    known = _known_joins(candidate, words)
    if not known:
        return None
    gain = max(known.values()) - candidate.joins[0].without
    return min(max(gain, -MOST_GAIN), MOST_GAIN)


def _known_joins(candidate: Candidate, words: Sequence[Token]) -> Mapping[int, float]:
    """The log-probability of the rest of the line after so many of ``words``, where it is known."""
    after = {join.characters: join.logprob for join in candidate.joins}
    ends = accumulate(len(word.text) for word in words)
    return {count: after[end] for count, end in enumerate(ends, start=1) if end in after}


def _log_odds(probability: float) -> float:
    inside = min(max(probability, 1 / (1 + math.exp(_SUREST))), 1 / (1 + math.exp(-_SUREST)))
    return math.log(inside / (1 - inside))
