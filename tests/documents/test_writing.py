"""A file that can be written can be saved: where it cannot be replaced, and with every step failing."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents import replacing, writing
from cowrite.documents.files import changed_on_disk, read_document, save_atomically
from cowrite.documents.kept_bytes import interrupted_saves
from cowrite.settings import overwriting

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, mounts and permissions of POSIX")
is_root = os.geteuid() == 0
root_only = pytest.mark.skipif(not is_root, reason="only root may mount, and give files away")

OLD = b"the old words, and quite a few of them\n" * 500
LENGTHS = [b"", b"short", OLD[:-1] + b"!", OLD * 3]
SOMEBODY = 54_321


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


@pytest.fixture
def book(shelf: Path) -> Path:
    path = shelf / "book.txt"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def linked(book: Path, tmp_path: Path) -> Path:
    """Another name of ``book``."""
    other = tmp_path / "another name"
    other.hardlink_to(book)
    return other


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def nothing_is_kept(kept: Path, book: Path) -> bool:
    there = {path.name for path in kept.iterdir()} if kept.exists() else set()
    return there <= {"lock"} and [path.name for path in book.parent.iterdir()] == [book.name]


# --- in place --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("new", LENGTHS)
def test_a_file_with_two_names_stays_one_file(
    book: Path, linked: Path, kept: Path, new: bytes
) -> None:
    stamp = save_atomically(book, new, keep_in=kept)
    assert book.read_bytes() == linked.read_bytes() == new
    assert book.samefile(linked)
    assert not changed_on_disk(book, stamp)
    assert stamp.mtime_ns == book.stat().st_mtime_ns
    assert nothing_is_kept(kept, book)


@pytest.mark.parametrize(
    "code",
    [errno.EBUSY, errno.EXDEV, errno.EPERM, errno.EACCES, errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EROFS,
     errno.ETXTBSY, errno.EREMOTEIO],
)  # fmt: skip
@pytest.mark.parametrize("there", [True, False])
def test_where_nothing_can_be_renamed(
    book: Path, kept: Path, code: int, there: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "replace", refusing_for(book, code))
    inode = book.stat().st_ino
    if not there:
        book.unlink()
    save_atomically(book, b"the new words", keep_in=kept)
    assert book.read_bytes() == b"the new words"
    assert not there or book.stat().st_ino == inode
    assert nothing_is_kept(kept, book)


def refusing_for(book: Path, code: int) -> object:
    """As a network share: nothing becomes ``book`` by a rename. Elsewhere renaming goes well."""
    replace = Path.replace

    def refuse(source: Path, target: Path) -> Path:
        if target == book:
            raise OSError(code, os.strerror(code))
        return replace(source, target)

    return refuse


@root_only
@pytest.mark.parametrize(
    "obstacle",
    ["mount point", "read-only folder", "immutable folder", "mounted over a read-only one"],
)
@pytest.mark.parametrize("new", LENGTHS)
def test_where_the_system_refuses_a_new_file(
    tmp_path: Path, book: Path, kept: Path, obstacle: str, new: bytes
) -> None:
    with refused_by(obstacle, tmp_path, book):
        stamp = save_atomically(book, new, keep_in=kept)
        assert book.read_bytes() == new
        assert not changed_on_disk(book, stamp)
        assert nothing_is_kept(kept, book)


@contextmanager
def refused_by(obstacle: str, tmp_path: Path, book: Path) -> Iterator[None]:
    source = tmp_path / "source.txt"
    source.write_bytes(OLD)
    steps = {
        "mount point": [["mount", "--bind", source, book]],
        "read-only folder": [
            ["mount", "--bind", book.parent, book.parent],
            ["mount", "-o", "remount,bind,ro", book.parent],
            ["mount", "--bind", source, book],
        ],
        "immutable folder": [["chattr", "+i", book.parent]],
        "mounted over a read-only one": [
            ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", book.parent],
            ["touch", book],
            ["mount", "-o", "remount,ro", book.parent],
            ["mount", "--bind", source, book],
        ],
    }[obstacle]
    undo: list[list[object]] = []
    try:
        for step in steps:
            if subprocess.run([*map(str, step)], capture_output=True).returncode:
                pytest.skip(f"{step[0]} is not possible here")
            if step[0] == "mount" and "remount" not in str(step[2]):
                undo.append(["umount", "-l", step[-1]])
            if step[0] == "chattr":
                undo.append(["chattr", "-i", book.parent])
        yield
    finally:
        for step in reversed(undo):
            subprocess.run([*map(str, step)], check=True)


@root_only
@pytest.mark.parametrize(
    "place",
    ["folder of others", "sticky folder of others", "file of others in it", "group of others"],
)
def test_as_somebody_who_may_write_the_file_and_not_its_folder(tmp_path: Path, place: str) -> None:
    """In a process of its own, which gives root's rights away."""
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    shelf, home = tmp_path / "shelf", tmp_path / "kept"
    shelf.mkdir()
    home.mkdir()
    os.chown(home, SOMEBODY, SOMEBODY)
    book = shelf / "book.txt"
    book.write_bytes(OLD)
    if place == "folder of others":
        os.chown(book, SOMEBODY, SOMEBODY)
        shelf.chmod(0o755)
    elif (
        place == "group of others"
    ):  # to which nobody may give a new file; no other group may get its rights
        os.chown(book, SOMEBODY, SOMEBODY + 1)
        book.chmod(0o660)
        os.chown(shelf, SOMEBODY, SOMEBODY)
    else:
        book.chmod(0o666)
        shelf.chmod(0o1777 if place.startswith("sticky") else 0o777)
    before = book.stat()
    child = subprocess.run(
        [sys.executable, "-c", AS_SOMEBODY, str(book), str(home), str(SOMEBODY)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, capture_output=True, text=True,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    assert book.read_bytes() == b"the new words"
    after = book.stat()
    assert (after.st_uid, after.st_gid, after.st_mode) == (
        before.st_uid,
        before.st_gid,
        before.st_mode,
    )
    assert nothing_is_kept(home, book)


AS_SOMEBODY = """
import os, sys
from pathlib import Path
from cowrite.documents.files import save_atomically
who = int(sys.argv[3])
os.setgroups([])
os.setresgid(who, who, who)
os.setresuid(who, who, who)
save_atomically(Path(sys.argv[1]), b"the new words", keep_in=Path(sys.argv[2]))
"""


@root_only
@pytest.mark.parametrize("same_disk", [True, False])
def test_in_an_overlay_as_of_a_container(tmp_path: Path, kept: Path, same_disk: bool) -> None:
    """There a file gets another inode when it is first opened to be written."""
    disk, mounted = tmp_path / "disk", tmp_path / "mounted"
    lower = disk / "lower" if same_disk else tmp_path / "lower"
    disk.mkdir()
    mounted.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "tmpfs", disk]).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        for folder in (lower, disk / "upper", disk / "work"):
            folder.mkdir()
        (lower / "book.txt").write_bytes(OLD)
        (lower / "other.txt").hardlink_to(lower / "book.txt")
        layers = f"lowerdir={lower},upperdir={disk / 'upper'},workdir={disk / 'work'}"
        if subprocess.run(["mount", "-t", "overlay", "overlay", "-o", layers, mounted]).returncode:
            pytest.skip("there are no overlays here")
        try:
            for new in LENGTHS:
                save_atomically(mounted / "book.txt", new, keep_in=kept)
                assert (mounted / "book.txt").read_bytes() == new
            assert (lower / "book.txt").read_bytes() == OLD
            names = [path.name for path in mounted.iterdir()]
            assert sorted(names) == ["book.txt", "other.txt"]
        finally:
            subprocess.run(["umount", "-l", mounted], check=True)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def fill(filler: Path) -> None:
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while True:
            file.write(b"x" * 4096)


@root_only
def test_on_a_full_disk_what_is_longer_is_not_written_and_the_old_file_is_whole(
    tmp_path: Path, shelf: Path, kept: Path
) -> None:
    """A real one, with room for the old bytes nowhere but in the private folder."""
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", shelf]).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        book, other, filler = shelf / "book.txt", shelf / "other.txt", shelf / "filler"
        book.write_bytes(OLD)
        other.hardlink_to(book)
        fill(filler)
        names = sorted(path.name for path in shelf.iterdir())
        for new in (OLD * 3, OLD[:100], OLD):  # longer fails, shorter and as long are written
            if len(new) > len(OLD):
                with pytest.raises(
                    UserError, match=r"disk is full\. The file on disk is unchanged"
                ):
                    save_atomically(book, new, keep_in=kept)
                assert book.read_bytes() == OLD
            else:
                save_atomically(book, new, keep_in=kept)
                assert book.read_bytes() == new
            assert sorted(path.name for path in shelf.iterdir()) == names
            assert {path.name for path in kept.iterdir()} <= {"lock"}
    finally:
        subprocess.run(["umount", "-l", shelf], check=True)


# --- every step that fails -------------------------------------------------------------------------------------------


class FailingSteps:
    """Counts what writes, and fails at one of them; ``half``: a write writes some of its bytes first."""

    NAMES = ("write", "fsync", "ftruncate", "posix_fallocate", "open", "unlink")

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fail_at: int, code: int) -> None:
        self.count, self.fail_at, self.code, self.failed = 0, fail_at, code, ""
        for name in self.NAMES:
            if hasattr(os, name):
                monkeypatch.setattr(os, name, self._step(name, getattr(os, name)))
        replace = Path.replace
        monkeypatch.setattr(Path, "replace", self._step("replace", replace))

    def _step(self, name: str, real: object) -> object:
        def step(*arguments: object, **options: object) -> object:
            self.count += 1
            if self.count != self.fail_at:
                return real(*arguments, **options)  # type: ignore[operator]
            self.failed = name
            if name == "write":
                handle, data = arguments
                real(handle, data[: len(data) // 2])  # type: ignore[operator, index, arg-type]
            raise OSError(self.code, os.strerror(self.code))

        return step


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES, errno.EDQUOT])
@pytest.mark.parametrize("new", LENGTHS)
@pytest.mark.parametrize("in_place", [True, False])
@pytest.mark.filterwarnings("ignore")
@pytest.mark.expects_warnings
def test_whatever_step_fails_the_old_bytes_or_the_new_are_there(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch, code: int, new: bytes, in_place: bool
) -> None:  # fmt: skip
    failed: set[str] = set()
    for fail_at in range(1, 60):
        folder = tmp_path_factory.mktemp("step")
        book, kept = folder / "book.txt", folder / "kept"
        book.write_bytes(OLD)
        if in_place:
            (folder / "other").hardlink_to(book)
        with monkeypatch.context() as failing:
            steps = FailingSteps(failing, fail_at, code)
            try:
                save_atomically(book, new, keep_in=kept)
            except UserError as error:
                said = str(error)
                expected = new if "was written, but" in said else OLD
            else:
                said, expected = "", new
        assert book.read_bytes() == expected
        assert expected == new or "is unchanged" in said
        assert interrupted_saves(kept) == ([], [])
        failed.add(steps.failed)
        if not steps.failed:
            break
        assert not in_place or book.samefile(folder / "other")
    assert not steps.failed, "there were more steps than were tried"
    assert (
        {"open", "fsync", "unlink"} <= failed
        if in_place
        else {"open", "fsync", "replace"} <= failed
    )


@pytest.mark.parametrize("new", [b"short", OLD * 3])
def test_a_disk_that_fails_for_good_leaves_the_kept_bytes_and_says_where(
    book: Path, linked: Path, kept: Path, new: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = overwriting.write_all
    writes: list[bytes] = []

    def failing(handle: int, data: bytes) -> None:
        if not writes:
            real(handle, data[: len(data) // 2])
        writes.append(data)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with monkeypatch.context() as broken:
        broken.setattr(overwriting, "write_all", failing)
        with pytest.raises(UserError, match="may be damaged") as caught:
            save_atomically(book, new, keep_in=kept)
    assert writes == [new, OLD]  # the second was to put it back
    assert "unchanged" not in str(caught.value)
    (save,), problems = interrupted_saves(kept)
    assert problems == []
    assert save.bytes.read() == OLD
    assert str(save.kept) in str(caught.value)
    assert stat.S_IMODE(save.kept.stat().st_mode) == 0o600


def test_the_system_itself_ends_a_write_in_place(book: Path, linked: Path, kept: Path) -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(OLD) + 4096, hard))
    try:
        with pytest.raises(UserError, match="unchanged"):
            save_atomically(book, OLD * 3, keep_in=kept)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert book.read_bytes() == OLD
    assert nothing_is_kept(kept, book)


@pytest.mark.parametrize("there_is_a_private_folder", [True, False])
def test_without_any_place_for_the_old_bytes_nothing_is_written(
    tmp_path: Path, book: Path, linked: Path, there_is_a_private_folder: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("cowrite.documents.kept_bytes.create_file", full)
    private = tmp_path / "kept" if there_is_a_private_folder else None
    with pytest.raises(UserError, match="unchanged"):
        save_atomically(book, b"new", keep_in=private)
    assert book.read_bytes() == OLD


# --- others ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what", ["changed", "replaced", "removed", "made", "made a folder", "may not be written"]
)
@pytest.mark.parametrize("in_place", [True, False])
def test_what_another_program_does_meanwhile_is_not_overwritten(
    tmp_path: Path, book: Path, kept: Path, what: str, in_place: bool, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """It comes at the last moment at which it can be seen."""
    if what.startswith("made"):
        book.unlink()
        in_place = False
    elif in_place:
        (tmp_path / "another name").hardlink_to(book)

    def meddle(target: Path, old: os.stat_result | None) -> None:
        match what:
            case "changed":
                book.write_bytes(b"theirs")
            case "replaced":
                (tmp_path / "theirs").write_bytes(b"theirs")
                (tmp_path / "theirs").replace(book)
            case "removed":
                book.unlink()
            case "made":
                book.write_bytes(b"theirs")
            case "made a folder":
                book.mkdir()
            case "may not be written":
                book.chmod(0o444)
        real(target, old)

    real = replacing.require_unchanged
    monkeypatch.setattr(replacing, "require_unchanged", meddle)
    monkeypatch.setattr(writing, "require_unchanged", meddle)
    with pytest.raises(UserError, match="another program changed it"):
        save_atomically(book, b"mine", keep_in=kept)
    match what:
        case "removed":
            assert not book.exists()
        case "made a folder":
            assert book.is_dir()
        case "may not be written":
            assert book.read_bytes() == OLD
        case _:
            assert book.read_bytes() == b"theirs"
    assert interrupted_saves(kept) == ([], [])


def test_a_file_that_may_be_written_and_not_read_can_be_replaced(book: Path) -> None:
    book.chmod(0o200)
    save_atomically(book, b"new")
    assert stat.S_IMODE(book.stat().st_mode) == 0o200
    book.chmod(0o600)
    assert read_document(book).text == "new"
