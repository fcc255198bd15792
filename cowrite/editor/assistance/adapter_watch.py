"""Notices that another adapter is to be used, whoever said so: the command line, or a training that was scheduled."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

# A file that is replaced changes its folder several times.
SETTLING_MS = 200


class AdapterWatch(QObject):
    """Watches ``note``, which is replaced whole. ``changed`` is emitted on the window's thread."""

    changed = Signal()

    def __init__(self, note: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._note = note
        self._known = self._stamp()
        # The folder, because a watch on the file itself ends when another takes its place.
        self._watcher = QFileSystemWatcher([str(note.parent)], self)
        self._watcher.directoryChanged.connect(self._on_changed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._check)

    def close(self) -> None:
        """Watch no more."""
        self._timer.stop()
        self._watcher.removePaths(self._watcher.directories())

    def _on_changed(self) -> None:
        self._timer.start(SETTLING_MS)

    def _check(self) -> None:
        stamp = self._stamp()
        if stamp != self._known:
            self._known = stamp
            self.changed.emit()

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._note.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size
