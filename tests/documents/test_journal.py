"""What a crash leaves behind, and what the next start makes of it."""

from __future__ import annotations

import errno
import hashlib
import json
import math
import os
import shutil
import stat
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.documents.files import FileStamp
from cowrite.documents.identity import document_id_for
from cowrite.documents.journal import PARTLY, Journal, JournalEntry, JournalSchedule

ENTRY = JournalEntry(
    document_id="d1",
    path="/home/a/book.txt",
    text="Es war 你好 😀\n",
    caret=7,
    saved_at_ms=5,
    stamp=FileStamp(size=3, sha256="abc", mtime_ns=7),
)
ENTRIES = st.builds(
    JournalEntry,
    document_id=st.text("0123456789abcdef-", min_size=1, max_size=40),
    path=st.just("")
    | st.text(st.characters(codec="utf-8", exclude_characters="\0")).map("/{}".format),
    text=st.text(
        st.characters()
    ),  # half characters too: a crash does not ask whether they can be saved
    caret=st.integers(0, 10**9),
    saved_at_ms=st.integers(0, 2**50),
    stamp=st.none() | st.builds(FileStamp, size=st.integers(0, 2**63 - 1), sha256=st.text("0f")),
)


@given(st.lists(ENTRIES, max_size=4, unique_by=lambda entry: entry.document_id))
def test_entries_come_back_as_they_were_oldest_first(
    tmp_path_factory: pytest.TempPathFactory, entries: list[JournalEntry]
) -> None:
    journal = Journal(tmp_path_factory.mktemp("journal"))
    for entry in entries:
        journal.write(replace(entry, text="an older version"))
        journal.write(entry)
    found, damaged = journal.entries()
    assert damaged == []
    assert [entry.saved_at_ms for entry in found] == sorted(e.saved_at_ms for e in entries)
    assert {entry.document_id: entry for entry in found} == {e.document_id: e for e in entries}


def test_a_journal_that_was_never_written_is_empty(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none").entries() == ([], [])


def test_discarding_and_privacy(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.write(ENTRY)
    journal.write(replace(ENTRY, document_id="d2"))
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700
        for file in (tmp_path / "journal").iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
    journal.discard("d1")
    journal.discard("d1")
    assert journal.entries() == ([replace(ENTRY, document_id="d2")], [])


def test_a_copy_that_cannot_be_removed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = Journal(tmp_path)
    journal.write(ENTRY)
    monkeypatch.setattr(Path, "unlink", _refuse)
    with pytest.raises(UserError, match="could not be deleted"):
        journal.discard("d1")


@pytest.mark.parametrize("document_id", ["", "../d", "a/b", "a.b", "x" * 65])
def test_no_file_outside_the_folder_is_ever_named(tmp_path: Path, document_id: str) -> None:
    with pytest.raises(ValueError, match="identity"):
        Journal(tmp_path / "journal").write(replace(ENTRY, document_id=document_id))
    with pytest.raises(ValueError, match="identity"):
        Journal(tmp_path / "journal").discard(document_id)
    assert list(tmp_path.glob("**/*.journal")) == []


def test_every_identity_may_be_journaled(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for path in (None, tmp_path / "a.txt"):
        journal.write(replace(ENTRY, document_id=document_id_for(path)))
    assert len(journal.entries()[0]) == 2


def written(folder: Path) -> Path:
    Journal(folder).write(ENTRY)
    return folder / "d1.journal"


PLACES = st.integers(0, 9_999)  # taken modulo the size of the file


@given(PLACES, st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_found_and_the_file_kept_aside(
    tmp_path_factory: pytest.TempPathFactory,
    caplog: pytest.LogCaptureFixture,
    position: int,
    bit: int,
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    file = written(folder)
    data = bytearray(file.read_bytes())
    data[position % len(data)] ^= 1 << bit
    file.write_bytes(data)
    good, (damaged,) = Journal(folder).entries()
    assert good == []
    assert damaged.kept_as.read_bytes() == bytes(data)
    assert damaged.kept_as.name in damaged.sentence
    assert "Es war" not in caplog.text
    assert Journal(folder).entries() == ([], [])


@given(PLACES)
def test_a_cut_journal_is_found(
    tmp_path_factory: pytest.TempPathFactory, caplog: pytest.LogCaptureFixture, keep: int
) -> None:
    folder = tmp_path_factory.mktemp("journal")
    file = written(folder)
    data = file.read_bytes()
    file.write_bytes(data[: keep % len(data)])
    good, damaged = Journal(folder).entries()
    assert good == []
    assert len(damaged) == 1


def test_one_damaged_journal_does_not_hide_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = written(tmp_path)
    Journal(tmp_path).write(replace(ENTRY, document_id="d2"))
    file.write_bytes(b"")
    good, damaged = Journal(tmp_path).entries()
    assert [entry.document_id for entry in good] == ["d2"]
    assert len(damaged) == 1


@pytest.mark.parametrize("name", ["d3", "d1 (copy)", ".d1", "d1.2", "\xe4"])
def test_a_copied_journal_is_the_text_of_a_document_of_its_own(tmp_path: Path, name: str) -> None:
    shutil.copy(written(tmp_path), tmp_path / f"{name}.journal")
    for _ in range(2):  # and stays one
        good, damaged = Journal(tmp_path).entries()
        assert damaged == []
        assert [entry.text for entry in good] == [ENTRY.text] * 2
        assert len({entry.document_id for entry in good}) == 2
        assert "d1" in {entry.document_id for entry in good}


def test_a_text_is_kept_for_another_document_and_never_over_its_own(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for name in ("d1", "d2"):
        journal.write(replace(ENTRY, document_id=name, text=name))
    with pytest.raises(UserError, match="could not be renamed"):
        journal.readdress(ENTRY, "d2")
    assert {entry.text for entry in journal.entries()[0]} == {"d1", "d2"}
    assert journal.readdress(ENTRY, "d3") == replace(ENTRY, document_id="d3")
    found = {entry.document_id: entry.text for entry in journal.entries()[0]}
    assert found == {"d2": "d2", "d3": "d1"}


def with_header(**values: object) -> bytes:
    """A journal that is whole, with other values in its header."""
    body = ENTRY.text.encode()
    header = {
        **{name: value for name, value in asdict(ENTRY).items() if name != "text"},
        **{"magic": "cowrite-journal", "version": 1, "length": len(body)},
        **{"sha256": hashlib.sha256(body).hexdigest()},
        **values,
    }
    line = json.dumps(header).encode()
    return hashlib.sha256(line).hexdigest().encode() + b"\n" + line + b"\n" + body


@pytest.mark.parametrize("name", ["path", "caret", "saved_at_ms", "stamp", "document_id"])
@pytest.mark.parametrize(
    "value",
    [-1.5, 10**60, math.nan, math.inf, "\0", "\ud800", "x", [], {}, {"size": "1"}, {"a": 1}, True],
)
@pytest.mark.expects_warnings
def test_a_header_that_makes_no_sense_costs_no_word(
    tmp_path: Path, name: str, value: object
) -> None:
    (tmp_path / "d1.journal").write_bytes(with_header(**{name: value}))
    (entry,), said = Journal(tmp_path).entries()
    assert (entry.document_id, entry.text) == ("d1", ENTRY.text)
    if name == "document_id" and value == "x":
        assert said == []  # it is the name of its file that counts
    else:
        assert [each.sentence for each in said] == [PARTLY]
    untouched = {"path", "caret", "saved_at_ms", "stamp"} - {name}
    assert all(getattr(entry, each) == getattr(ENTRY, each) for each in untouched)


@pytest.mark.expects_warnings
@pytest.mark.parametrize("line", [b"[" * 100_000, b"[]", b"1", b"null", b'{"magic": []}'])
def test_a_header_that_is_none_is_kept_aside(tmp_path: Path, line: bytes) -> None:
    check = hashlib.sha256(line).hexdigest().encode()
    (tmp_path / "d1.journal").write_bytes(check + b"\n" + line + b"\nwords")
    good, (damaged,) = Journal(tmp_path).entries()
    assert good == []
    assert damaged.kept_as.read_bytes().endswith(b"words")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
@pytest.mark.expects_warnings
def test_what_is_no_file_stops_nothing(tmp_path: Path) -> None:
    written(tmp_path)
    os.mkfifo(tmp_path / "pipe.journal")
    (tmp_path / "folder.journal").mkdir()
    (tmp_path / "link.journal").symlink_to("nowhere")
    good, damaged = Journal(tmp_path).entries()
    assert good == [ENTRY]
    assert len(damaged) == 3


def newer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("cowrite.documents.journal.VERSION", 2)
    file = written(folder)
    monkeypatch.undo()
    return file


def test_a_journal_of_a_newer_version_is_left_alone_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = newer(tmp_path, monkeypatch)
    data = file.read_bytes()
    good, (found,) = Journal(tmp_path).entries()
    assert good == []
    assert "newer version of Cowrite" in found.sentence
    assert "Update Cowrite" in found.sentence
    assert str(file) in found.sentence
    Journal(tmp_path).discard(ENTRY.document_id)
    assert [each.read_bytes() for each in tmp_path.iterdir()] == [data]


def test_nothing_is_written_over_a_journal_of_a_newer_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It moves out of the way, under a name by which the newer program finds it again."""
    file = newer(tmp_path, monkeypatch)
    data = file.read_bytes()
    Journal(tmp_path).write(replace(ENTRY, text="of the older program"))
    (moved,) = set(tmp_path.iterdir()) - {file}
    assert moved.read_bytes() == data
    (entry,), (left,) = Journal(tmp_path).entries()
    assert entry.text == "of the older program"
    assert left.kept_as == moved
    file.unlink()
    monkeypatch.setattr("cowrite.documents.journal.VERSION", 2)
    good, _ = Journal(tmp_path).entries()
    assert [each.text for each in good if each.document_id == moved.stem] == [ENTRY.text]


def test_a_damaged_journal_that_cannot_be_renamed_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = written(tmp_path)
    file.write_bytes(b"damaged")
    monkeypatch.setattr(Path, "rename", _refuse)
    _, (damaged,) = Journal(tmp_path).entries()
    assert damaged.kept_as == file
    assert file.read_bytes() == b"damaged"


def test_unfinished_files_of_a_killed_program_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold text that the writer may want forgotten."""
    journal = Journal(tmp_path)
    journal.write(ENTRY)
    with monkeypatch.context() as killed:
        killed.setattr(Path, "replace", _fail)
        killed.setattr(Path, "unlink", _refuse)
        with pytest.raises(UserError, match="crash"):
            journal.write(replace(ENTRY, text="secret"))
    assert len(list(tmp_path.iterdir())) == 2
    assert journal.entries() == ([ENTRY], [])
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_keeps_the_older_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    journal = Journal(tmp_path)
    journal.write(ENTRY)
    monkeypatch.setattr(*((os, "fsync", _no_space) if step == "fsync" else (Path, step, _no_space)))
    with pytest.raises(UserError, match="crash"):
        journal.write(replace(ENTRY, text="newer"))
    monkeypatch.undo()
    assert journal.entries() == ([ENTRY], [])


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def _fail(*_: object, **__: object) -> None:
    raise OSError(errno.EIO, "Input/output error")


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")


@given(st.lists(st.integers(1, 4_000), max_size=60))
def test_at_most_five_seconds_are_ever_unwritten(pauses: list[int]) -> None:
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


def test_it_is_written_one_second_after_the_last_key() -> None:
    schedule = JournalSchedule()
    schedule.changed(100)
    schedule.changed(700)
    assert schedule.due_in_ms(700) == 1_000
    assert schedule.due_in_ms(1_699) == 1
    assert schedule.due_in_ms(9_999) == 0


def test_while_typing_it_is_written_after_four_seconds() -> None:
    schedule = JournalSchedule()
    for now in range(0, 3_801, 200):
        schedule.changed(now)
    assert schedule.due_in_ms(3_800) == 200


def test_nothing_is_due_while_nothing_changed() -> None:
    schedule = JournalSchedule()
    assert schedule.due_in_ms(0) is None
    schedule.changed(0)
    schedule.written()
    assert schedule.due_in_ms(10) is None
