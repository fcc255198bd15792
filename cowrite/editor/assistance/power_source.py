"""Whether the machine runs on its battery."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.system_probes import on_battery

CHECK_EVERY_MS = 30_000


class PowerSource(QObject):
    """``changed(bool)`` tells that the machine runs on its battery now, or no longer does.

    It looks for the first time when it is told to, or after half a minute.
    """

    changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_battery = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(CHECK_EVERY_MS)

    @property
    def on_battery(self) -> bool:
        """Whether it did when it was last looked at."""
        return self._on_battery

    def refresh(self) -> None:
        """Look again."""
        now = on_battery()
        if now != self._on_battery:
            self._on_battery = now
            self.changed.emit(now)

    def close(self) -> None:
        """Look no more."""
        self._timer.stop()
