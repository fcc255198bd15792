"""What suggestions gave and cost in time: the prices that the simulated living typist pays too.

A suggestion that was gone before anybody could notice it, and of which nothing was taken, is a flash. Every other one
is a glance, whether something came of it or not, and takes a decision. How long a glance takes nobody knows of a single
writer, so there are three answers: with long glances, with usual ones, with short ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cowrite.decisions.statistics.counts import Counts

REACTION_MS = 300.0
"""What stands for a shorter time is not noticed. Simple visual reactions take 200 to 300 ms (Card, Moran and Newell,
"The psychology of human-computer interaction", 1983), with the eyes already there."""
DECIDE_MS = 150.0
"""To know whether it is what one wants."""
ACCEPT_KEY_MS = 150.0
"""Each key that takes something."""
USUAL_KEY_MS = 200.0
"""The time between two keys at some 50 words a minute, until it is known how fast a writer types."""
GLANCES_MS = (500.0, 400.0, 300.0)
"""Looking there and back, the longest first: two eye movements with their fixations, of 150 to 250 ms each."""
FLASHES_MS = (100.0, 50.0, 0.0)
"""What a flash disturbs, with each of the glances."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeSaved:
    """Milliseconds saved, negative if lost: with long, usual and short glances."""

    low_ms: float
    mid_ms: float
    high_ms: float


def time_saved(counts: Counts, key_ms: float) -> TimeSaved:
    """For a writer who needs ``key_ms`` milliseconds for a key.

    ``characters * key_ms - glances * (glance + DECIDE_MS) - keys * ACCEPT_KEY_MS - flashes * flash``. The characters
    are those that were kept; what was taken and not looked for yet is believed to fare as the rest.
    """
    gain = counts.characters_expected * key_ms - counts.keys * ACCEPT_KEY_MS
    low, mid, high = (
        gain - counts.glances * (glance + DECIDE_MS) - counts.flashes * flash
        for glance, flash in zip(GLANCES_MS, FLASHES_MS, strict=True)
    )
    return TimeSaved(low_ms=low, mid_ms=mid, high_ms=high)
