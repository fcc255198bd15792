"""SARI, which compares a simplification with the text it was made from and with what people made of it.

Xu et al. 2016, “Optimizing Statistical Machine Translation for Text Simplification” (TACL 4): the mean of the F1 of
n-grams (1 to 4) that were added, the F1 of those that were kept and the precision of those that were deleted; of those
kept and deleted, how many references agree is counted. As in their program, 0 of 0 is 0, so that a copy, which deletes
and adds nothing, has a third of what it keeps.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_ORDERS = (1, 2, 3, 4)
_Grams = Counter[tuple[str, ...]]


def sari(source: str, answer: str, references: Sequence[str]) -> float:
    """0 to 100 for one text, in lower case and by words and marks. Raises ValueError without references."""
    if not references:
        raise ValueError("SARI needs a reference")
    parts = [_parts(*_texts(source, answer, references), order) for order in _ORDERS]
    return 100 * sum(map(sum, parts)) / (3 * len(_ORDERS))


def _texts(
    source: str, answer: str, references: Sequence[str]
) -> tuple[list[str], list[str], list[list[str]]]:
    return _tokens(source), _tokens(answer), [_tokens(each) for each in references]


def _parts(
    source: list[str], answer: list[str], references: list[list[str]], order: int
) -> tuple[float, float, float]:
    """What was added, kept and deleted, 0 to 1 each."""
    count = len(references)
    old, new = _times(_grams(source, order), count), _times(_grams(answer, order), count)
    wanted = sum((_grams(each, order) for each in references), _Grams())
    kept, kept_well = old & new, old & new & wanted
    keep = _f1(_ratio(kept_well, kept), _ratio(kept_well, old & wanted))
    deleted = old - new
    delete = _ratio(deleted - wanted, deleted)
    added = set(new) - set(old)
    added_well = len(added & set(wanted))
    possible = len(set(wanted) - set(old))
    add = _f1(added_well / len(added) if added else 0.0, added_well / possible if possible else 0.0)
    return add, keep, delete


def _ratio(part: _Grams, whole: _Grams) -> float:
    """The mean share of each of ``whole`` that is in ``part``; 0 of nothing."""
    if not whole:
        return 0.0
    return sum(part[gram] / count for gram, count in whole.items()) / len(whole)


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _times(grams: _Grams, count: int) -> _Grams:
    return _Grams({gram: count * number for gram, number in grams.items()})


def _grams(tokens: list[str], order: int) -> _Grams:
    return _Grams(tuple(tokens[at : at + order]) for at in range(len(tokens) - order + 1))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())
