"""Files of sessions that were altered: refused with the line and the field, and the log as it was."""

from __future__ import annotations

import gzip
import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fuzz.log_readers import coauthor_sessions, own_sessions

from cowrite.__main__ import main
from cowrite.base.errors import UserError
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.exchange import files
from cowrite.decisions.exchange.coauthor_decisions import read_decisions
from cowrite.decisions.exchange.files import read_sessions
from cowrite.decisions.reader import tail
from cowrite.decisions.writing.log import DecisionLog
from cowrite.settings.paths import Paths

EVENT = 5
"""The line of the second event, counted from 1."""


def altered(folder: Path, change: Callable[[dict[str, Any]], None], line: int = EVENT) -> Path:
    lines = own_sessions()[0].splitlines()
    value = json.loads(lines[line - 1])
    change(next(iter(value.values())) if line > 1 else value)
    lines[line - 1] = json.dumps(value).encode()
    file = folder / "sent.jsonl"
    file.write_bytes(b"\n".join(lines))
    return file


def refused(file: Path) -> str:
    with pytest.raises(UserError) as caught:
        read_sessions(file)
    assert "Nothing was imported" in str(caught.value) or "not a session file" in str(caught.value)
    return str(caught.value)


NO_NUMBERS = [10**30, 2**63, -(2**63) - 1, 10**20, 1e308, 0.5, True, None, "5", []]
NO_PLACES = [-1, -(10**17)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name in ("at_ms", "revision", "start", "end") for value in NO_NUMBERS),
        *((name, value) for name in ("start", "end") for value in NO_PLACES),
        *(("at_ms", value) for value in (10**17, -(10**17), -1, 2**63 - 1)),
    ],
)
def test_numbers_that_no_log_can_hold(tmp_path: Path, name: str, value: Any) -> None:
    said = refused(altered(tmp_path, lambda event: event.update({name: value})))
    assert said.startswith(f"Line {EVENT} of sent.jsonl is invalid: “event.{name}”"), said


@pytest.mark.parametrize("value", ["s\ud83d", "\udcff", "\0", 5, None, True, [], {}, "x" * 5000])
@pytest.mark.parametrize(
    "name", ["session_id", "suggestion_id", "document_id", "model", "adapter", "kind"]
)
def test_names_that_are_none(tmp_path: Path, name: str, value: Any) -> None:
    said = refused(altered(tmp_path, lambda event: event.update({name: value})))
    assert f"Line {EVENT} " in said
    assert f"“event.{name}”" in said


@pytest.mark.parametrize("line", [1, 2, 3, EVENT])
def test_what_is_missing_or_too_much(tmp_path: Path, line: int) -> None:
    fields = json.loads(own_sessions()[0].splitlines()[line - 1])
    fields = fields if line == 1 else next(iter(fields.values()))
    for name in fields:
        if name not in ("program_version", "platform"):
            said = refused(altered(tmp_path, lambda each, name=name: each.pop(name), line))
            assert f"{name}” is missing" in said or "not a session file" in said
    if line > 1:
        assert "not known" in refused(altered(tmp_path, lambda each: each.update(more=1), line))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("removed", "x"), ("removed", -1), ("removed", 10**18), ("inserted", []), ("keys", [[1]]), ("keys", [["a", 1]]),
        ("origin", 5), ("keys", [1]), ("keys", {}), ("candidates", "x"), ("candidates", [1]),
        ("candidates", [{"text": []}]), ("candidates", [{"tokens": [["a"]]}]), ("kept", "x"), ("on_screen_ms", True),
        ("gate", {"x": "y"}), ("coauthor", [{"n": 1}]), ("coauthor", {}), ("text", True),
    ],
)  # fmt: skip
def test_details_that_are_not_what_they_are_called(tmp_path: Path, name: str, value: Any) -> None:
    said = refused(altered(tmp_path, lambda event: event["details"].update({name: value})))
    assert f"“event.details.{name}” is not what its name says" in said


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"[" * 100_000, 3),
        (b'{"session": {}, "session": {}}', 3),
        (b"\xff\xfe", 3),
        (b"\x00", 3),
        (b'{"event": NaN}', 3),
        (b'{"event": {"at_ms": 1e999}}', 3),
        (b"{", 3),
        (b"5", 3),
        (b"{}", 3),
        (b'{"event": {}, "session": {}}', 3),
        (b'{"other": {}}', 3),
    ],
)
def test_lines_that_are_no_records(tmp_path: Path, content: bytes, line: int) -> None:
    lines = own_sessions()[0].splitlines()
    lines[1:1] = [b"", content]  # an empty line counts
    file = tmp_path / "sent.jsonl"
    file.write_bytes(b"\n".join(lines))
    assert f"Line {line} of sent.jsonl is invalid" in refused(file)


def test_a_file_that_is_not_there_in_whole(tmp_path: Path) -> None:
    plain, packed = own_sessions()
    file = tmp_path / "sent.jsonl"
    for content in (plain[: len(plain) // 2], packed[: len(packed) // 2], packed[:3]):
        file.write_bytes(content)
        refused(file)
    for content in (b"", b"\n\n", b"5\n", b'"x"', b"\xff"):
        file.write_bytes(content)
        with pytest.raises(UserError):
            read_sessions(file)


def test_a_small_file_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 1 << 20)
    file = tmp_path / "sent.jsonl.gz"
    file.write_bytes(gzip.compress(own_sessions()[0] + b"\n" * (4 << 20)))
    assert "is too large" in refused(file)


@pytest.mark.parametrize("number", range(2))
def test_every_field_of_coauthors_formats_is_checked(tmp_path: Path, number: int) -> None:
    content = coauthor_sessions()[number]
    file = tmp_path / "sent.jsonl"
    for at, line in enumerate(content.splitlines()):
        for name in json.loads(line):
            for value in (10**400, {"a": [1]}, True):
                lines = content.splitlines()
                lines[at] = json.dumps(json.loads(line) | {name: value}).encode()
                file.write_bytes(b"\n".join(lines))
                with suppress(UserError):
                    read_sessions(file)


def test_texts_that_take_too_long_to_compare_are_not_compared() -> None:
    line = json.loads(coauthor_sessions()[1].splitlines()[0])
    line |= {"inserted": "ab" * 20_000, "after": "ba" * 20_000}
    (kept,) = (e for e in read_decisions([line]).events if e.kind is EventKind.KEPT)
    assert kept.details["state"] == "edited"
    assert "distance" not in kept.details


def put(path: Path, session: str) -> None:
    log = DecisionLog(path)
    log.start()
    log.begin_session(session)
    for kind, details in (
        (EventKind.OPENED, {"text": session, "hash": "", "length": 1}),
        (EventKind.SHOWN, {"text": "x", "candidate": 0}),
    ):
        log.record(
            Event(
                kind=kind,
                at_ms=1,
                session_id=session,
                suggestion_id="s",
                document_id="d",
                revision=0,
                start=0,
                end=0,
                details=dict(details),
            )
        )
    log.flush()
    log.close()


def test_every_session_is_exported_into_a_file_of_its_own_within_the_folder(
    paths: Paths, tmp_path: Path
) -> None:
    names = [
        "../../x",
        "/etc/x",
        "a",
        "A",
        "a/",
        "con",
        "é",
        "e\u0301",
        "..",
        "x" * 3000,
        "a\nb",
        "",
    ]
    for name in names:
        put(paths.decision_log, name)
    out = tmp_path / "a" / "b" / "out"
    assert main(["log", "export", "--format", "coauthor", "--out", str(out)]) == 0
    written = list(out.iterdir())
    assert {path for path in (tmp_path / "a").rglob("*") if path.is_file()} == set(written)
    assert {json.loads(path.read_text().splitlines()[0])["currentDoc"] for path in written} == set(
        names
    )


def test_a_row_that_makes_no_sense_hides_no_other(
    paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    put(paths.decision_log, "good")
    with sqlite3.connect(paths.decision_log) as connection:
        row = "INSERT INTO events VALUES (NULL, ?, ?, 'odd', 'g', 'd', 1, ?, ?, 'm', '', ?, 'continue')"
        for kind, at_ms, details in (
            ("shown", 2**62, "[]"),
            ("edited", -(2**62), '{"removed": "x", "inserted": [], "keys": [5]}'),
            ("generated", 10**17, '{"candidates": [[]], "total_ms": 1e999}'),
            ("accepted", 5, '{"characters": 1e300, "coauthor": [{"n": 1, "more": 1}]}'),
            ("kept", 5, '{"kept": 1e999, "characters": []}'),
        ):
            connection.execute(row, (kind, at_ms, -5, 2**62, details))
    connection.close()
    assert "x" in {e.details.get("text") for e in tail(paths.decision_log, 10)}
    for command in (
        ["log", "tail", "--all"],
        ["log", "replay", "--list"],
        ["log", "replay", "good"],
        ["log", "stats"],
        ["log", "export"],
        ["log", "export", "--format", "csv"],
        ["log", "export", "--no-text"],
        ["insights"],
        ["insights", "--json"],
    ):
        assert main(command) == 0, command
        assert capsys.readouterr().out
