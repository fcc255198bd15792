"""``cowrite log stats``, ``forget``, ``erase``, ``backup`` and ``verify``: the writer in charge, without a window."""

from __future__ import annotations

import io
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLockFile

from cowrite.__main__ import main
from cowrite.decisions.database.backups import backups
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.reader import tail
from cowrite.decisions.writing.log import DecisionLog
from cowrite.documents.identity import document_id_for
from cowrite.settings.paths import Paths

CANARY = "Kanarienvogel"
EVERYTHING = 100_000
SECRET, LETTER = Path("/home/ada/secret.txt"), Path("/home/ada/letter.txt")


def event(path: Path, text: str, session: str = "s1") -> Event:
    return Event(
        kind=EventKind.EDITED,
        at_ms=time.time_ns() // 1_000_000,
        session_id=session,
        suggestion_id="",
        document_id=document_id_for(path),
        revision=1,
        start=0,
        end=len(text),
        details={"origin": "typed", "inserted": text, "removed": 0},
    )


@pytest.fixture
def kept(paths: Paths) -> Paths:
    """A log in which a secret and a letter were written, the letter long ago."""
    log = DecisionLog(paths.decision_log)
    log.start()
    log.begin_session("s1")
    for path in (SECRET, LETTER):
        log.register_document(document_id_for(path), str(path))
    log.record(event(SECRET, CANARY))
    log.record(replace(event(LETTER, "dear aunt", "s2"), at_ms=1_700_000_000_000))
    log.close()
    return paths


def texts(paths: Paths) -> list[object]:
    return [each.details["inserted"] for each in tail(paths.decision_log, EVERYTHING)]


def hidden_in(paths: Paths) -> list[Path]:
    files = (path for path in paths.data.rglob("*") if path.is_file())
    return [path for path in files if CANARY.encode() in path.read_bytes()]


@pytest.mark.parametrize("what", [[str(SECRET)], ["--last", "1h"], ["--session", "s1"]])
def test_forget(kept: Paths, capsys: pytest.CaptureFixture[str], what: list[str]) -> None:
    assert main(["log", "backup"]) == 0
    assert len(hidden_in(kept)) == 2
    assert main(["log", "forget", *what, "--yes"]) == 0
    assert "Log entries deleted, also from the backups: 1." in capsys.readouterr().out
    assert hidden_in(kept) == []
    assert texts(kept) == ["dear aunt"]
    assert [e.document_id for e in tail(backups(kept.decision_log)[0], 9)] == [
        document_id_for(LETTER)
    ]


def test_it_asks_first(
    kept: Paths, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for command in (["forget", str(SECRET)], ["erase"]):
        monkeypatch.setattr("sys.stdin", io.StringIO("no\n"))
        assert main(["log", *command]) == 0
        assert "Nothing was deleted." in capsys.readouterr().out
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        assert main(["log", *command]) == 2
        assert "--yes" in capsys.readouterr().err
    assert len(texts(kept)) == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert main(["log", "erase"]) == 0
    assert texts(kept) == []


def test_erase_takes_even_what_cannot_be_read(
    paths: Paths, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    paths.decision_log.write_bytes(CANARY.encode() * 1000)
    assert main(["log", "erase", "--yes"]) == 0
    assert hidden_in(paths) == []


@pytest.mark.parametrize("command", [["forget", str(SECRET)], ["erase"]])
def test_while_the_program_runs_it_says_where_to_do_it(
    kept: Paths, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    lock = QLockFile(str(kept.data / "instance.lock"))
    assert lock.tryLock(0)
    assert main(["log", *command, "--yes"]) == 2
    assert "Privacy and stored data" in capsys.readouterr().err
    lock.unlock()
    assert len(texts(kept)) == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["forget", "--last", "soon"], "not a length of time"),
        (["forget", "--last", "0h"], "not a length of time"),
        (["forget", "--session", "nobody"], "no session"),
    ],
)
def test_what_makes_no_sense_is_a_plain_sentence(
    kept: Paths, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["log", *arguments, "--yes"]) == 2
    assert said in capsys.readouterr().err
    assert len(texts(kept)) == 2


def test_without_a_log_there_is_nothing_to_forget(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["log", "forget", str(SECRET), "--yes"]) == 0
    assert main(["log", "erase", "--yes"]) == 0
    assert main(["log", "stats"]) == 0
    assert "It is empty." in capsys.readouterr().out


def test_backup_to_a_file_and_never_over_one(
    kept: Paths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "copy.sqlite3"
    assert main(["log", "backup", "--to", str(target)]) == 0
    before = target.read_bytes()
    assert len(tail(target, EVERYTHING)) == 2
    assert main(["log", "backup", "--to", str(target)]) == 2
    assert target.read_bytes() == before
    assert main(["log", "backup", "--to", str(tmp_path / "nowhere" / "copy.sqlite3")]) == 2
    assert "The backup failed" in capsys.readouterr().err


def test_stats_and_verify(kept: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["log", "backup"]) == 0
    assert main(["log", "stats"]) == 0
    said = capsys.readouterr().out
    assert "2 entries from 2023-11-14" in said
    assert "for 2 documents in 1 session" in said
    assert "Backups: 1" in said
    assert "until you delete them" in said
    assert main(["log", "stats", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["events"], told["documents"], told["keep_log_days"]) == ({"edited": 2}, 2, 0)
    assert main(["log", "verify"]) == 0
    assert "Undamaged backups: 1 of 1." in capsys.readouterr().out
    backups(kept.decision_log)[0].write_bytes(b"damaged")
    assert main(["log", "verify", "--json"]) == 2
    said = capsys.readouterr()
    assert "a backup of it is not" in said.err
    told = json.loads(said.out)
    assert told["log"]["damage"] == []
    assert list(told["backups"].values()) == [False]
