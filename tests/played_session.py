"""The playback of a session in a log."""

from __future__ import annotations

from pathlib import Path

from cowrite.decisions.past_sessions import load_session
from cowrite.suggest.replay.playback import Playback


def load_playback(log: Path, session_id: str) -> Playback:
    session = load_session(log, session_id)
    playback = Playback(session.events, session.texts)
    playback.prepare()
    return playback
