"""What a file carries beside its bytes is still there after a save, and at no moment may anybody do more with it."""

from __future__ import annotations

import errno
import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents import replacing
from cowrite.documents.file_attributes import ACL, FileAttributes, are_visible, read_attributes
from cowrite.documents.files import save_atomically

if not are_visible():
    pytest.skip("Python sees what a file carries on Linux only", allow_module_level=True)

DEFAULT_ACL = "system.posix_acl_default"
NO_ID = 0xFFFFFFFF
USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 1, 2, 4, 8, 16, 32
COLLEAGUE, TEAM = 54_321, 54_322
Entries = list[tuple[int, int, int]]
IS_ROOT = os.geteuid() == 0
root_only = pytest.mark.skipif(not IS_ROOT, reason="only root may give files away")


def packed(entries: Entries) -> bytes:
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def acl(owner: int, colleague: int, group: int, team: int, mask: int, others: int) -> bytes:
    return packed([
        (USER_OBJ, owner, NO_ID), (USER, colleague, COLLEAGUE), (GROUP_OBJ, group, NO_ID),
        (GROUP, team, TEAM), (MASK, mask, NO_ID), (OTHER, others, NO_ID),
    ])  # fmt: skip


SHARED = acl(6, 6, 4, 0, 6, 4)


def give(path: Path, name: str, value: bytes) -> None:
    try:
        os.setxattr(path, name, value)
    except OSError as error:
        if error.errno in (errno.ENOTSUP, errno.EOPNOTSUPP):
            pytest.skip("this file system has none")
        raise


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.txt"
    path.write_bytes(b"old")
    return path


class Watch:
    """Remembers what everybody was allowed to do with the new file after each step that changes its rights."""

    STEPS = ("fchown", "fchmod", "setxattr", "removexattr")

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[FileAttributes] = []
        for name in self.STEPS:
            monkeypatch.setattr(os, name, self._watched(getattr(os, name)))

    def _watched(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def watched(file: Any, *arguments: Any, **options: Any) -> Any:
            result = step(file, *arguments, **options)
            if isinstance(file, int):
                self.seen.append(read_attributes(file))
            return result

        return watched


def rights(carried: FileAttributes) -> dict[tuple[int, int], int]:
    """What each owner, group, named user, named group and everybody else may do: read 4, write 2, execute 1."""
    mode = carried.mode
    value = carried.extended.get(ACL)
    if value is None:
        return {
            (USER_OBJ, carried.owner): mode >> 6 & 7,
            (GROUP_OBJ, carried.group): mode >> 3 & 7,
            (OTHER, NO_ID): mode & 7,
        }
    entries = list(struct.iter_unpack("<HHI", value[4:]))
    mask = next((allowed for tag, allowed, _ in entries if tag == MASK), 7)
    owners = {USER_OBJ: carried.owner, GROUP_OBJ: carried.group}
    return {
        (tag, owners.get(tag, who)): allowed & (mask if tag in (USER, GROUP_OBJ, GROUP) else 7)
        for tag, allowed, who in entries
        if tag != MASK
    }


def no_more_than(new: FileAttributes, old: FileAttributes) -> bool:
    before = rights(old)
    us = {
        (USER_OBJ, os.geteuid()): 7
    }  # whoever writes it could read it; and nobody else is named by a private file
    allowed = us | before
    return all(not may & ~allowed.get(who, 0) for who, may in rights(new).items())


# --- it stays --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "mode", [0o640, 0o600, 0o755, 0o666, 0o400 | 0o200, 0o4755, 0o2755, 0o1644]
)
def test_the_mode_is_kept(book: Path, mode: int) -> None:
    book.chmod(mode)
    inode = book.stat().st_ino
    save_atomically(book, b"new")
    assert stat.S_IMODE(book.stat().st_mode) == mode
    assert book.stat().st_ino != inode  # replaced as a whole


def test_an_access_control_list_is_kept(book: Path) -> None:
    give(book, ACL, SHARED)
    before = read_attributes(book)
    save_atomically(book, b"new")
    assert read_attributes(book) == before
    assert book.read_bytes() == b"new"


def test_extended_attributes_are_kept(book: Path) -> None:
    give(book, "user.xdg.tags", b"one,two")
    give(book, "user.empty", b"")
    give(book, "user.bytes", bytes(range(256)))
    before = read_attributes(book)
    save_atomically(book, b"new")
    assert read_attributes(book) == before
    assert len(before.extended) >= 3


def test_flags_set_by_a_person_are_kept(book: Path) -> None:
    handle = os.open(book, os.O_RDONLY)
    try:
        from cowrite.documents.file_attributes import _set_flags

        _set_flags(handle, 0x40 | 0x80)  # not dumped, no time of reading: chattr +dA
    except OSError:
        pytest.skip("this file system has none")
    finally:
        os.close(handle)
    before = read_attributes(book)
    assert before.flags == 0x40 | 0x80
    save_atomically(book, b"new")
    assert read_attributes(book) == before


@root_only
def test_owner_and_group_are_kept_with_everything_else(book: Path) -> None:
    give(book, ACL, SHARED)
    give(book, "user.note", b"1")
    os.chown(book, 12_345, 12_346)
    book.chmod(0o6770)
    before = read_attributes(book)
    save_atomically(book, b"new")
    assert read_attributes(book) == before
    assert (before.owner, before.group, before.mode) == (12_345, 12_346, 0o6770)


def test_what_the_folder_gives_to_new_files_is_not_added(tmp_path: Path, book: Path) -> None:
    give(tmp_path, DEFAULT_ACL, acl(7, 7, 7, 7, 7, 7))
    before = read_attributes(book)
    save_atomically(book, b"new")
    assert read_attributes(book) == before
    assert ACL not in before.extended


def test_a_new_file_gets_what_its_folder_gives(tmp_path: Path) -> None:
    give(tmp_path, DEFAULT_ACL, SHARED)
    save_atomically(tmp_path / "new.txt", b"new")
    (tmp_path / "usual.txt").write_bytes(b"new")
    assert read_attributes(tmp_path / "new.txt") == read_attributes(tmp_path / "usual.txt")


# --- it never grows --------------------------------------------------------------------------------------------------

RIGHTS = st.integers(0, 7)
LISTS = st.builds(acl, RIGHTS.map(lambda r: r | 6), RIGHTS, RIGHTS, RIGHTS, RIGHTS, RIGHTS)


@given(
    mode=st.integers(0, 0o7777).map(lambda mode: mode | 0o600),
    list_=st.none() | LISTS,
    of_folder=st.none() | LISTS,
    umask=st.sampled_from([0o000, 0o022, 0o077]),
    owner=st.sampled_from([None, (12_345, 12_346)] if IS_ROOT else [None]),
)
def test_rights_are_kept_and_never_more_on_the_way(
    tmp_path_factory: pytest.TempPathFactory,
    mode: int,
    list_: bytes | None,
    of_folder: bytes | None,
    umask: int,
    owner: tuple[int, int] | None,
) -> None:
    folder = tmp_path_factory.mktemp("rights")
    if of_folder is not None:
        give(folder, DEFAULT_ACL, of_folder)
    book = folder / "book.txt"
    book.write_bytes(b"old")
    if ACL in os.listxattr(book):
        os.removexattr(book, ACL)
    if owner is not None:
        os.chown(book, *owner)
    book.chmod(mode)
    if list_ is not None:
        give(book, ACL, list_)
    before = read_attributes(book)
    old_umask = os.umask(umask)
    with pytest.MonkeyPatch.context() as monkeypatch:
        watch = Watch(monkeypatch)
        try:
            save_atomically(book, b"new")
        finally:
            os.umask(old_umask)
    assert book.read_bytes() == b"new"
    assert read_attributes(book) == before
    assert all(no_more_than(each, before) for each in watch.seen)
    assert [path.name for path in folder.iterdir()] == ["book.txt"]


NEEDED_BY = {
    "setxattr": "list",
    "removexattr": "folder",
    "fchmod": "mode",
    "fchown": "owner",
    "listxattr": "",
}


@pytest.mark.parametrize("step", NEEDED_BY)
@pytest.mark.parametrize("code", [errno.EPERM, errno.EACCES, errno.EIO])
def test_what_a_new_file_cannot_carry_is_kept_by_writing_into_the_old_one(
    tmp_path: Path, book: Path, monkeypatch: pytest.MonkeyPatch, step: str, code: int
) -> None:
    match NEEDED_BY[step]:
        case "list":
            give(book, ACL, SHARED)
        case "folder":
            give(tmp_path, DEFAULT_ACL, acl(7, 7, 7, 7, 7, 7))
        case "mode":
            book.chmod(0o664)
        case "owner":
            if not IS_ROOT:
                pytest.skip("only root may give files away")
            os.chown(book, 12_345, 12_346)
    before = read_attributes(book)
    inode = book.stat().st_ino

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    with monkeypatch.context() as failing:
        failing.setattr(os, step, refuse)
        save_atomically(book, b"new")
    assert book.read_bytes() == b"new"
    assert read_attributes(book) == before
    assert book.stat().st_ino == inode
    assert [path.name for path in tmp_path.iterdir()] == ["book.txt"]


def test_where_python_does_not_see_what_a_file_carries_it_is_written_into(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replacing, "are_visible", lambda: False)
    inode = book.stat().st_ino
    save_atomically(book, b"newer")
    assert book.read_bytes() == b"newer"
    assert book.stat().st_ino == inode
