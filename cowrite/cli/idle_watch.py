"""Learning at times when nobody is at the computer: whether now is such a time, and pausing when somebody comes."""

from __future__ import annotations

import threading

from cowrite.base.system_probes import idle_seconds
from cowrite.localization import tr
from cowrite.personalize.adapters.forgetting import datasets_folder
from cowrite.personalize.schedule.new_data import read_new_data
from cowrite.personalize.schedule.rules import Rules, why_not_begin, why_not_go_on
from cowrite.personalize.schedule.system_state import read_system_state
from cowrite.personalize.training_pipeline import ProcessControl
from cowrite.settings.paths import Paths

POLL_S, STATE_CHECK_EVERY = 0.5, 60
# Somebody who touched the computer so lately is at it; after so long without a touch they are not.
HERE_S, GONE_S = 2.0, 60.0


def reason_to_wait(paths: Paths, rules: Rules | None = None) -> str:
    """A sentence that says why learning does not begin now; “” if it may. Raises UserError."""
    seen = read_system_state(datasets_folder(paths), read_new_data(paths))
    reason = why_not_begin(seen, rules or Rules())
    return tr("Not now: {reason}.", reason=tr(reason.value)) if reason else ""


class IdleWatch:
    """Pauses the run while somebody is at the computer, and stops it when it had better not go on."""

    def __init__(self, paths: Paths, control: ProcessControl, rules: Rules | None = None) -> None:
        self._paths = paths
        self._control = control
        self._rules = rules or Rules()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="cowrite-idle-watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Watch no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        is_paused, polls = False, 0
        while not self._ended.wait(POLL_S):
            polls += 1
            idle_s = idle_seconds()
            if idle_s is not None and not is_paused and idle_s < HERE_S:
                is_paused = True
                self._control.handle_command("pause")
            elif idle_s is not None and is_paused and idle_s > GONE_S:
                is_paused = False
                self._control.handle_command("resume")
            if polls % STATE_CHECK_EVERY == 0 and self._must_stop():
                self._control.handle_command("stop")
                return

    def _must_stop(self) -> bool:
        return (
            why_not_go_on(read_system_state(datasets_folder(self._paths)), self._rules) is not None
        )
