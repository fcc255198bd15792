"""Whether somebody writes: a key in any window of the program, an input method, a suggestion being thought of."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.engine.messages import EngineState, EngineStatus

QUIET_AFTER_MS = 20_000


class UserActivity(QObject):
    """Signals: ``touched()`` with each key, ``rested()`` when there was none for a while."""

    touched = Signal()
    rested = Signal()

    def __init__(
        self, clock: Clock, quiet_after_ms: int = QUIET_AFTER_MS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._last_ms = clock.monotonic_ms()
        self._window: QWindow | None = None
        self._quiet = QTimer(self)
        self._quiet.setSingleShot(True)
        self._quiet.setInterval(quiet_after_ms)
        self._quiet.timeout.connect(self.rested)
        # The window that has the keyboard, and no more: whoever listens to the whole program slows every repaint.
        gui = QGuiApplication.instance()
        self._gui = gui if isinstance(gui, QGuiApplication) else None
        if self._gui is not None:
            self._gui.focusWindowChanged.connect(self._follow)
            self._follow(QGuiApplication.focusWindow())

    @property
    def is_busy(self) -> bool:
        """Whether there was something just now."""
        return self._quiet.isActive()

    @property
    def idle_s(self) -> float:
        """For how many seconds there was nothing."""
        return max(0.0, (self._clock.monotonic_ms() - self._last_ms) / 1000)

    def touch(self) -> None:
        """Somebody is there."""
        self._last_ms = self._clock.monotonic_ms()
        self._quiet.start()
        # Each time: whoever began to listen a moment ago has to hear of the next key.
        self.touched.emit()

    def text_changed(self, change: TextChange) -> None:
        """A page changed, perhaps by an input method that keeps its keys to itself."""
        if change.kind is not ChangeKind.LOADED:
            self.touch()

    def engine_said(self, status: EngineStatus) -> None:
        """A suggestion that is being thought of needs the machine for itself."""
        if status.state is EngineState.THINKING:
            self.touch()

    def close(self) -> None:
        """Listen no more."""
        self._quiet.stop()
        if self._gui is not None:
            self._gui.focusWindowChanged.disconnect(self._follow)
            self._gui = None
        self._follow(None)

    def _follow(self, window: QWindow | None) -> None:
        before, self._window = self._window, window
        if before is not None:
            with contextlib.suppress(RuntimeError):  # it is gone already
                before.removeEventFilter(self)
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if event.type() is QEvent.Type.KeyPress:
            self.touch()
        return False
