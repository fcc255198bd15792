"""Training by itself at scheduled times: looks every few minutes whether it may begin, and whether it has to stop.

The rules are those of :mod:`cowrite.personalize.schedule.rules`; looking at the machine happens on a thread.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.clock import Clock
from cowrite.editor.common.background import Background
from cowrite.localization import tr, tr_noop
from cowrite.personalize.schedule.rules import (
    NotNow,
    Rules,
    SystemState,
    why_not_begin,
    why_not_go_on,
)

if TYPE_CHECKING:
    from cowrite.personalize.schedule.new_data import NewData

CHECK_EVERY_MS = 4 * 60_000
FIRST_CHECK_MS = 60_000
# After a run that came to an end of its own, good or bad, the next one is for the next night.
REST_S = 12 * 3600
RESTING = tr_noop("Not now: it learned a short while ago.")


# How things stand, from (NewData, seconds without a key in this program); for tests.
SystemStateProbe: TypeAlias = "Callable[[NewData, float], SystemState]"


def system_state_probe(folder: Path) -> SystemStateProbe:
    """Look at this machine, for work in ``folder``."""

    def probe(new: NewData, idle_s: float) -> SystemState:
        # The first look is a minute after the start, which does not wait for what it needs.
        from cowrite.personalize.schedule.system_state import read_system_state

        return read_system_state(folder, new, idle_s)

    return probe


class TrainingScheduler(QObject):
    """Signals: ``may_begin()``, ``must_stop(NotNow)``, and ``said(str)``, why not now, “” if it may."""

    may_begin = Signal()
    must_stop = Signal(object)
    said = Signal(str)

    def __init__(
        self,
        *,
        probe: SystemStateProbe,
        read_new_data: Callable[[], NewData],
        idle_s: Callable[[], float],
        clock: Clock,
        rules: Rules | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._probe = probe
        self._read_new_data = read_new_data
        self._idle_s = idle_s
        self._clock = clock
        self._rules = rules or Rules()
        self._background = Background("training-scheduler", self)
        self._is_checking = False
        self._is_on = False
        self._is_training = False
        self._ended_ms: float | None = None
        self._why: NotNow | str | None = None  # not the sentence: another language may be chosen
        self._timer = QTimer(self)
        self._timer.setInterval(CHECK_EVERY_MS)
        self._timer.timeout.connect(self.refresh)
        self._first = QTimer(self)
        self._first.setSingleShot(True)
        self._first.setInterval(FIRST_CHECK_MS)
        self._first.timeout.connect(self.refresh)

    @property
    def sentence(self) -> str:
        """Why it does not learn now; “” if nothing speaks against it, or nobody has looked yet."""
        return _sentence(self._why)

    def set_on(self, on: bool) -> None:
        """Learn at night, or not."""
        if on == self._is_on:
            return
        self._is_on = on
        if on:
            self._timer.start()
            self._first.start()
        else:
            self._timer.stop()
            self._first.stop()
            self._is_training = False
            self._say(None)

    def refresh(self) -> None:
        """Look now; the answer comes as a signal."""
        if not self._is_on or self._is_checking:
            return
        self._is_checking = True
        idle_s = self._idle_s()
        self._background.run(
            lambda: self._probe(self._read_new_data(), idle_s),
            self._on_seen,
            lambda _: self._on_checked(),
        )

    def began(self) -> None:
        """The run that :attr:`may_begin` asked for has begun."""
        self._is_training = True
        self._say(None)

    def ended(self, *, of_itself: bool) -> None:
        """A run has ended, whoever began it; ``of_itself`` unless somebody stopped it."""
        self._is_training = False
        if of_itself:
            self._ended_ms = self._clock.monotonic_ms()

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._first.stop()
        self._background.close()

    def _on_checked(self) -> None:
        self._is_checking = False

    def _on_seen(self, seen: SystemState) -> None:
        self._on_checked()
        if not self._is_on:
            return
        if self._is_training:
            reason = why_not_go_on(seen, self._rules)
            if reason is not None:
                self._say(reason)
                self.must_stop.emit(reason)
            return
        if self._is_resting:
            self._say(RESTING)
            return
        reason = why_not_begin(seen, self._rules)
        self._say(reason)
        if reason is None:
            self.may_begin.emit()

    @property
    def _is_resting(self) -> bool:
        ended = self._ended_ms
        return ended is not None and self._clock.monotonic_ms() - ended < 1000 * REST_S

    def _say(self, why: NotNow | str | None) -> None:
        if why != self._why:
            self._why = why
            self.said.emit(self.sentence)


def _sentence(why: NotNow | str | None) -> str:
    if isinstance(why, NotNow):
        return tr("Not now: {reason}.", reason=tr(why.value))
    return tr(why) if why is not None else ""
