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
