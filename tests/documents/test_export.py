"""What is exported goes into a file, a pipe or a device; what is there is never replaced by another kind of thing."""

from __future__ import annotations

import errno
import os
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents.export import write_export

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
DATA = b"one line\n" * 40_000  # more than a pipe holds


def read_in_thread(pipe: Path, most: int = -1) -> tuple[threading.Thread, list[bytes]]:
    read: list[bytes] = []

    def run() -> None:
        with pipe.open("rb", buffering=0) as file:
            read.append(file.read() if most < 0 else file.read(most))

    thread = threading.Thread(target=run)
    thread.start()
    return thread, read


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


@pytest.mark.parametrize("private", [True, False])
def test_a_new_file_is_private_if_asked(tmp_path: Path, private: bool) -> None:
    before = os.umask(0o022)
    try:
        write_export(tmp_path / "new.jsonl", DATA, private=private)
    finally:
        os.umask(before)
    assert (tmp_path / "new.jsonl").read_bytes() == DATA
    mode = stat.S_IMODE((tmp_path / "new.jsonl").stat().st_mode)
    assert mode == (0o600 if private else 0o644)


def test_a_file_that_is_there_keeps_its_rights_and_its_links(tmp_path: Path) -> None:
    file, link = tmp_path / "a.jsonl", tmp_path / "link"
    file.write_bytes(b"old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_export(link, DATA, private=True)
    assert link.is_symlink()
    assert file.read_bytes() == DATA
    assert stat.S_IMODE(file.stat().st_mode) == 0o640


def test_where_a_link_leads_that_leads_nowhere_yet(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to("later.jsonl")
    write_export(link, DATA)
    assert link.is_symlink()
    assert (tmp_path / "later.jsonl").read_bytes() == DATA
    with pytest.raises(UserError, match="already exists"):
        write_export(link, DATA, must_be_new=True)


@pytest.mark.parametrize("by_link", [True, False])
def test_a_pipe_gets_everything_and_stays_a_pipe(tmp_path: Path, pipe: Path, by_link: bool) -> None:
    target = tmp_path / "link" if by_link else pipe
    if by_link:
        target.symlink_to(pipe)
    thread, read = read_in_thread(pipe)
    write_export(target, DATA)
    thread.join()
    assert read == [DATA]
    assert pipe.is_fifo()


def test_a_pipe_that_nobody_reads_is_refused(pipe: Path) -> None:
    with pytest.raises(UserError, match="no program is reading"):
        write_export(pipe, DATA, reader_patience_s=0)
    assert pipe.is_fifo()


def test_a_reader_that_goes_away_is_said(pipe: Path) -> None:
    thread, read = read_in_thread(pipe, most=10)
    with pytest.raises(UserError, match="its reader stopped reading"):
        write_export(pipe, DATA)
    thread.join()
    assert read == [DATA[:10]]
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    "kind", ["folder", "socket", "pipe in a window", "loop", "below a file", "no folder"]
)
def test_what_cannot_take_it_is_refused_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    target = tmp_path / "thing"
    sentence = {
        "folder": "is a folder",
        "socket": "is a socket",
        "pipe in a window": "is a pipe",
        "no folder": "its folder does not exist",
    }.get(kind, "could not be written")
    match kind:
        case "folder":
            target.mkdir()
        case "socket":
            server = socket.socket(socket.AF_UNIX)
            with server:
                monkeypatch.chdir(tmp_path)  # the name of a socket is short
                server.bind("thing")
        case "pipe in a window":
            os.mkfifo(target)
        case "loop":
            target.symlink_to(target)
        case "below a file":
            target.write_bytes(b"old")
            target = target / "below"
        case "no folder":
            target = target / "below"
    before = target.lstat() if os.path.lexists(target) else None
    with pytest.raises(UserError, match=sentence) as caught:
        write_export(target, DATA, only_files=kind == "pipe in a window")
    assert "\n" not in str(caught.value)
    assert "Errno" not in str(caught.value)
    after = target.lstat() if os.path.lexists(target) else None
    assert (before and (before.st_ino, before.st_mode)) == (after and (after.st_ino, after.st_mode))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may make devices")
@pytest.mark.parametrize(
    ("kind", "major", "minor"), [("character", 1, 3), ("full", 1, 7), ("block", 7, 99)]
)
@pytest.mark.parametrize("by_link", [True, False])
def test_a_device_stays_a_device(
    tmp_path: Path, kind: str, major: int, minor: int, by_link: bool
) -> None:
    """Made in a folder of the test: never try this with the real ones."""
    device, target = tmp_path / "device", tmp_path / "link"
    of_kind = stat.S_IFBLK if kind == "block" else stat.S_IFCHR
    try:
        os.mknod(device, 0o666 | of_kind, os.makedev(major, minor))
        os.close(os.open(device, os.O_RDONLY | os.O_NONBLOCK))
    except OSError as error:
        if error.errno != errno.ENXIO:
            pytest.skip("no device can be used in this folder")
    target.symlink_to(device)
    target = target if by_link else device
    match kind:
        case "character":
            write_export(target, DATA)
        case "full":
            with pytest.raises(UserError, match="the disk is full"):
                write_export(target, DATA)
        case "block":
            with pytest.raises(UserError, match="is a device"):
                write_export(target, DATA)
    assert stat.S_IFMT(device.stat().st_mode) == of_kind
    assert sorted(path.name for path in tmp_path.iterdir() if not path.is_dir()) == [
        "device",
        "link",
    ]


def test_a_file_that_may_not_be_written_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(b"old")
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UserError, match="do not have permission"):
        write_export(file, DATA)
    assert file.read_bytes() == b"old"


EXPORT_TO = """
import sys
from pathlib import Path
from cowrite.documents.export import write_export
print("before")
write_export(Path(sys.argv[1]), b"exported\\n")
print("after")
"""


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("into", ["pipe", "file", "file to go on", "socket"])
def test_its_own_output_is_written_where_it_stands(tmp_path: Path, name: str, into: str) -> None:
    if not os.path.lexists(name):
        pytest.skip("this system has none")
    command = [sys.executable, "-c", EXPORT_TO, name]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    file = tmp_path / "output"
    file.write_bytes(b"there\n")
    if into == "pipe":
        written = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True).stdout
    elif into == "socket":
        ours, theirs = socket.socketpair()
        with ours, theirs:
            subprocess.run(command, env=env, stdout=theirs, check=True)
            theirs.close()
            written = b"".join(iter(lambda: ours.recv(100), b""))
    else:
        inode = file.stat().st_ino
        with file.open("ab" if into == "file to go on" else "wb") as output:
            subprocess.run(command, env=env, stdout=output, check=True)
        written = file.read_bytes()
        assert file.stat().st_ino == inode
    expected = b"before\nexported\nafter\n"
    assert written == (b"there\n" + expected if into == "file to go on" else expected)
