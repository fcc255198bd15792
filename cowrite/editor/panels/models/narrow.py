"""What keeps the window of models usable where it is narrow: with large letters, or on a small screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QLayoutItem, QSplitter, QWidget


class TurningSplitter(QSplitter):
    """Its parts stand side by side where there are ``needed_px`` for them, otherwise one above the other."""

    def __init__(self, needed_px: int, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._needed_px = needed_px

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        has_room = event.size().width() >= self._needed_px
        wanted = Qt.Orientation.Horizontal if has_room else Qt.Orientation.Vertical
        if wanted is not self.orientation():
            self.setOrientation(wanted)
        super().resizeEvent(event)

    def minimumSizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        # Side by side they need more, but they need not stand so.
        least = super().minimumSizeHint()
        parts = filter(None, map(self.widget, range(self.count())))
        least.setWidth(max((each.minimumSizeHint().width() for each in parts), default=0))
        return least


class WrappingRow(QLayout):
    """Widgets one beside the other, in as many lines as they need."""

    def __init__(self, widgets: list[QWidget], spacing: int = 8) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)
        for widget in widgets:
            self.addWidget(widget)

    def addItem(self, item: QLayoutItem) -> None:  # noqa: D102 - Qt's name
        self._items.append(item)

    def count(self) -> int:  # noqa: D102 - Qt's name
        return len(self._items)

    def itemAt(self, at: int) -> QLayoutItem | None:  # noqa: D102 - Qt's name
        return self._items[at] if 0 <= at < len(self._items) else None

    def takeAt(self, at: int) -> QLayoutItem | None:  # noqa: D102 - Qt's name
        return self._items.pop(at) if 0 <= at < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: D102 - Qt's name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: D102 - Qt's name
        return self._arrange(QRect(0, 0, width, 0), is_real=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: D102 - Qt's name
        super().setGeometry(rect)
        self._arrange(rect, is_real=True)

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        return self.minimumSize()

    def minimumSize(self) -> QSize:  # noqa: D102 - Qt's name
        size = QSize()
        for item in self._items:
            if not item.isEmpty():
                size = size.expandedTo(item.minimumSize())
        return size.grownBy(self.contentsMargins())

    def _arrange(self, rect: QRect, *, is_real: bool) -> int:
        """Put everything into ``rect`` line by line; how high that is."""
        inner = rect.marginsRemoved(self.contentsMargins())
        x, y, line = inner.left(), inner.top(), 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            if line and x + size.width() > inner.right() + 1:
                x, y, line = inner.left(), y + line + self.spacing(), 0
            if is_real:
                item.setGeometry(QRect(QPoint(x, y), size))
            x, line = x + size.width() + self.spacing(), max(line, size.height())
        return y + line - rect.top() + self.contentsMargins().bottom()
