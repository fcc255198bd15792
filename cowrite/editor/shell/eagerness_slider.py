"""The slider from most time to most keys, as it stands in the menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.wheel_guard import Slider
from cowrite.localization import tr
from cowrite.settings.preferences import info_of

STEPS = 20
_WIDTH_PX = 120
_LEAVES = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class MenuSlider(Slider):
    """A slider for Left and Right; Up and Down go on to the next entry of its menu."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.key() in _LEAVES:
            event.ignore()
        else:
            super().keyPressEvent(event)


class EagernessSlider(QWidget):
    """ "most time … most keys", from 0 to 1; calls ``on_change(value)`` when the writer moves it."""

    accessible_role = Role.Grouping

    def __init__(self, on_change: Callable[[float], None], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self.slider = MenuSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(0, STEPS)
        self.slider.setPageStep(STEPS // 4)
        self.slider.setMinimumSize(_WIDTH_PX, 24)
        self.slider.setAccessibleName(tr(info_of("eagerness").help))
        self.slider.valueChanged.connect(self._on_moved)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 4, 24, 4)
        row.setSpacing(8)
        least = QLabel(tr("most time"), self)
        least.setObjectName("menuEntry")  # begins where the other entries do
        row.addWidget(least)
        row.addWidget(self.slider, 1)
        row.addWidget(QLabel(tr("most keys"), self))
        # The menu gives its focus to the whole entry.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.slider)

    def follow(self, value: float) -> None:
        """Show ``value`` without telling of a change."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(value * STEPS))

    def _on_moved(self, step: int) -> None:
        self._on_change(step / STEPS)
