"""A small window from which a file or a folder can be dragged, as from a file manager.

``python drag_source.py PATH`` prints where to begin, and ends when it is killed.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

SIZE = 60


class Source(QLabel):
    """Dragged as soon as the mouse moves with its button held."""

    def __init__(self, path: str) -> None:
        super().__init__("drag")
        self._path = path
        self.setWindowFlags(
            Qt.WindowType.X11BypassWindowManagerHint | Qt.WindowType.WindowStaysOnTopHint
        )
        self.setGeometry(0, 0, SIZE, SIZE)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The drag has an event loop of its own until the button is let go."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            data = QMimeData()
            data.setUrls([QUrl.fromLocalFile(self._path)])
            drag = QDrag(self)
            drag.setMimeData(data)
            drag.exec(Qt.DropAction.CopyAction)


def main() -> int:
    """Show it."""
    application = QApplication(sys.argv)
    source = Source(sys.argv[1])
    source.show()
    QTimer.singleShot(300, lambda: print(SIZE // 2, SIZE // 2, flush=True))
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
