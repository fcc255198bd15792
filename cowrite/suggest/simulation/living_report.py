"""What a run of the living typist came to, by the names under which the figures are known."""

from __future__ import annotations

from dataclasses import dataclass

from cowrite.suggest.settings import UNTAKEN_KEYS
from cowrite.suggest.simulation.ghost_watch import GhostEnd, Notice
from cowrite.suggest.simulation.time_model import time_saved_pct


@dataclass(frozen=True, slots=True, kw_only=True)
class LivingReport:
    """Counts of one run, or of several added up; times in milliseconds.

    ``keys`` are those of characters, ``accepts`` those that took something. ``ready``: ghosts of which the text was
    known when the last key was pressed; ``brief``: gone within the reaction time, whatever the way of noticing, nothing
    taken. ``without_ms`` is what the same hands need for the text without help.
    """

    words: int
    characters: int
    keys: int
    accepts: int
    shown: int
    glances: int
    ready: int
    brief: int
    ends: dict[GhostEnd, int]
    time_ms: float
    without_ms: float
    wpm: float
    reaction_ms: float
    notice: Notice
    latencies_ms: tuple[float, ...] = ()
    silences: dict[str, int]

    def __add__(self, other: LivingReport) -> LivingReport:
        """Both runs as one; those of other hands do not add up."""
        mine = (self.wpm, self.reaction_ms, self.notice)
        if mine != (other.wpm, other.reaction_ms, other.notice):
            raise ValueError("runs of other hands do not add up")
        reasons = self.silences.keys() | other.silences.keys()
        return LivingReport(
            words=self.words + other.words,
            characters=self.characters + other.characters,
            keys=self.keys + other.keys,
            accepts=self.accepts + other.accepts,
            shown=self.shown + other.shown,
            glances=self.glances + other.glances,
            ready=self.ready + other.ready,
            brief=self.brief + other.brief,
            ends={end: self.ends[end] + other.ends[end] for end in GhostEnd},
            time_ms=self.time_ms + other.time_ms,
            without_ms=self.without_ms + other.without_ms,
            wpm=self.wpm,
            reaction_ms=self.reaction_ms,
            notice=self.notice,
            latencies_ms=self.latencies_ms + other.latencies_ms,
            silences={
                each: self.silences.get(each, 0) + other.silences.get(each, 0)
                for each in sorted(reasons)
            },
        )

    @property
    def taken(self) -> int:
        """Ghosts of which something was taken."""
        return self.ends[GhostEnd.TAKEN]

    @property
    def flashes(self) -> int:
        """Ghosts gone before they were noticed, of which nothing was taken."""
        return self.ends[GhostEnd.FLASH] + self.ends[GhostEnd.TYPED_THROUGH]

    @property
    def wrong_glances(self) -> int:
        """Ghosts that were noticed and of which nothing was taken."""
        return self.ends[GhostEnd.WRONG_GLANCE]

    @property
    def saved(self) -> int:
        """Keys not pressed, less those that took something."""
        return self.characters - self.keys - self.accepts

    @property
    def keystrokes_saved_pct(self) -> float:
        """Keys saved in percent of the characters written."""
        return 100 * self.saved / max(1, self.characters)

    @property
    def net_saved_pct(self) -> float:
        """The same less a quarter key for each ghost of which nothing was taken."""
        wasted = UNTAKEN_KEYS * (self.shown - self.taken)
        return self.keystrokes_saved_pct - 100 * wasted / max(1, self.characters)

    @property
    def precision(self) -> float:
        """Of the ghosts shown, the share of which something was taken."""
        return self.taken / max(1, self.shown)

    @property
    def time_saved_pct(self) -> dict[str, float]:
        """Time saved in percent of the time without help: ``low``, ``mid``, ``high``."""
        return time_saved_pct(
            wpm=self.wpm,
            characters_taken=self.characters - self.keys,
            accepts=self.accepts,
            glances=self.glances,
            flashes=self.flashes,
            without_ms=self.without_ms,
        )

    def figures(self) -> dict[str, object]:
        """The figures by their names; percent, counts per 100 words, milliseconds."""

        def per_100_words(count: int) -> float:
            return round(100 * count / max(1, self.words), 1)

        return {
            "notice": self.notice.value,
            "wpm": self.wpm,
            "reaction_ms": self.reaction_ms,
            "words": self.words,
            "net_saved_pct": round(self.net_saved_pct, 2),
            "keystrokes_saved_pct": round(self.keystrokes_saved_pct, 2),
            "shown_per_100_words": per_100_words(self.shown),
            "flashes_per_100_words": per_100_words(self.flashes),
            "brief_per_100_words": per_100_words(self.brief),
            "wrong_glances_per_100_words": per_100_words(self.wrong_glances),
            "characters_per_glance": round(self.saved / max(1, self.glances), 2),
            "time_saved_pct": {name: round(pct, 2) for name, pct in self.time_saved_pct.items()},
            "precision": round(self.precision, 4),
            "ready_with_key": round(self.ready / max(1, self.shown), 4),
        }
