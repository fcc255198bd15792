"""A timer of Qt in the form that the suggestion controller wants."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer


class QtTimer:
    """Implements :class:`~cowrite.suggest.ports.Timer`; ends with its ``parent``."""

    def __init__(self, parent: QObject) -> None:
        self._timer = QTimer(parent)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_timeout)
        self._callback: Callable[[], None] = lambda: None

    def start(self, delay_ms: int, callback: Callable[[], None]) -> None:
        """Call ``callback`` once, ``delay_ms`` from now, instead of what was to be called."""
        self._callback = callback
        self._timer.start(max(0, delay_ms))

    def stop(self) -> None:
        """Do not call."""
        self._timer.stop()

    def _on_timeout(self) -> None:
        self._callback()
