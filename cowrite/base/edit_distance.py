"""How far one short text is from another."""

from __future__ import annotations

from cowrite.base.text_matching import common_prefix, common_suffix

LONGEST = 4_000
"""Characters up to which the distance is exact; beyond it the length of the longer one stands for it."""


def levenshtein(one: str, other: str) -> int:
    """The fewest insertions, deletions and substitutions of characters that make one text of the other.

    What is the same at both ends is left out first; if more than LONGEST characters remain, the answer is their
    number, an upper bound. Source: Myers, "A fast bit-vector algorithm for approximate string matching based on
    dynamic programming", J. ACM 46 (1999), in the form of Hyyrö (2001).
    """
    head = common_prefix(one, other)
    one, other = one[head:], other[head:]
    tail = common_suffix(one, other)
    one, other = one[: len(one) - tail], other[: len(other) - tail]
    if not one or not other or max(len(one), len(other)) > LONGEST:
        return max(len(one), len(other))
    return _bit_parallel(one, other)


def _bit_parallel(pattern: str, text: str) -> int:
    places: dict[str, int] = {}
    for index, character in enumerate(pattern):
        places[character] = places.get(character, 0) | 1 << index
    mask, last = (1 << len(pattern)) - 1, 1 << len(pattern) - 1
    rises, falls, score = mask, 0, len(pattern)  # vertical differences of +1 and of -1
    for character in text:
        equal = places.get(character, 0)
        diagonal = (((equal & rises) + rises) ^ rises) | equal | falls
        across_up = falls | (mask & ~(diagonal | rises))
        across_down = rises & diagonal
        score += bool(across_up & last) - bool(across_down & last)
        across_up = across_up << 1 | 1
        across_down <<= 1
        rises = mask & (across_down | ~(diagonal | across_up))
        falls = mask & across_up & diagonal
    return score
