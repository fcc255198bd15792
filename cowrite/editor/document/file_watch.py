"""Notices that another program has touched the file of a document. Looks at nothing itself, and wakes up for nothing.

The system tells of changes on its own disks; what it does not tell, as on a network drive, is found when the writer
comes back to the program (:mod:`cowrite.editor.shell.files.disk_changes`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal

from cowrite.editor.page.listeners import ListenerStage, SaveOccasion

if TYPE_CHECKING:  # a document has a watch
    from cowrite.editor.document.document import Document


class FileWatcher(QObject):
    """One for all documents, as systems allow only so many. Signal: ``touched(str path)``."""

    touched = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._watcher: QFileSystemWatcher | None = None
        self._count: dict[str, int] = {}

    def watch(self, path: Path) -> None:
        """Tell of changes of ``path`` from now on; of a file that was replaced, only after this is called again."""
        name = str(path)
        self._count[name] = self._count.get(name, 0) + 1
        self.renew(path)

    def renew(self, path: Path) -> None:
        """There may be another file under this name now."""
        if self._watcher is None:  # the first window of a start does not wait for it
            self._watcher = QFileSystemWatcher(self)
            self._watcher.fileChanged.connect(self._on_changed)
        self._watcher.removePath(str(path))
        self._watcher.addPath(str(path))

    def leave(self, path: Path) -> None:
        """Tell of it no more."""
        name = str(path)
        left = self._count.pop(name, 1) - 1
        if left:
            self._count[name] = left
        elif self._watcher is not None:
            self._watcher.removePath(name)

    def _on_changed(self, name: str) -> None:
        self.touched.emit(name)


class FileWatch(QObject):
    """Follows the file of ``document``. Signal: ``touched()``, also for what Cowrite itself did to it."""

    touched = Signal()

    def __init__(self, document: Document, watcher: FileWatcher | None) -> None:
        super().__init__(document)
        self._document = document
        self._watcher = watcher
        self._path: Path | None = None
        if watcher is not None:
            watcher.touched.connect(self._on_touched)
            document.identity_listeners.add(ListenerStage.VIEW, self._on_identity_changed)
            document.save_listeners.add(ListenerStage.VIEW, self._on_saved)

    @property
    def is_on(self) -> bool:
        """Whether files are watched at all."""
        return self._watcher is not None

    def renew(self) -> None:
        """There may be another file under its name now."""
        if self._watcher is not None and self._path is not None:
            self._watcher.renew(self._path)

    def close(self) -> None:
        """Tell nothing more. May be called again."""
        if self._watcher is not None and self._path is not None:
            self._watcher.leave(self._path)
        self._path = None

    def _on_identity_changed(self, _before: str) -> None:
        if self._watcher is None or self._document.path == self._path:
            return
        self.close()
        self._path = self._document.path
        if self._path is not None:
            self._watcher.watch(self._path)

    def _on_saved(self, _: SaveOccasion) -> None:
        self.renew()

    def _on_touched(self, name: str) -> None:
        if self._path is not None and name == str(self._path):
            self.touched.emit()
