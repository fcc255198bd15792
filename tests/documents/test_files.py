"""Plain words for everything that goes wrong, and the file on disk is then as it was."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents import files, writing
from cowrite.documents.files import changed_on_disk, read_document, save_atomically

POSIX = os.name == "posix"
posix_only = pytest.mark.skipif(not POSIX, reason="modes, links and devices of POSIX")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.txt"
    path.write_bytes(b"the old words")
    return path


def test_read_and_save(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(b"Dear Ann,\r\n")
    loaded = read_document(path)
    assert loaded.text == "Dear Ann,\n"
    assert loaded.format.newline == "\r\n"
    assert loaded.stamp.mtime_ns == path.stat().st_mtime_ns
    stamp = save_atomically(path, b"Dear Bob,\r\n")
    assert path.read_bytes() == b"Dear Bob,\r\n"
    assert stamp == read_document(path).stamp


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("missing", "There is no file"),
        ("folder", "is a folder"),
        ("below_a_file", "cannot be read"),
        ("binary", "is not a text file"),
        ("too_large", "is larger than"),
        ("unreadable", "do not have permission to read"),
        ("broken_disk", "cannot be read"),
        pytest.param("device", "is not a regular file", marks=posix_only),
        pytest.param("pipe", "is not a regular file", marks=posix_only),
        pytest.param("loop", "cannot be read", marks=posix_only),
    ],
)
def test_what_cannot_be_opened_is_said_in_a_sentence(
    tmp_path: Path, kind: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "thing"
    match kind:
        case "folder":
            path.mkdir()
        case "below_a_file":
            path.write_bytes(b"text")
            path = path / "below"
            if not POSIX:
                sentence = "There is no file"
        case "binary":
            path.write_bytes(b"\x00\x01\x02")
        case "too_large":
            path.write_bytes(b"text")
            monkeypatch.setattr(files, "LARGEST_FILE_BYTES", 3)
        case "unreadable" | "broken_disk":
            path.write_bytes(b"text")
            code = errno.EACCES if kind == "unreadable" else errno.EIO
            monkeypatch.setattr(Path, "open", failing(code))
        case "device":
            path = Path("/dev/null")
        case "pipe":
            os.mkfifo(path)
        case "loop":
            path.symlink_to(path)
    with pytest.raises(UserError, match=sentence) as caught:
        read_document(path)
    assert str(path) in caught.value.message
    assert "\n" not in str(caught.value)
    assert "Errno" not in str(caught.value)


def failing(code: int) -> object:
    def fail(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    return fail


@pytest.mark.parametrize("step", ["create", "write", "fsync"])
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EACCES, "you do not have permission to write there"),
        (errno.EROFS, "the disk is read-only"),
        (errno.EIO, ""),
    ],
)
def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(
    book: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int, reason: str
) -> None:
    class HalfWritten(io.FileIO):
        def write(self, data: bytes) -> int:  # type: ignore[override]
            super().write(data[:5])
            raise OSError(code, os.strerror(code))

    match step:
        case "create":
            monkeypatch.setattr(os, "open", failing(code))
        case "write":
            monkeypatch.setattr(os, "fdopen", HalfWritten)
        case "fsync":
            monkeypatch.setattr(os, "fsync", failing(code))
    with pytest.raises(UserError, match="The file on disk is unchanged") as caught:
        save_atomically(book, b"the new words")
    monkeypatch.undo()
    assert reason in caught.value.message
    assert "Your text is still here" in caught.value.advice
    assert book.read_bytes() == b"the old words"
    assert list(book.parent.iterdir()) == [book]


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """The system itself ends a write midway, as a full disk does."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@posix_only
def test_a_write_that_the_system_ends_midway_leaves_the_old_file(book: Path) -> None:
    with no_file_larger_than(4096), pytest.raises(UserError, match="unchanged"):
        save_atomically(book, b"new " * 4096)
    assert book.read_bytes() == b"the old words"
    assert list(book.parent.iterdir()) == [book]


def test_a_disk_that_fails_after_the_file_was_written_is_not_said_to_hold_the_old_one(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "sync_folder", failing(errno.EIO))
    with pytest.raises(UserError, match="was written, but") as caught:
        save_atomically(book, b"the new words")
    assert "unchanged" not in str(caught.value)
    assert book.read_bytes() == b"the new words"


def test_a_file_that_may_not_be_written_is_not_replaced(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(UserError, match="do not have permission to write there"):
        save_atomically(book, b"the new words")
    assert book.read_bytes() == b"the old words"


@posix_only
def test_a_read_only_disk_is_called_so(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status = os.statvfs(book)
    read_only = os.statvfs_result((*status[:8], status.f_flag | os.ST_RDONLY, status.f_namemax))
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr(os, "statvfs", lambda _: read_only)
    with pytest.raises(UserError, match="the disk is read-only"):
        save_atomically(book, b"the new words")
    assert book.read_bytes() == b"the old words"


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is a folder with that name"):
        save_atomically(tmp_path, b"words")
    with pytest.raises(UserError, match="its folder does not exist"):
        save_atomically(tmp_path / "none" / "book.txt", b"words")


@posix_only
def test_a_device_is_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UserError, match="not a regular file"):
        save_atomically(pipe, b"words")
    assert stat.S_ISFIFO(pipe.stat().st_mode)


@posix_only
@pytest.mark.parametrize("mode", [0o640, 0o600, 0o755, 0o666])
def test_the_mode_is_kept(book: Path, mode: int) -> None:
    book.chmod(mode)
    save_atomically(book, b"new")
    assert stat.S_IMODE(book.stat().st_mode) == mode


@posix_only
def test_a_new_file_gets_what_the_umask_allows(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        save_atomically(tmp_path / "new.txt", b"new")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.txt").stat().st_mode) == 0o640


@pytest.mark.skipif(not POSIX or os.getuid() != 0, reason="only root may give files away")
def test_owner_and_group_are_kept_where_that_is_allowed(book: Path) -> None:
    os.chown(book, 12_345, 12_346)
    book.chmod(0o660)
    save_atomically(book, b"new")
    status = book.stat()
    assert (status.st_uid, status.st_gid) == (12_345, 12_346)
    assert stat.S_IMODE(status.st_mode) == 0o660


@posix_only
def test_links_are_followed_and_stay_links(tmp_path: Path, book: Path) -> None:
    (tmp_path / "shelf").mkdir()
    link = tmp_path / "shelf" / "link.txt"
    link.symlink_to(Path("..") / "book.txt")
    save_atomically(link, b"new")
    assert link.is_symlink()
    assert book.read_bytes() == b"new"
    dangling = tmp_path / "shelf" / "dangling.txt"
    dangling.symlink_to(tmp_path / "later.txt")
    save_atomically(dangling, b"first")
    assert dangling.is_symlink()
    assert (tmp_path / "later.txt").read_bytes() == b"first"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a" * 250 + ".txt", marks=posix_only),
        pytest.param(" *?\\ .txt", marks=posix_only),
        "你好" * 40,
        ".-[x] %20.txt",
    ],
)
def test_names_as_long_and_odd_as_the_system_allows(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    save_atomically(path, b"1")
    save_atomically(path, b"2")
    assert read_document(path).text == "2"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("trust_mtime", [False, True])
def test_external_changes_are_seen(book: Path, trust_mtime: bool) -> None:
    stamp = save_atomically(book, b"mine")

    def changed() -> bool:
        return changed_on_disk(book, stamp, trust_mtime=trust_mtime)

    assert not changed()
    os.utime(book, ns=(1, 1))
    assert not changed()  # only touched
    book.write_bytes(b"thei")
    os.utime(book, ns=(2, 2))
    assert changed()  # of the same size
    book.write_bytes(b"longer")
    os.utime(book, ns=(stamp.mtime_ns, stamp.mtime_ns))
    assert changed()  # at the same time
    book.unlink()
    assert changed()
    book.mkdir()
    assert changed()


def test_before_overwriting_the_content_counts_not_the_time(book: Path) -> None:
    stamp = save_atomically(book, b"mine")
    book.write_bytes(b"thei")
    os.utime(book, ns=(stamp.mtime_ns, stamp.mtime_ns))
    assert changed_on_disk(book, stamp)


def test_a_file_that_was_not_there(tmp_path: Path, book: Path) -> None:
    assert not changed_on_disk(tmp_path / "none.txt", None)
    assert changed_on_disk(book, None)


def test_what_cannot_be_looked_at_may_have_changed(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stamp = read_document(book).stamp
    monkeypatch.setattr(Path, "open", failing(errno.EACCES))
    assert changed_on_disk(book, stamp)


@posix_only
def test_a_file_that_became_a_pipe_has_changed(tmp_path: Path) -> None:
    """Looking into it would wait for ever."""
    path = tmp_path / "empty.txt"
    stamp = save_atomically(path, b"")
    path.unlink()
    os.mkfifo(path)
    assert changed_on_disk(path, stamp)


@pytest.mark.parametrize(
    ("data", "line"), [("ab\0\n", 1), ("A line.\nA\0word.\n", 2), ("She came home\0 late.", 1)]
)
def test_a_text_with_a_nul_says_where_it_is(tmp_path: Path, data: str, line: int) -> None:
    path = tmp_path / "odd.md"
    path.write_bytes(data.encode())
    with pytest.raises(UserError, match="not a text file") as raised:
        read_document(path)
    assert f"Line {line} holds the character NUL" in raised.value.advice
