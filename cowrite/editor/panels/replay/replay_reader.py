"""Finds past sessions and loads the playback of one, beside the window's thread: the window never waits for either."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.decisions.past_sessions import load_session, past_sessions
from cowrite.editor.common.background import Task
from cowrite.editor.common.log_reader import LogReader, Opened
from cowrite.suggest.replay.playback import Playback


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
        self.begin(lambda task, opened: self._playback(session_id, task, opened), self.loaded.emit)

    def _playback(self, session_id: str, task: Task, opened: Opened) -> Playback:
        session = load_session(self._path, session_id, opened)
        playback = Playback(session.events, session.texts)
        playback.prepare(lambda: task.interrupt_by(lambda: None))  # ends it when it is cancelled
        return playback
