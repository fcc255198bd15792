"""Sentences that are out of all proportion to the others of their text.

What is long differs from author to author, so it is measured against the text's own sentences: their lengths are
spread about as a log-normal distribution (C. B. Williams, Biometrika 31, 1940), of which the quartiles are known
even where some sentences have run on.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cowrite.check.findings import Finding, Kind
from cowrite.check.paragraph import Paragraph
from cowrite.check.tokens import Language
from cowrite.localization import tr

SHORTEST_LONG = 45
"""No shorter sentence, in words, is too long in any text."""
_USUAL_LIMIT = 70
_ENOUGH_SENTENCES = 60
_DEVIATIONS = 2.5
"""Standard deviations of the logarithm above the median."""
_QUARTILE = 0.674
_LEAST_SPREAD, _MOST_SPREAD = 0.45, 0.95
_CHARACTERS_A_WORD = 2
"""Of Chinese, about: a limit in words becomes one in characters."""
_WEIGHT, _MOST_MORE = 0.45, 0.35


@dataclass(frozen=True, slots=True)
class Limit:
    """From ``words`` on a sentence is too long; three of four are shorter than ``usual``."""

    words: int
    usual: int


def limit_of(lengths: Counter[int], language: Language) -> Limit:
    """The limit for a text with sentences of these lengths."""
    unit = _CHARACTERS_A_WORD if language is Language.CHINESE else 1
    total = sum(lengths.values())
    if total < _ENOUGH_SENTENCES:
        return Limit(_USUAL_LIMIT * unit, 0)
    median, third = _quantile(lengths, total // 2), _quantile(lengths, total * 3 // 4)
    spread = math.log(max(1, third) / max(1, median)) / _QUARTILE
    spread = min(_MOST_SPREAD, max(_LEAST_SPREAD, spread))
    words = max(SHORTEST_LONG * unit, round(median * math.exp(_DEVIATIONS * spread)))
    return Limit(words, third)


def _quantile(lengths: Counter[int], below: int) -> int:
    seen = 0
    for length in sorted(lengths):
        seen += lengths[length]
        if seen > below:
            return length
    return 0


def overlong(paragraph: Paragraph, limit: Limit, language: Language) -> Iterator[Finding]:
    """The sentences of a paragraph that are too long."""
    is_chinese = language is Language.CHINESE
    for each in paragraph.sentences:
        if each.words < limit.words:
            continue
        yield Finding(
            kind=Kind.SENTENCE,
            start=each.start,
            end=each.end,
            message=_message(each.words, limit.usual, is_chinese=is_chinese),
            weight=_WEIGHT + min(_MOST_MORE, (each.words / limit.words - 1) / 2),
        )


def _message(words: int, usual: int, *, is_chinese: bool) -> str:
    if usual and is_chinese:
        return tr(
            "This sentence has {count} characters; three of four have fewer than {usual}.",
            count=words,
            usual=usual,
        )
    if usual:
        return tr(
            "This sentence has {count} words; three of four have fewer than {usual}.",
            count=words,
            usual=usual,
        )
    if is_chinese:
        return tr("This sentence has {count} characters.", count=words)
    return tr("This sentence has {count} words.", count=words)
