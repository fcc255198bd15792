"""Which of the files opened lately are still there, without letting a menu wait for a disk that is far away."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path

PATIENCE_S = 0.05


class FilePresence(Enum):
    """What is known of a file."""

    THERE = "there"
    GONE = "gone"
    OUT_OF_REACH = "out of reach"  # its folder is not there either: a disk may be unplugged
    UNKNOWN = "unknown"


def presence_of(path: Path) -> FilePresence:
    """Look, which may take seconds on a network."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return FilePresence.GONE if path.parent.is_dir() else FilePresence.OUT_OF_REACH
    except OSError:
        return FilePresence.OUT_OF_REACH
    return FilePresence.THERE


class RecentFilesThere:
    """Looks on threads of its own, and tells what it knows after a twentieth of a second."""

    def __init__(self, probe: Callable[[Path], FilePresence] = presence_of) -> None:
        self._probe = probe
        self._known: dict[Path, FilePresence] = {}
        self._readers: dict[Path, threading.Thread] = {}

    def refresh(self, paths: Sequence[Path]) -> dict[Path, FilePresence]:
        """What is known of each; what is not known in time is known the next time."""
        self._readers = {path: each for path, each in self._readers.items() if each.is_alive()}
        for path in paths:
            if path not in self._readers:
                # A daemon, so that a disk that does not answer cannot keep the program from ending.
                thread = threading.Thread(
                    target=self._find_out, args=(path,), name="cowrite-looks", daemon=True
                )
                self._readers[path] = thread
                thread.start()
        deadline = time.monotonic() + PATIENCE_S
        for path in paths:
            self._readers[path].join(max(0.0, deadline - time.monotonic()))
        return {path: self._known_now(path) for path in paths}

    def _known_now(self, path: Path) -> FilePresence:
        known = self._known.get(path, FilePresence.UNKNOWN)
        is_old = self._readers[path].is_alive()
        # What is gone is forgotten, so that must be true now.
        return FilePresence.UNKNOWN if is_old and known is FilePresence.GONE else known

    def _find_out(self, path: Path) -> None:
        self._known[path] = self._probe(path)
