"""GLEU, by which corrected sentences are compared with several corrections by people.

Napoles, Sakaguchi, Post and Tetreault, “Ground truth for grammatical error correction metrics” (ACL 2015), in the form
of “GLEU without tuning” (arXiv 1605.02592): n-grams of 1 to 4 tokens that the answer shares with a correction, less
those that it shares with the source where the correction has them no more; times BLEU's penalty for what is short.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

ORDER = 4
Tokens = Sequence[str]
_Grams = Counter[tuple[str, ...]]


def corpus_gleu(
    sources: Sequence[Tokens], answers: Sequence[Tokens], corrections: Sequence[Sequence[Tokens]]
) -> float:
    """0 to 100: the mean over the correctors; ``corrections[i]`` are those of sentence ``i``, by the same people."""
    people = range(len(corrections[0])) if corrections else range(0)
    found = [
        _gleu(
            [
                sum(column)
                for column in zip(
                    *(
                        _statistics(source, answer, several[person])
                        for source, answer, several in zip(
                            sources, answers, corrections, strict=True
                        )
                    ),
                    strict=True,
                )
            ]
        )
        for person in people
    ]
    return 100 * sum(found) / len(found) if found else 0.0


def sentence_gleu(source: Tokens, answer: Tokens, corrections: Sequence[Tokens]) -> float:
    """0 to 100, of one sentence; counts of 0 are taken as 1, as the paper's script does."""
    found = [
        _gleu([max(1, each) for each in _statistics(source, answer, correction)])
        for correction in corrections
    ]
    return 100 * sum(found) / len(found)


def _gleu(statistics: Sequence[int]) -> float:
    if not all(statistics):
        return 0.0
    length, reference, *grams = statistics
    shares = zip(grams[::2], grams[1::2], strict=True)
    precision = sum(math.log(right / of) for right, of in shares) / ORDER
    return math.exp(min(0.0, 1 - reference / length) + precision)


def _statistics(source: Tokens, answer: Tokens, correction: Tokens) -> list[int]:
    """The two lengths, and for each order how many n-grams count as right, and of how many."""
    found = [len(answer), len(correction)]
    for order in range(1, ORDER + 1):
        ours, theirs, old = (_grams(each, order) for each in (answer, correction, source))
        wrong: _Grams = Counter({gram: many for gram, many in old.items() if gram not in theirs})
        right = (ours & theirs).total() - (ours & wrong).total()
        found += [max(0, right), max(0, len(answer) + 1 - order)]
    return found


def _grams(tokens: Tokens, order: int) -> _Grams:
    return Counter(tuple(tokens[at : at + order]) for at in range(len(tokens) - order + 1))
