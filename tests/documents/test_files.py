"""Old bytes or new bytes, never a mixture; and plain words for everything that goes wrong."""

from __future__ import annotations

import errno
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cowrite.documents.files import changed_on_disk, read_document, save_atomically
from cowrite.documents.identity import document_id_for
from cowrite.documents.journal import Journal
from cowrite.errors import UserError

KILLS = int(os.environ.get("COWRITE_TEST_KILLS", "30"))
HERE = Path(__file__).parent
POSIX = os.name == "posix"


def test_read_and_save(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear Ann,\r\n")
    loaded = read_document(path)
    assert loaded.text == "Dear Ann,\n"
    assert not changed_on_disk(path, loaded.stamp)
    stamp = save_atomically(path, b"Dear Bob,\r\n")
    assert path.read_bytes() == b"Dear Bob,\r\n"
    assert changed_on_disk(path, loaded.stamp)
    assert not changed_on_disk(path, stamp)
    path.unlink()
    assert changed_on_disk(path, stamp)
    assert not changed_on_disk(path, None)


@pytest.mark.parametrize(
    "kind", ["missing", "folder", "binary", "too_large", "unreadable", "device"]
)
def test_what_cannot_be_opened_is_said_in_a_sentence(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "thing"
    expected = {"missing": "no file", "folder": "a folder", "binary": "not a text file"}
    match kind:
        case "folder":
            path.mkdir()
        case "binary":
            path.write_bytes(b"\x00\x01\x02")
        case "too_large":
            path.write_bytes(b"text")
            monkeypatch.setattr("cowrite.documents.files.LARGEST_FILE_BYTES", 3)
        case "unreadable":
            path.write_bytes(b"text")
            monkeypatch.setattr(Path, "read_bytes", _refuse)
        case "device":
            if not POSIX:
                pytest.skip("no device files here")
            path = Path("/dev/null")
    with pytest.raises(UserError, match=expected.get(kind, "thing|ordinary")) as caught:
        read_document(path)
    assert "\n" not in str(caught.value)
    assert "Errno" not in str(caught.value)


def _refuse(_: Path) -> bytes:
    raise PermissionError(errno.EACCES, "Permission denied")


@pytest.mark.parametrize("step", ["fsync", "replace", "write"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EROFS, errno.EIO])
def test_a_save_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    path = tmp_path / "book.txt"
    path.write_bytes(b"the old words")

    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    match step:
        case "fsync":
            monkeypatch.setattr(os, "fsync", fail)
        case "replace":
            monkeypatch.setattr(Path, "replace", fail)
        case "write":
            monkeypatch.setattr(os, "fdopen", fail)
    with pytest.raises(UserError, match="unchanged"):
        save_atomically(path, b"the new words")
    monkeypatch.undo()
    assert path.read_bytes() == b"the old words"
    assert [entry.name for entry in tmp_path.iterdir()] == ["book.txt"]


@pytest.mark.skipif(not POSIX, reason="modes and links of POSIX")
def test_mode_is_kept_and_links_are_followed(tmp_path: Path) -> None:
    real = tmp_path / "real.txt"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link = tmp_path / "link.txt"
    link.symlink_to(real)
    save_atomically(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert document_id_for(link) == document_id_for(real)


def test_a_file_without_a_path_is_a_new_document_each_time() -> None:
    assert document_id_for(None) != document_id_for(None)


@pytest.mark.parametrize("what", ["save", "journal"])
def test_killed_while_saving_the_file_is_whole(tmp_path: Path, what: str) -> None:
    randomness = random.Random(11)
    path = tmp_path / "book.txt" if what == "save" else tmp_path
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, str(HERE / "save_until_killed.py"), what, str(path)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        assert child.stdout is not None
        for _ in range(randomness.randrange(1, 12)):
            acknowledged = int(child.stdout.readline())
        child.kill()
        rest = [line for line in child.stdout.read().split("\n")[:-1] if line]
        child.wait()
        child.stdout.close()
        acknowledged = int(rest[-1]) if rest else acknowledged
        text = _text_in(path, what)
        number = int(text.split("\n", 1)[0])
        assert text == f"{number}\n" * 20_000
        assert number >= acknowledged


def _text_in(path: Path, what: str) -> str:
    if what == "save":
        return path.read_text()
    (entry,), damaged = Journal(path).entries()
    assert damaged == []
    return entry.text
