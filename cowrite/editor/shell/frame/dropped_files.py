"""Files that are dragged onto a window are opened there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QWidget

from cowrite.editor.page.incoming import files_in


class DroppedFiles(QObject):
    """Watches ``window``; ``open_files`` gets the files, in the order in which they were dragged."""

    def __init__(self, window: QWidget, open_files: Callable[[Sequence[Path]], object]) -> None:
        super().__init__(window)
        self._open = open_files
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        # Drags over the text are the page's own; it lets those of files pass to the window.
        if isinstance(event, QDropEvent) and (files := files_in(event.mimeData())):
            # Never moved: the file manager would delete them.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            if not isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.Drop:
                self._open(files)
            return True
        return super().eventFilter(watched, event)
