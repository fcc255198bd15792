"""What help costs and saves in time, in series: whoever looks at a ghost does not type meanwhile.

- A glance, from the hands' stop to having read two or three words: 300 to 500 ms (fixations in reading last 200 to 250
  ms, a saccade there and back 2 x 30 to 50 ms; Rayner, Psychological Bulletin 124, 1998).
- Deciding to take it: 150 ms, the mental operator for a yes or no in a highly practised task; the accept key 150 ms, a
  key of a skilled typist (Card, Moran and Newell, CACM 23, 1980: 120 to 200 ms).
- A flash, gone before it could be read: 0 to 100 ms of attention; no study gives it, so its range is wide.
- A key not pressed saves the time of a key: 200 ms at 49 words a minute, in proportion at other speeds. Pauses are not
  saved: the writer thinks with or without a ghost.

That accurate word suggestions on desktops saved no time agrees: Quinn and Zhai (CHI 2016), Roy et al. (CHI 2021).
"""

from __future__ import annotations

from cowrite.decisions.statistics.time_saved import (
    ACCEPT_KEY_MS,
    DECIDE_MS,
    FLASHES_MS,
    GLANCES_MS,
)

__all__ = ["ACCEPT_KEY_MS", "DECIDE_MS", "key_ms", "time_saved_pct"]

_KEY_MS_AT_49_WPM = 200.0


# By the time saved that they lead to: milliseconds for a glance and for a flash.
_COSTS = dict(zip(("low", "mid", "high"), zip(GLANCES_MS, FLASHES_MS, strict=True), strict=True))


def key_ms(wpm: float) -> float:
    """Milliseconds for a key at ``wpm`` words per minute, without pauses."""
    return _KEY_MS_AT_49_WPM * 49 / wpm


def time_saved_pct(
    *,
    wpm: float,
    characters_taken: int,
    accepts: int,
    glances: int,
    flashes: int,
    without_ms: float,
) -> dict[str, float]:
    """Time saved in percent of ``without_ms``, what the text takes without help: ``low``, ``mid`` and ``high``.

    ``characters_taken`` were not typed, ``accepts`` are the keys that took them. Negative is time lost.
    """
    gained = characters_taken * key_ms(wpm) - accepts * ACCEPT_KEY_MS
    return {
        name: 100
        * (gained - glances * (glance_ms + DECIDE_MS) - flashes * flash_ms)
        / max(1.0, without_ms)
        for name, (glance_ms, flash_ms) in _COSTS.items()
    }
