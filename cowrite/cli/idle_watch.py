"""Learning at times when nobody is at the computer: whether now is such a time, and pausing when somebody comes."""

from __future__ import annotations

import threading
from datetime import datetime

from cowrite.personalize.circumstances import idle_seconds, look_around
from cowrite.personalize.forgetting import datasets_folder
from cowrite.personalize.news import new_since
from cowrite.personalize.night import Reins
from cowrite.personalize.outcome import Outcome
from cowrite.personalize.schedule import (
    Circumstances,
    Rules,
    why_not_begin,
    why_not_go_on,
)
from cowrite.settings.paths import Paths

LOOK_S, LOOK_AROUND_EVERY = 0.5, 60
# Somebody who touched the computer so lately is at it; after so long without a touch they are not.
HERE_S, GONE_S = 2.0, 60.0


def reason_to_wait(paths: Paths, outcome: Outcome | None, rules: Rules | None = None) -> str:
    """A sentence that says why learning does not begin now; “” if it may."""
    reason = why_not_begin(_circumstances(paths, outcome), rules or Rules())
    return f"Not now: {reason.value}." if reason else ""


def _circumstances(paths: Paths, outcome: Outcome | None) -> Circumstances:
    words, decisions = new_since(paths.decision_log, outcome.at_ms if outcome else 0)
    return look_around(
        datasets_folder(paths),
        new_words=words,
        new_decisions=decisions,
        last_run=datetime.fromtimestamp(outcome.at_ms / 1000) if outcome else None,
    )


class IdleWatch:
    """Pauses the run while somebody is at the computer, and stops it when it had better not go on."""

    def __init__(self, paths: Paths, reins: Reins, rules: Rules | None = None) -> None:
        self._paths = paths
        self._reins = reins
        self._rules = rules or Rules()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="cowrite-idle-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Watch no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        is_paused, looks = False, 0
        while not self._ended.wait(LOOK_S):
            looks += 1
            idle_s = idle_seconds()
            if idle_s is not None and not is_paused and idle_s < HERE_S:
                is_paused = True
                self._reins.obey("pause")
            elif idle_s is not None and is_paused and idle_s > GONE_S:
                is_paused = False
                self._reins.obey("resume")
            if looks % LOOK_AROUND_EVERY == 0 and self._must_stop():
                self._reins.obey("stop")
                return

    def _must_stop(self) -> bool:
        return why_not_go_on(_circumstances(self._paths, None), self._rules) is not None
