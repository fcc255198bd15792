"""What the writer may choose about suggestions, and the constants of their timing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestSettings:
    """``eagerness`` runs from 0 (quiet) to 1 (eager); ``max_words`` bounds what is offered at once."""

    enabled: bool = True
    eagerness: float = 0.5
    max_words: int = 3

    @property
    def threshold(self) -> float:
        """How probable a word must be to be shown: 0.7 when quiet, 0.26 in the middle, 0.1 when eager.

        Geometric, because writers hear ratios: each step of the slider lets through about as many more suggestions.
        """
        return float(0.7 * (0.1 / 0.7) ** self.eagerness)


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Milliseconds and counts; see “Timing” in the interaction design."""

    # Keys that follow faster than this come from a held key or a burst; only the last is worth a request.
    queue_ms: int = 40
    shortest_delay_ms: float = 150
    longest_delay_ms: float = 700
    # A ghost that appears later than this multiple of the usual generation time was slow for another reason.
    generation_factor: float = 1.2
    # Nobody reads and decides faster; a key pressed earlier was not meant for the ghost.
    readable_ms: float = 100
    rejections_to_slow: int = 5
    rejections_to_pause: int = 10
    pause_ms: int = 30_000
    # Above this size the page stays plain: laying out ghosts would be felt.
    longest_document: int = 20_000_000
