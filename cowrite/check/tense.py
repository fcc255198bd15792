"""Tense slips: one verb of a paragraph in the present where everything around it is told in the past.

Off by default: what is always so (“the house stands on a hill”) is told in the present by right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from cowrite.check import english
from cowrite.check.findings import Finding, Kind
from cowrite.check.quotes import Quotes
from cowrite.check.tokens import Token
from cowrite.localization import tr

_WHO = frozenset(("he", "she", "it", "they", "i", "we"))
_PAST = frozenset(("was", "were", "had", "did", "said", "went", "came", "took", "saw", "could"))
_FEWEST_PAST = 4
_MOST_SLIPS = 2
_WEIGHT = 0.6


def tense_slips(tokens: Sequence[Token], quotes: Quotes) -> Iterator[Finding]:
    """Those of a paragraph; none where more than a few verbs are in the present."""
    told = [token for token in tokens if not quotes.touches(token.start, token.end)]
    past = sum(token.form in _PAST or token.form.endswith("ed") for token in told)
    verbs = english.words("present")
    slips = [
        token for before, token in pairwise(told) if before.form in _WHO and token.form in verbs
    ]
    if past < _FEWEST_PAST or len(slips) > _MOST_SLIPS:
        return
    for token in slips:
        yield Finding(
            kind=Kind.TENSE,
            start=token.start,
            end=token.end,
            message=tr(
                "“{verb}” is in the present; the sentences around it are in the past.",
                verb=token.text,
            ),
            weight=_WEIGHT,
        )
