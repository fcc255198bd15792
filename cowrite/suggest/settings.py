"""What the writer may choose about suggestions, and the constants of their timing."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

QUIET_PROBABILITY = 0.9
EAGER_PROBABILITY = 0.05
# The words after the first need at least this, however eager: a wrong one is read along with the right ones.
NEXT_WORD_PROBABILITY = 0.6
# In a whole sentence or paragraph no word is certain; only where the model has no idea it is cut.
LONG_WORD_PROBABILITY = 0.05
SENTENCE_WORDS = 40
PARAGRAPH_WORDS = 80


class Length(StrEnum):
    """How much is offered at once."""

    WORDS = "words"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"


class WhenPaused(StrEnum):
    """What is offered by itself when the writer pauses where a sentence or a paragraph ended."""

    NOTHING = "nothing"
    PHRASE = "phrase"
    SENTENCES = "sentences"
    """A phrase, and sentences when the pause goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestSettings:
    """``eagerness`` runs from 0 (quiet) to 1 (eager); ``max_words`` bounds what is offered at once.

    With ``saves_power`` the engine is asked less often, and nothing is computed that might not be wanted.
    """

    enabled: bool = True
    eagerness: float = 0.5
    max_words: int = 3
    length: Length = Length.WORDS
    saves_power: bool = False
    when_paused: WhenPaused = WhenPaused.PHRASE

    @property
    def threshold(self) -> float:
        """How probable the first word must be: 0.9 when quiet, 0.4 in the middle, 0.05 when eager.

        Linear in log-odds, so that each step of the slider asks for the same amount of evidence less.
        """
        quiet, eager = _log_odds(QUIET_PROBABILITY), _log_odds(EAGER_PROBABILITY)
        return 1 / (1 + math.exp(-(quiet + (eager - quiet) * self.eagerness)))

    @property
    def next_threshold(self) -> float:
        """How probable each further word must be."""
        if self.length is Length.WORDS:
            return max(self.threshold, NEXT_WORD_PROBABILITY)
        return LONG_WORD_PROBABILITY

    @property
    def most_words(self) -> int:
        """How many words are offered at most."""
        match self.length:
            case Length.WORDS:
                return self.max_words
            case Length.SENTENCE:
                return SENTENCE_WORDS
            case Length.PARAGRAPH:
                return PARAGRAPH_WORDS

    @property
    def most_tokens(self) -> int:
        """How many tokens are generated at most; four for a word is plenty."""
        return 4 + 4 * self.most_words


def _log_odds(probability: float) -> float:
    return math.log(probability / (1 - probability))


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds and counts; see “Timing” in the interaction design."""

    # Keys that follow faster than this come from a held key or a burst; only the last is worth a request.
    queue_ms: int = 40
    # On battery only a pause in the typing is.
    queue_ms_saving_power: int = 300
    shortest_delay_ms: float = 150
    longest_delay_ms: float = 700
    # A ghost that appears later than this multiple of the usual generation time was slow for another reason.
    generation_factor: float = 1.2
    # Nobody reads and decides faster; a key pressed earlier was not meant for the ghost.
    readable_ms: float = 100
    rejections_to_slow: int = 5
    rejections_to_pause: int = 10
    pause_ms: int = 30_000
    # Who pauses that long where a sentence ended may be stuck: longer than nine in ten of their own such pauses, within
    # these bounds (8 % of such gaps of CoAuthor's writers last 3 s, by writer 2 to 18 %; 3 % last 8 s).
    stuck_ms: int = 3_000
    longest_stuck_ms: int = 6_000
    # So much later a phrase was no help.
    still_stuck_ms: int = 5_000
    # Above this size the page stays plain: laying out ghosts would be felt.
    longest_document: int = 20_000_000
