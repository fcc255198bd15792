"""Small private files: whole or not at all, and nothing else is touched."""

from __future__ import annotations

import errno
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cowrite.settings.private_file import copy_aside, set_aside, sync_folder, write_private

NOON = datetime(2026, 1, 2, 12, 0, 0, tzinfo=UTC)
posix_only = pytest.mark.skipif(os.name != "posix", reason="folders are synced on POSIX only")


def test_the_folder_and_the_file_are_private(tmp_path: Path) -> None:
    file = tmp_path / "new" / "a.json"
    write_private(file, b"1")
    write_private(file, b"22")
    assert file.read_bytes() == b"22"
    assert list(file.parent.iterdir()) == [file]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("put_aside", [set_aside, lambda path, now: copy_aside(path, "old", now)])
def test_no_name_is_taken_twice(tmp_path: Path, put_aside: object) -> None:
    file = tmp_path / "a.json"
    names = set()
    for content in (b"1", b"2", b"3"):
        file.write_bytes(content)
        names.add(put_aside(file, NOON))  # type: ignore[operator]
    assert {name.read_bytes() for name in names} == {b"1", b"2", b"3"}
    assert all("20260102-120000" in name.name and name.suffix == ".json" for name in names)


def test_half_a_copy_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"whole")

    def copy_half(_: Path, to: Path) -> None:
        to.write_bytes(b"who")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copy2", copy_half)
    with pytest.raises(OSError, match="No space"):
        copy_aside(file, "old")
    assert list(tmp_path.iterdir()) == [file]


@posix_only
@pytest.mark.parametrize(("code", "fails"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_disk_that_fails_differs_from_one_that_cannot_sync(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, fails: bool
) -> None:
    def refuse(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuse)
    if fails:
        with pytest.raises(OSError, match="error"):
            sync_folder(tmp_path)
    else:
        sync_folder(tmp_path)


@posix_only
@pytest.mark.parametrize("code", [errno.EBUSY, errno.EXDEV, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("step", ["create", "replace"])
def test_a_file_that_cannot_be_replaced_is_written_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, step: str
) -> None:
    """As the settings, where they are a mount point of a container."""
    file = tmp_path / "settings.json"
    file.write_bytes(b"the old settings")
    inode = file.stat().st_ino

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as refusing:
        refusing.setattr(
            *{"create": ("tempfile.mkstemp", refuse), "replace": (Path, "replace", refuse)}[step]
        )
        write_private(file, b"new")
    assert file.read_bytes() == b"new"
    assert file.stat().st_ino == inode
    assert list(tmp_path.iterdir()) == [file]


@posix_only
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO])
def test_on_a_full_disk_nothing_is_written_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(b"old")

    def refuse(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match=os.strerror(code)):
        write_private(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@posix_only
@pytest.mark.parametrize("by_link", [True, False])
def test_what_is_no_file_is_neither_replaced_nor_written_into(
    tmp_path: Path, by_link: bool
) -> None:
    """As settings that are a link to a device, so that nothing is ever kept: as root it must not be replaced."""
    pipe, link = tmp_path / "pipe", tmp_path / "link"
    os.mkfifo(pipe)
    link.symlink_to(pipe)
    with pytest.raises(OSError, match="not a regular file"):
        write_private(link if by_link else pipe, b"new")
    assert pipe.is_fifo()
    assert sorted(tmp_path.iterdir()) == [link, pipe]
