"""Which characters may come next at the caret, from the scores that are looked at anyway to choose the first token."""

from __future__ import annotations

import math
from collections.abc import Sequence

from torch import Tensor

from cowrite.engine.decoding.candidate_row import CandidateRow
from cowrite.engine.decoding.choice import Chooser, ChosenToken
from cowrite.engine.messages import MOST_LIKELY_NEXT
from cowrite.engine.networks.sampling import Sampling
from cowrite.engine.tokens.vocabulary import Vocabulary

# What is less probable than these tokens adds next to nothing to the probability of a character.
LOOKED_AT = 64


class NextCharacters:
    """Adds up the probabilities of tokens by the first character that each would put behind the caret.

    A token that only spells what is typed puts none there; then what follows it is looked at, if it was chosen.
    """

    def __init__(self, chooser: Chooser, vocabulary: Vocabulary) -> None:
        self._chooser = chooser
        self._vocabulary = vocabulary
        self._found: dict[str, float] = {}
        # How probable what was chosen so far is; 0 once that has put a character behind the caret.
        self._weight = 1.0

    def look(
        self, logits: Tensor, text: str, row: CandidateRow, chosen: Sequence[ChosenToken]
    ) -> None:
        """At ``logits (V,)`` after ``text``, where ``row`` goes on with the first of ``chosen``."""
        if not self._weight:
            return
        pending = row.pending
        tokens = self._chooser.choices(
            logits, text, pending, LOOKED_AT, Sampling(), begun=row.begun
        )
        for each in tokens:
            new = _first_character(self._vocabulary.bytes_of(each.token)[len(pending) :])
            if new:
                self._found[new] = self._found.get(new, 0.0) + self._weight * math.exp(each.logprob)
        if not chosen or len(self._vocabulary.bytes_of(chosen[0].token)) > len(pending):
            self._weight = 0.0
        else:
            self._weight *= math.exp(chosen[0].logprob)

    def best(self) -> tuple[tuple[str, float], ...]:
        """Up to MOST_LIKELY_NEXT characters with their probabilities, the most probable first."""
        ordered = sorted(self._found.items(), key=lambda found: -found[1])
        return tuple(
            (character, min(1.0, share)) for character, share in ordered[:MOST_LIKELY_NEXT]
        )


def _first_character(written: bytes) -> str:
    """The first character of ``written``; empty if it holds none that is whole."""
    for size in range(1, min(4, len(written)) + 1):
        try:
            return written[:size].decode()
        except UnicodeDecodeError:
            continue
    return ""
