"""Finds past sessions and makes the film of one, on a thread of its own: the window never waits for either."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.decisions.past_sessions import load_session, past_sessions
from cowrite.editor.common.log_reader import LogReader, Reading
from cowrite.suggest.replay.playback import Playback


class ReplayReader(LogReader):
    """Reads the log at ``path``. Only the answer to the last question is told.

    Signals, on the thread that made it: ``listed(list of PastSession)``, ``loaded(Playback)``, or ``failed(str
    sentence)`` if it could not be read.
    """

    listed = Signal(object)
    loaded = Signal(object)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__("cowrite-replay", parent)
        self._path = path
        self.told.connect(self._on_told)

    def list_sessions(self) -> None:
        """Begin to look up which sessions there are; returns at once."""
        self.begin(lambda reading: reading.say("list", past_sessions(self._path, reading.opened)))

    def load(self, session_id: str) -> None:
        """Begin to make the film of a session; returns at once."""
        self.begin(lambda reading: self._make_film(reading, session_id))

    def _make_film(self, reading: Reading, session_id: str) -> None:
        session = load_session(self._path, session_id, reading.opened)
        film = Playback(session.events, session.texts)
        film.prepare(reading.stop_if_cancelled)
        reading.say("film", film)

    def _on_told(self, what: str, answer: object) -> None:
        if what == "list":
            self.listed.emit(answer)
        else:
            self.loaded.emit(answer)
