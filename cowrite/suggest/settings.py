"""What the writer may choose about suggestions, and the constants of their timing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# Looking at a ghost and deciding stops the hands for so long: a glance of 400 ms, and 150 for the decision, as in
# `cowrite simulate` (Rayner 1998; Card, Moran and Newell 1980).
GLANCE_MS = 550.0
# No word less probable than this is shown, however much it would save: at the three marks of the slider.
LEAST_PROBABILITIES = (0.4, 0.4, 0.25)
# What a glance costs at most time and in the middle, in shares of what it costs this writer in time.
GLANCE_SHARES = (1.0, 0.36, 0.0)
# What a ghost costs of which nothing is taken, in keys: such a glance takes about 50 ms, a key 200.
UNTAKEN_KEYS = 0.25
# What a ghost costs that is gone before it could be seen, in keys.
FLASH_PRICES = (1.0, 1.0, 0.5)
# Further words as long as all together are this likely; what is read in vain costs as well.
TOGETHER_PROBABILITY = 0.2
# In a whole sentence or paragraph no word is certain; only where the model has no idea it is cut.
LONG_WORD_PROBABILITY = 0.05
# Where the model says less than this share of a probability, the word is not that probable by any calibration.
MODESTY = 0.75
# Fewer characters are not worth a look, unless they end a name.
LEAST_CHARACTERS = 4
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
class Prices:
    """What a flash (a ghost that is gone before it is noticed) and a glance cost, in keys."""

    flash: float
    glance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestSettings:
    """``eagerness`` runs from 0 (most time saved) to 1 (most keys saved); ``max_words`` bounds what is offered at once.

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
        """How probable the first word must be at least."""
        return _between(LEAST_PROBABILITIES, self.eagerness)

    def prices(self, key_ms: float) -> Prices:
        """What a flash and a glance cost a writer who needs ``key_ms`` for a key.

        Where time counts most, a glance costs the keys that could be pressed meanwhile; where keys count most, nothing.
        """
        glance = _between(GLANCE_SHARES, self.eagerness) * GLANCE_MS / key_ms
        return Prices(flash=_between(FLASH_PRICES, self.eagerness), glance=glance)

    def goes_on(self, together: float, probability: float) -> bool:
        """Whether a further word belongs to what is offered: if all are ``together`` and it itself is that probable."""
        if self.length is Length.WORDS:
            return together >= TOGETHER_PROBABILITY
        return probability >= LONG_WORD_PROBABILITY

    @property
    def hopeless(self) -> float:
        """A word less probable than this, by what the model says, need not be generated to its end."""
        if self.length is Length.WORDS:
            return min(self.threshold, TOGETHER_PROBABILITY) * MODESTY
        return min(self.threshold, LONG_WORD_PROBABILITY)

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


def _between(marks: tuple[float, float, float], eagerness: float) -> float:
    """The value at ``eagerness``, on straight lines between those at 0, 0.5 and 1."""
    low, middle, high = marks
    if eagerness < 0.5:
        return low + (middle - low) * 2 * eagerness
    return middle + (high - middle) * (2 * eagerness - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds and counts; see “Timing” in the interaction design."""

    # The same key again within this is a key that is held; only the last one is worth a request.
    held_key_ms: int = 40
    # On battery only a pause in the typing is.
    pause_saving_power_ms: int = 300
    # Nobody reads and decides faster; a key pressed earlier was not meant for the ghost.
    readable_ms: float = 100
    # What came to the end of a ghost that was being read takes the usual reaction time to be noticed; a key pressed
    # sooner takes what stood before.
    growth_readable_ms: float = 300
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
