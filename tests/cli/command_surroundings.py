"""What a command may meet outside the program's own folders: files of the writer, streams, the system."""

from __future__ import annotations

import ctypes
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from command_home import Place
from command_rows import Row
from command_states import EVERYTHING, STATES, Prepare, State, state

_libc = ctypes.CDLL(None, use_errno=True)
_FULL = b"size=16m"


def can_mount() -> bool:
    """Whether this process was given mounts of its own."""
    return os.environ.get("COWRITE_MAY_MOUNT") == "1"


@contextmanager
def mounted(folder: Path, *, full: bool = False, read_only: bool = False) -> Iterator[None]:
    """A disk of its own for what is in ``folder``."""
    kept = folder.with_name(f"{folder.name}-kept")
    folder.rename(kept)
    folder.mkdir()
    target = os.fsencode(folder)
    if _libc.mount(b"none", target, b"tmpfs", 0, _FULL):
        raise OSError(ctypes.get_errno(), "mount")
    try:
        shutil.copytree(kept, folder, dirs_exist_ok=True, symlinks=True)
        if full:
            _fill(folder / "filling")
        if read_only and _libc.mount(b"none", target, b"tmpfs", 1 | 32, _FULL):
            raise OSError(ctypes.get_errno(), "remount")
        yield
    finally:
        _libc.umount2(target, 2)
        shutil.rmtree(kept)


def _fill(path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def _disk(name: str, breaks: str, folder: str, **how: bool) -> None:
    @contextmanager
    def prepare(place: Place, row: Row) -> Iterator[None]:
        where = place.root / folder
        if folder == "tmp":
            where.mkdir()
            place.call.environ["TMPDIR"] = str(where)
        with mounted(where, **how):
            yield

    MOUNTED[name] = State(breaks=frozenset(breaks.split()), prepare=prepare)


# Only for a process that was given mounts of its own.
MOUNTED: dict[str, State] = {}
_disk("home on a full disk", "room", "home", full=True)
_disk("home on a read-only disk", EVERYTHING, "home", read_only=True)
_disk("output on a full disk", "output", "outputs", full=True)
_disk("output on a read-only disk", "output", "outputs", read_only=True)
_disk("folder for the time being is full", "temporary", "tmp", full=True)
if can_mount():
    STATES.update(MOUNTED)


# --- the file that is read -------------------------------------------------------------------------------------------


def input_state(name: str, breaks: str = "input") -> Callable[[Callable[[Path], None]], None]:
    """A state of the file that a command reads, for those that read one."""

    def enter(spoil: Callable[[Path], None]) -> None:
        @state(f"input {name}", breaks)
        def prepare(place: Place, row: Row) -> None:
            if row.input:
                spoil(place.inputs(row.input))

    return enter


def replaced(make: Callable[[Path], None]) -> Callable[[Path], None]:
    def spoil(path: Path) -> None:
        path.unlink()
        make(path)

    return spoil


input_state("missing")(Path.unlink)
input_state("is a folder")(replaced(Path.mkdir))
input_state("is a pipe")(replaced(os.mkfifo))
input_state("is endless")(replaced(lambda path: path.symlink_to("/dev/zero")))
input_state("is a terminal of nobody")(replaced(lambda path: path.symlink_to("/dev/null")))
input_state("without permission")(lambda path: path.chmod(0))
input_state("is empty", "input-content")(lambda path: path.write_bytes(b""))
input_state("is garbage", "input-content")(lambda path: path.write_bytes(bytes(range(256)) * 40))
input_state("is a dangling link")(replaced(lambda path: path.symlink_to("/proc/nowhere/file")))
input_state("is a link to itself")(replaced(lambda path: path.symlink_to(path)))
input_state("is huge")(lambda path: os.truncate(path, 1 << 40))


@state("input vanishes between check and reading", "input")
def _(place: Place, row: Row) -> None:
    if not row.input:
        return
    path = place.inputs(row.input)

    def before_open(opened: str, flags: int) -> None:
        if opened == str(path):
            path.unlink(missing_ok=True)

    place.call.before_open = before_open


@state("input cannot be read to the end", "input")
def _(place: Place, row: Row) -> None:
    if row.input:
        place.inputs(row.input).unlink()
        place.inputs(row.input).symlink_to("/proc/self/mem")


@state("input below a file", "input")
def _(place: Place, row: Row) -> None:
    if row.input:
        place.call.arguments = [
            f"{each}/below" if each == str(place.inputs(row.input)) else each
            for each in place.call.arguments
        ]


@state("names of bytes that are no text")
def _(place: Place, row: Row) -> None:
    for path in (
        (place.inputs(row.input), place.outputs(row.output)) if row.input or row.output else ()
    ):
        other = path.with_name(os.fsdecode(b"\xff\xfe") + path.name)
        if path.is_file():
            shutil.copy(path, other)
        place.call.arguments = [
            str(other) if each == str(path) else each for each in place.call.arguments
        ]


# --- the file that is written ----------------------------------------------------------------------------------------


def output_state(name: str, breaks: str = "output") -> Callable[[Callable[[Path], None]], None]:
    """A state of what a command writes with an option, for those that have one."""

    def enter(spoil: Callable[[Path], None]) -> None:
        @state(f"output {name}", breaks)
        def prepare(place: Place, row: Row) -> None:
            if row.output:
                spoil(place.outputs(row.output))

    return enter


output_state("without its folder", "output-folder")(lambda path: path.parent.rmdir())
output_state("is a folder", "output-name output-new")(
    lambda path: (path.mkdir(), (path / "mine").touch())
)
output_state("is there already", "output-new output-file")(lambda path: path.write_text("mine"))
output_state("read-only", "output-there output-new output-file")(
    lambda path: (path.write_text("mine"), path.chmod(0o400))
)
output_state("is a dangling link", "output-link output-file")(
    lambda path: path.symlink_to("/proc/nowhere/file")
)
output_state("is a link to itself", "output-self output-new")(lambda path: path.symlink_to(path))


@state("output below a file", "output")
def _(place: Place, row: Row) -> None:
    if row.output:
        (place.root / "outputs").rmdir()
        (place.root / "outputs").write_text("mine")


@state("output in a folder that is read-only", "output")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    folder = place.root / "outputs"
    folder.chmod(0o500)
    yield
    folder.chmod(0o700)


# --- streams ---------------------------------------------------------------------------------------------------------


def call_state(name: str, breaks: str = "", **values: object) -> None:
    @state(name, breaks)
    def prepare(place: Place, row: Row) -> None:
        for key, value in values.items():
            setattr(place.call, key, value)


call_state("stdin closed", "answer", stdin="closed")
call_state("stdin without text", "answer", stdin="/dev/null")
call_state("stdout closed", stdout="closed")
call_state("stdout full", "stdout", stdout="/dev/full")
call_state("stdout without a reader", stdout="no reader")
call_state("stderr closed", stderr="closed")
call_state("stderr full", stderr="/dev/full")
call_state("stderr without a reader", stderr="no reader")
call_state("everything closed", "answer", stdin="closed", stdout="closed", stderr="closed")
call_state("stdout in ASCII", encoding="ascii")
call_state("stdout in Latin-1", encoding="latin-1")
call_state("a terminal in ASCII", encoding="ascii", terminal=True)


# --- the system ------------------------------------------------------------------------------------------------------


def environment_state(name: str, **environ: str | None) -> None:
    call_state(name, environ=environ)


environment_state("no HOME", HOME=None)
environment_state("HOME is nowhere", HOME="/proc/nowhere")
environment_state("no TERM", TERM=None)
environment_state("no PATH", PATH=None)
environment_state("COLUMNS is 1", COLUMNS="1")
environment_state("COLUMNS is no number", COLUMNS="many")
environment_state("LANG is C", LANG="C", LC_ALL="C")
environment_state("no folder for the time being", TMPDIR="/proc/nowhere")
environment_state("a time zone of nobody", TZ="Nobody/Nowhere")


@state("the working folder was deleted")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    gone = place.root / "gone"
    gone.mkdir()
    os.chdir(gone)
    gone.rmdir()
    yield
    os.chdir("/")


def _interrupted_at(count: int) -> Prepare:
    def prepare(place: Place, row: Row) -> None:
        seen = 0

        def before_open(opened: str, flags: int) -> None:
            nonlocal seen
            if opened.startswith(str(place.home)):
                seen += 1
                if seen == count:
                    raise KeyboardInterrupt

        place.call.before_open = before_open

    return prepare


for _count in (1, 8, 10, 14):
    state(f"Ctrl+C at the {_count}th file", "interrupted")(_interrupted_at(_count))
