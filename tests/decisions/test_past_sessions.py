"""Which sessions can be played, and which one is meant."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from played_session import load_playback
from session_writer import SessionWriter, keep_sessions

from cowrite.base.errors import UserError
from cowrite.decisions.events import EventKind
from cowrite.decisions.past_sessions import (
    UNTITLED,
    clock,
    decisions,
    find_session,
    length,
    past_sessions,
)

AT_MS = 1_700_000_000_000
DAY_MS = 86_400_000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "decisions.sqlite3"


def lighthouse(session_id: str = "aaaa", at_ms: int = AT_MS) -> SessionWriter:
    session = SessionWriter(session_id, at_ms, file="/home/ada/The lighthouse.txt", text="It was ")
    session.write("dark ")
    session.suggest("and cold")
    session.take("and ")
    session.decide(EventKind.REJECTED)
    session.suggest("there")
    session.decide(EventKind.SUPERSEDED)
    session.wait(60_000)
    session.write("quiet")
    return session


def test_what_is_listed_and_in_which_order(log: Path) -> None:
    later = SessionWriter("bbbb", AT_MS + DAY_MS, document_id="e")
    later.write("Dear Bob")
    also = SessionWriter("bbbb", AT_MS + DAY_MS + 9, document_id="f", file="/home/ada/notes.md")
    also.write("milk")
    keep_sessions(log, lighthouse(), later, also)
    newest, oldest = past_sessions(log)
    assert (newest.id, newest.documents, newest.decisions) == ("bbbb", (UNTITLED, "notes.md"), 0)
    assert (oldest.id, oldest.title, oldest.started_ms) == ("aaaa", "The lighthouse.txt", AT_MS)
    assert oldest.decisions == 2  # that one went away by itself is none
    assert 60_000 < oldest.length_ms < 70_000
    playback = load_playback(log, oldest.id)
    assert len(playback.decisions) == oldest.decisions
    assert playback.frame(len(playback) - 1).text == "It was dark and quiet"


def test_a_text_that_was_kept_by_an_earlier_session_is_found(log: Path) -> None:
    keep_sessions(log, lighthouse())
    again = SessionWriter("bbbb", AT_MS + DAY_MS, text="It was dark and quiet")
    again.write(".")
    keep_sessions(log, again)  # the log leaves the text out where it holds it already
    playback = load_playback(log, "bbbb")
    assert playback.frame(0).text == "It was dark and quiet"
    assert playback.frame(len(playback) - 1).text == "It was dark and quiet."


def test_where_the_text_is_forgotten_it_is_said(log: Path) -> None:
    keep_sessions(log, lighthouse())
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("DELETE FROM events WHERE kind = 'opened'")
        connection.commit()
    playback = load_playback(log, "aaaa")
    frames = [playback.frame(number) for number in range(len(playback))]
    assert not any(frame.is_known or frame.text for frame in frames)
    assert [f.offered for f in frames if f.decision] == ["and ", "cold"]


def test_a_session_without_text_cannot_be_played_back(log: Path) -> None:
    keep_sessions(log, SessionWriter("aaaa", AT_MS, text="It was"))
    assert past_sessions(log) == []


def test_no_log_and_a_damaged_one(log: Path) -> None:
    assert past_sessions(log) == []
    log.write_bytes(b"a letter to my aunt " * 100)
    with pytest.raises(UserError, match="damaged"):
        past_sessions(log)


def test_a_row_that_makes_no_sense(log: Path) -> None:
    keep_sessions(log, lighthouse())
    with closing(sqlite3.connect(log)) as connection:
        # The index reads what is written, and would refuse this.
        connection.execute("DROP INDEX edits_for_statistics")
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE events SET details = '{' WHERE kind = 'edited'")
        connection.commit()
    with pytest.raises(UserError, match="damaged"):
        load_playback(log, "aaaa")


def test_which_one_is_meant(log: Path) -> None:
    keep_sessions(log, lighthouse("abcd"), lighthouse("abef", AT_MS + DAY_MS))
    keep_sessions(log, lighthouse("imported:xyz", AT_MS + 2 * DAY_MS))
    sessions = past_sessions(log)
    for wanted, found in (
        ("1", "imported:xyz"),
        ("3", "abcd"),
        ("abcd", "abcd"),
        ("abe", "abef"),
        ("xyz", "imported:xyz"),
        ("imported:x", "imported:xyz"),
    ):
        assert find_session(sessions, wanted).id == found
    for wanted in ("0", "4", "9999", "12345", "zz", "-1"):
        with pytest.raises(UserError, match="o session"):
            find_session(sessions, wanted)
    with pytest.raises(UserError, match="Several"):
        find_session(sessions, "ab")


def test_words_for_people() -> None:
    assert [clock(ms) for ms in (0, 65_400, 3_665_000)] == ["0:00", "1:05", "1:01:05"]
    assert [length(minutes * 60_000) for minutes in (0, 1, 59, 60, 61)] == [
        "under a minute",
        "1 min",
        "59 min",
        "1 h",
        "1 h 1 min",
    ]
    assert [decisions(n) for n in (0, 1, 2)] == ["no decisions", "1 decision", "2 decisions"]
