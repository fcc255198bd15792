"""A small window that grows with what is found out while it stands there."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog


class GrowingDialog(QDialog):
    """Its layout is asked for the height that its texts need; it never gets smaller by itself."""

    def event(self, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        answer = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            layout = self.layout()
            needed = layout.totalHeightForWidth(self.width()) if layout else 0
            self.resize(self.width(), max(self.height(), needed))
        return answer
