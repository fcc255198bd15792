"""Finds past sessions and loads the playback of one, beside the window's thread: the window never waits for either."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.editor.common.log_reader import LogReader
from cowrite.suggest.replay.past_sessions import load_playback, past_sessions


class ReplayReader(LogReader):
    """Reads the log at ``path``. Only the answer to the last question is told.

    Signals, on the thread that made it: ``listed(list of PastSession)``, ``loaded(Playback)``, or ``failed(str
    sentence)`` if it could not be read.
    """

    listed = Signal(object)
    loaded = Signal(object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__("replay", parent)
        self._path = path

    def list_sessions(self) -> None:
        """Begin to look up which sessions there are; returns at once."""
        self.begin(lambda _, opened: past_sessions(self._path, opened), self.listed.emit)

    def load(self, session_id: str) -> None:
        """Begin to load the playback of a session; returns at once."""
        self.begin(
            lambda _, opened: load_playback(self._path, session_id, opened), self.loaded.emit
        )
