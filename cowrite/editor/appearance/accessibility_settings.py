"""What the desktop says of how a person sees best, as far as the installed Qt tells it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QStyleHints

_NO_PREFERENCE = "NoPreference"


class AccessibilitySettings(QObject):
    """Signal: ``changed()``. Qt before 6.10 tells nothing of contrast, before 6.12 nothing of motion.

    Source: https://doc.qt.io/qt-6.12/qaccessibilityhints.html
    """

    changed = Signal()

    def __init__(self, hints: QStyleHints, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hints = hints  # the next object is gone as soon as nobody holds this one
        self._accessibility = hints.accessibility() if hasattr(hints, "accessibility") else None
        for name in ("contrastPreferenceChanged", "motionPreferenceChanged"):
            signal = getattr(self._accessibility, name, None)
            if signal is not None:
                signal.connect(self._on_change)

    @property
    def more_contrast(self) -> bool:
        """Whether more contrast is wanted."""
        return self._prefers("contrastPreference")

    @property
    def less_motion(self) -> bool:
        """Whether less motion is wanted."""
        return self._prefers("motionPreference")

    def _prefers(self, name: str) -> bool:
        ask = getattr(self._accessibility, name, None)
        return ask is not None and ask().name != _NO_PREFERENCE

    def _on_change(self, _preference: object) -> None:
        self.changed.emit()
