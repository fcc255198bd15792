"""``cowrite log stats``, ``verify``, ``forget`` and ``erase``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from cowrite.__main__ import main
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.log import DecisionLog
from cowrite.documents.identity import document_id_for
from cowrite.settings.paths import Paths

NOTES = "notes.txt"
EVENT = Event(
    kind=EventKind.EDITED,
    at_ms=1_700_000_000_000,
    session_id="s",
    suggestion_id="",
    document_id="",
    revision=1,
    start=0,
    end=5,
    details={"inserted": "Zeppelin", "origin": "typed", "removed": 0},
)

Cowrite = Callable[..., int]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths.find(tmp_path / "home")
    paths.create()
    notes = tmp_path / NOTES
    notes.write_text("mine")
    with closing(DecisionLog(paths.decision_log)) as log:
        log.start()
        log.begin_session("s")
        for document, path in ((document_id_for(notes), str(notes)), ("another", "/another")):
            log.register_document(document, path)
            log.record(replace(EVENT, document_id=document))
        log.flush()
    return paths


@pytest.fixture
def cowrite(paths: Paths) -> Cowrite:
    return lambda *words: main(["--home", str(paths.data.parent), "log", *map(str, words)])


def test_stats_tell_what_is_kept_and_where(
    cowrite: Cowrite, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cowrite("stats", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["documents"], found["sessions"], found["kinds"]) == (2, 1, {"edited": 2})
    assert found["file"] == str(paths.decision_log)
    assert cowrite("stats") == 0
    assert "changes of texts" in capsys.readouterr().out


def test_verify_says_sound_or_damaged(
    cowrite: Cowrite, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cowrite("verify") == 0
    assert "sound: 2 events" in capsys.readouterr().out
    paths.decision_log.write_bytes(b"no log at all " * 100)
    assert cowrite("verify") == 2
    assert "damaged" in capsys.readouterr().err


def test_a_file_is_forgotten_and_the_others_are_not(
    cowrite: Cowrite, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cowrite("forget", tmp_path / NOTES) == 0
    assert "Forgotten: 1 events." in capsys.readouterr().out
    cowrite("stats", "--json")
    assert json.loads(capsys.readouterr().out)["documents"] == 1
    assert (tmp_path / NOTES).read_text() == "mine"
    assert cowrite("forget", tmp_path / NOTES) == 2
    assert "Nothing is known of" in capsys.readouterr().err


@pytest.mark.parametrize("length", ["1", "an hour", "0h", "-1h"])
def test_a_length_of_time_that_is_none(
    cowrite: Cowrite, length: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cowrite("forget", f"--last={length}") == 2
    assert "30m, 1h or 2d" in capsys.readouterr().err


def test_the_last_days_are_forgotten(cowrite: Cowrite, capsys: pytest.CaptureFixture[str]) -> None:
    assert cowrite("forget", "--last", "1h") == 0
    assert "Forgotten: 0 events." in capsys.readouterr().out
    assert cowrite("forget", "--last", "900000h") == 0
    assert "Forgotten: 2 events." in capsys.readouterr().out


def test_erasing_asks_unless_told_yes(
    cowrite: Cowrite, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    paths.gate_file.write_text("{}")
    assert cowrite("erase") == 2
    assert "Nothing was deleted" in capsys.readouterr().err
    assert paths.decision_log.exists()
    assert cowrite("erase", "--yes") == 0
    assert not paths.decision_log.exists()
    assert not paths.gate_file.exists()
    assert cowrite("erase", "--yes") == 0
    assert "nothing to delete" in capsys.readouterr().out


def test_nothing_is_forgotten_under_an_open_window(
    cowrite: Cowrite, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    (paths.data / "instance.lock").write_text(f"{os.getpid()}\ncowrite\nhost\n")
    assert cowrite("erase", "--yes") == 2
    assert "Cowrite is open." in capsys.readouterr().err
    assert paths.decision_log.exists()
