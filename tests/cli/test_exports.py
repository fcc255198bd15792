"""Every command that writes where a person says: pipes get it, nothing is replaced by another kind."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from session_writer import SessionWriter, keep_sessions

from cowrite.__main__ import main
from cowrite.documents import export
from cowrite.settings.paths import Paths

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and links of POSIX")

EXPORTS = {
    "log": ["log", "export", "--out"],
    "log as a table": ["log", "export", "--format", "csv", "--out"],
    "log without text": ["log", "export", "--no-text", "--out"],
    "insights": ["insights", "--csv"],
}
MUST_BE_NEW = {"copy of the log": ["log", "backup", "--to"]}


@pytest.fixture
def log(paths: Paths) -> Paths:
    """With a session in it."""
    session = SessionWriter("s", 1_000_000, text="Rain ")
    session.write("fell")
    session.suggest(" all night")
    session.take(" all")
    keep_sessions(paths.decision_log, session)
    return paths


@pytest.mark.parametrize("command", EXPORTS)
def test_into_a_pipe(log: Paths, tmp_path: Path, command: str) -> None:
    pipe, read = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    thread = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    thread.start()
    assert main([*EXPORTS[command], str(pipe)]) == 0
    thread.join()
    file = tmp_path / "file"
    assert main([*EXPORTS[command], str(file)]) == 0
    assert read == [file.read_bytes()]
    assert pipe.is_fifo()


@pytest.mark.parametrize("command", EXPORTS)
@pytest.mark.parametrize(
    "target", ["folder", "unread pipe", "below a file", "loop", "read-only file"]
)
def test_what_cannot_take_it(
    log: Paths, tmp_path: Path, command: str, target: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = tmp_path / "target"
    match target:
        case "folder":
            path.mkdir()
        case "unread pipe":
            os.mkfifo(path)
            monkeypatch.setitem(export.write_export.__kwdefaults__, "reader_patience_s", 0)
        case "below a file":
            path.write_bytes(b"old")
            path = path / "below"
        case "loop":
            path.symlink_to(path)
        case "read-only file":
            path.write_bytes(b"old")
            monkeypatch.setattr(os, "access", lambda *_: False)
    there = tmp_path / "target"
    before = there.lstat()
    assert main([*EXPORTS[command], str(path)]) == 2
    assert (there.lstat().st_ino, there.lstat().st_mode) == (before.st_ino, before.st_mode)
    said = capsys.readouterr().err
    assert str(path) in said
    assert len(said.splitlines()) == 1
    if target == "read-only file":
        assert there.read_bytes() == b"old"


@pytest.mark.parametrize("command", EXPORTS)
def test_along_links(log: Paths, tmp_path: Path, command: str) -> None:
    link, file = tmp_path / "link", tmp_path / "file"
    link.symlink_to(file)
    for _ in range(2):  # where nothing is yet, and over what is there
        assert main([*EXPORTS[command], str(link)]) == 0
        assert link.is_symlink()
        file.chmod(0o640)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    other = tmp_path / "other name"
    other.hardlink_to(file)
    file.write_bytes(b"old")
    assert main([*EXPORTS[command], str(link)]) == 0
    assert other.samefile(file)
    assert file.read_bytes() != b"old"


@pytest.mark.parametrize("command", MUST_BE_NEW)
@pytest.mark.parametrize("target", ["file", "folder", "pipe", "link that leads nowhere"])
def test_what_must_be_new(
    log: Paths, tmp_path: Path, command: str, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "target"
    match target:
        case "file":
            path.write_bytes(b"old")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case _:
            path.symlink_to(tmp_path / "nowhere")
    before = path.lstat()
    assert main([*MUST_BE_NEW[command], str(path)]) == 2
    assert "already exists" in capsys.readouterr().err
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.parametrize("target", ["file", "pipe"])
def test_sessions_as_files_need_a_folder(
    log: Paths, tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "target"
    if target == "file":
        path.write_bytes(b"old")
    else:
        os.mkfifo(path)
    before = path.lstat()
    assert main(["log", "export", "--format", "coauthor", "--out", str(path)]) == 2
    assert "is not a folder" in capsys.readouterr().err
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)


@pytest.mark.parametrize("command", EXPORTS | MUST_BE_NEW | {"demo": ["demo", "--out"]})
def test_nothing_is_written_over_what_cowrite_keeps(
    log: Paths, command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cowrite.cli.demo._require_model", lambda *_, **__: None)
    before = log.decision_log.read_bytes()
    arguments = (EXPORTS | MUST_BE_NEW | {"demo": ["demo", "--out"]})[command]
    for target in (log.decision_log, log.data / "decisions.sqlite3-journal"):
        assert main([*arguments, str(target)]) == 2
        assert "belongs to what Cowrite keeps for itself." in capsys.readouterr().err
    assert log.decision_log.read_bytes() == before
    assert not (log.data / "decisions.sqlite3-journal").exists()


@pytest.mark.parametrize("command", EXPORTS | MUST_BE_NEW)
def test_a_tilde_is_the_home_folder(
    log: Paths, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(log.home or tmp_path)
    assert main([*(EXPORTS | MUST_BE_NEW)[command], "~/exported"]) == 0
    assert (tmp_path / "exported").is_file()
    assert main([*(EXPORTS | MUST_BE_NEW)[command], "~nobody-of-this-name"]) == 0
    assert Path("~nobody-of-this-name").is_file()
