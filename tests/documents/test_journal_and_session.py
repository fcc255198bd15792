"""What a crash leaves behind, and what the next start makes of it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.documents.files import FileStamp
from cowrite.documents.journal import Journal, JournalEntry, JournalSchedule
from cowrite.documents.session import OpenDocument, Session, load_session, save_session
from cowrite.errors import UserError

ENTRY = JournalEntry(
    document_id="d1",
    path="/home/a/book.txt",
    text="Es war 你好 😀\n",
    caret=7,
    saved_at_ms=5,
    stamp=FileStamp(size=3, sha256="abc"),
)


@given(st.text(), st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_entries_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, text: str, caret: int
) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal"))
    entry = JournalEntry(document_id="d", path="", text=text, caret=caret, saved_at_ms=1)
    journal.write(entry)
    assert journal.entries() == ([entry], [])


def test_discarding_and_privacy(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(ENTRY)
    (file,) = tmp_path.iterdir()
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    journal.discard("d1")
    journal.discard("d1")
    assert journal.entries() == ([], [])


@pytest.mark.parametrize("position", [0, 40, 70, 120, -3])
@pytest.mark.expects_warnings
def test_a_flipped_bit_anywhere_is_found_and_the_file_kept_aside(
    tmp_path: Path, position: int
) -> None:
    journal = Journal(tmp_path)
    journal.write(ENTRY)
    (file,) = tmp_path.iterdir()
    data = bytearray(file.read_bytes())
    data[position] ^= 0x10
    file.write_bytes(data)
    good, (damaged,) = journal.entries()
    assert good == []
    assert damaged.kept_as.read_bytes() == bytes(data)
    assert journal.entries() == ([], [])


@pytest.mark.parametrize("keep", [0, 10, 100, -1])
@pytest.mark.expects_warnings
def test_a_cut_journal_is_found(tmp_path: Path, keep: int) -> None:
    journal = Journal(tmp_path)
    journal.write(ENTRY)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:keep])
    good, damaged = journal.entries()
    assert good == []
    assert len(damaged) == 1


def test_a_full_disk_keeps_the_older_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    journal.write(ENTRY)
    monkeypatch.setattr(os, "fsync", _no_space)
    with pytest.raises(UserError, match="crash"):
        journal.write(JournalEntry(document_id="d1", path="", text="x", caret=0, saved_at_ms=9))
    monkeypatch.undo()
    assert journal.entries() == ([ENTRY], [])


def _no_space(_: int) -> None:
    raise OSError(28, "No space left on device")


@given(st.lists(st.integers(1, 4_000), max_size=60))
def test_at_most_five_seconds_are_ever_unwritten(pauses: list[float]) -> None:
    schedule = JournalSchedule()
    now, oldest_unwritten = 0, None
    for pause in pauses:
        due = schedule.due_in_ms(now)
        if due is not None and due <= pause:
            schedule.written()
            oldest_unwritten = None
        now += pause
        schedule.changed(now)
        oldest_unwritten = now if oldest_unwritten is None else oldest_unwritten
        due = schedule.due_in_ms(now)
        assert due is not None
        assert due <= JournalSchedule.QUIET_MS
        assert now + due - oldest_unwritten <= JournalSchedule.LONGEST_MS


def test_nothing_is_due_while_nothing_changed() -> None:
    schedule = JournalSchedule()
    assert schedule.due_in_ms(0) is None
    schedule.changed(0)
    schedule.written()
    assert schedule.due_in_ms(10) is None


def test_session_round_trip_and_recent_files(tmp_path: Path) -> None:
    file = tmp_path / "session.json"
    session = Session(documents=(OpenDocument(document_id="d", path="/a", caret=3),))
    for name in ["/a", "/b", "/a"]:
        session = session.with_recent(Path(name))
    assert session.recent == (str(Path("/a")), str(Path("/b")))
    save_session(file, session)
    assert load_session(file) == (session, "")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"documents": [{}], "recent": []}', "\x00"])
@pytest.mark.expects_warnings
def test_a_damaged_session_is_set_aside(tmp_path: Path, content: str) -> None:
    file = tmp_path / "session.json"
    file.write_text(content)
    session, sentence = load_session(file)
    assert session == Session()
    assert sentence
    (aside,) = tmp_path.iterdir()
    assert "damaged" in aside.name
    assert aside.read_text() == content


def test_no_session_is_no_problem(tmp_path: Path) -> None:
    assert load_session(tmp_path / "none.json") == (Session(), "")
