"""Runs each command that is named on its input in one state after the other; what came of each is a line of JSON.

``command_runner.py FOLDER MODEL [STATE]``: FOLDER is empty and private, MODEL a folder with a tiny model, STATE part of
the name of the only states that are tried. Libraries that take seconds to import are imported once; each command has a
process that is forked from this one, which writes ``FOLDER/answers`` and ``FOLDER/errors`` and whose exit status is
printed. See ``test_every_command.py`` for what is expected.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import hashlib
import io
import json
import os
import resource
import shutil
import signal
import sqlite3
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NoReturn

TESTS = Path(__file__).resolve().parents[1]
# COWRITE_SRC: another checkout, to count what is wrong there.
sys.path[:0] = [os.environ.get("COWRITE_SRC", str(TESTS.parent)), str(TESTS), str(TESTS / "cli")]
PATIENCE_S = 30
MOUNTS_OF_ITS_OWN, PRIVATE_BELOW = 0x20000, 0x44000


def take_mounts() -> None:
    """From now on what is mounted here is seen by nobody else; says so in the environment if that was possible."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not libc.unshare(MOUNTS_OF_ITS_OWN) and not libc.mount(
        b"none", b"/", None, PRIVATE_BELOW, None
    ):
        os.environ["COWRITE_MAY_MOUNT"] = "1"


if sys.platform == "linux":
    take_mounts()

import command_surroundings  # noqa: E402, F401 - it enters its states
from command_arguments import bad_arguments  # noqa: E402
from command_doubles import put_doubles  # noqa: E402
from command_home import Call, Place, make_home  # noqa: E402
from command_rows import ROWS, Row  # noqa: E402
from command_sample import is_tried  # noqa: E402
from command_states import STATES, State  # noqa: E402

from cowrite.__main__ import main  # noqa: E402

NOT_COMPARED = ("-wal", "-shm", ".lock", "lock", "cowrite.log")


class Hung(BaseException):
    """A command did not end."""


class Hook:
    """What is told of every file before it is opened; Python offers no way to take a hook away again."""

    def __init__(self) -> None:
        self.call = Call()
        sys.addaudithook(self._on_event)

    def _on_event(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            flags = arguments[2] if isinstance(arguments[2], int) else 0
            self.call.before_open(os.fsdecode(arguments[0]), flags)


def attempt(row: Row, state: State, template: Place, hook: Hook) -> dict[str, object]:
    """One try: what the command answered, and what differs afterwards."""
    place = _fresh(template)
    place.call.arguments = row.arguments(place)
    with contextlib.ExitStack() as stack:
        os.chdir(place.work)
        prepared = state.prepare(place, row)
        if prepared is not None:
            stack.enter_context(prepared)
        before = contents(place)
        started = time.monotonic()
        hook.call = place.call
        try:
            status, out, err = _run(place)
        finally:
            hook.call = Call()
        after = contents(place)
        seconds = time.monotonic() - started
    os.chdir("/")
    changed = sorted(
        name for name in before.keys() | after.keys() if before.get(name) != after.get(name)
    )
    log_file = place.paths.log_file
    logged = ""
    with contextlib.suppress(OSError):
        logged = log_file.read_text("utf-8")
    return {
        "status": status,
        "out": out[-2000:],
        "err": err[-20000:],
        "changed": changed,
        "logged": logged[-4000:],
        "seconds": round(seconds, 2),
    }


def _fresh(template: Place) -> Place:
    """The template's content at the place where it was made: the log knows files by where they are."""
    root = template.root.with_name("try")
    if root.exists():
        for folder in (
            root,
            *(path for path in root.rglob("*") if path.is_dir() and not path.is_symlink()),
        ):
            folder.chmod(0o700)
        shutil.rmtree(root)
    shutil.copytree(template.root, root, symlinks=True)
    return Place(root, list(template.adapters))


def _run(place: Place) -> tuple[int, str, str]:
    outside = place.root.with_name("streams")
    outside.mkdir(exist_ok=True)
    with _streams(place.call, outside), _environment(place.call), _deadline():
        arguments = ["--home", str(place.home), *place.call.arguments]
        try:
            status = main(arguments)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
        except Hung:
            status = -1
        except BaseException:
            status = -2
        status = _as_python_ends(status)
    gc.collect()  # what is only collected later would warn, or close its files, in another try
    gc.freeze()
    return (
        status,
        (outside / "out").read_text("utf-8", "replace"),
        (outside / "err").read_text("utf-8", "replace"),
    )


def _as_python_ends(status: int) -> int:
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except (OSError, ValueError):
        return 120
    return status


@contextlib.contextmanager
def _deadline() -> Iterator[None]:
    def end(_signal: int, _frame: object) -> None:
        raise Hung

    signal.signal(signal.SIGALRM, end)
    signal.alarm(PATIENCE_S)
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (6 << 30, hard))
    try:
        yield
    finally:
        signal.alarm(0)
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@contextlib.contextmanager
def _environment(call: Call) -> Iterator[None]:
    import tempfile

    before = dict(os.environ)
    tempfile.tempdir = None
    for name, value in call.environ.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = None


@contextlib.contextmanager
def _streams(call: Call, outside: Path) -> Iterator[None]:
    """Put the three streams where ``call`` says, for the C library too."""
    kept = [os.dup(number) for number in range(3)]
    python_s = sys.stdin, sys.stdout, sys.stderr
    for number, (name, where) in enumerate(
        (("in", call.stdin), ("out", call.stdout), ("err", call.stderr))
    ):
        (outside / name).write_bytes(b"")
        _point(number, where or str(outside / name), for_writing=number > 0)
    sys.stdin = None if call.stdin == "closed" else _text(0, "r", "utf-8", "strict", call)  # type: ignore[assignment]
    sys.stdout = None if call.stdout == "closed" else _text(1, "w", call.encoding, "strict", call)  # type: ignore[assignment]
    sys.stderr = (
        None if call.stderr == "closed" else _text(2, "w", call.encoding, "backslashreplace", call)
    )  # type: ignore[assignment]
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.flush()
        opened = sys.stdin, sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = python_s
        for number, handle in enumerate(kept):
            os.dup2(handle, number)
            os.close(handle)
        for stream in opened:
            with contextlib.suppress(OSError, ValueError, AttributeError):
                stream.buffer.raw.close()  # what it could not write must not come out later


def _point(number: int, where: str, *, for_writing: bool) -> None:
    if where == "closed":
        os.close(number)
        return
    if where == "no reader":
        reader, writer = os.pipe()
        os.close(reader)
        os.dup2(writer, number)
        os.close(writer)
        return
    handle = os.open(where, os.O_WRONLY if for_writing else os.O_RDONLY)
    if handle != number:
        os.dup2(handle, number)
        os.close(handle)


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def _text(number: int, mode: str, encoding: str, errors: str, call: Call) -> IO[str]:
    raw = io.FileIO(number, mode, closefd=False)
    kind = _Terminal if call.terminal else io.TextIOWrapper
    buffered = io.BufferedWriter(raw) if mode == "w" else io.BufferedReader(raw)  # type: ignore[arg-type, type-var]
    return kind(buffered, encoding=encoding, errors=errors, line_buffering=number == 2)  # type: ignore[arg-type, return-value]


def contents(place: Place) -> dict[str, str]:
    """What is in every file of the place, by its name; of a database, what it says."""
    found = {}
    for base, _folders, names in os.walk(place.root):
        for name in names:
            path = Path(base) / name
            if name.endswith(NOT_COMPARED) or (not path.is_symlink() and path.is_fifo()):
                continue
            found[str(path.relative_to(place.root))] = _content(path)
    return found


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    mode = path.stat().st_mode & 0o777
    if not mode & 0o400 or path.stat().st_size > 100_000_000:
        return f"{mode:o} {path.stat().st_size}"
    data = path.read_bytes()
    if data.startswith(b"SQLite format 3") and path.name == "decisions.sqlite3":
        return _said_by(path) or hashlib.sha256(data).hexdigest()
    return hashlib.sha256(data).hexdigest()


def _said_by(path: Path) -> str:
    """The rows of a database as they are for whoever opens it; “” if it cannot be read."""
    copy = path.parent.parent.parent.parent / "copy.sqlite3"
    try:
        for end in ("", "-wal"):
            copy.with_name(copy.name + end).unlink(missing_ok=True)
            if path.with_name(path.name + end).is_file():
                shutil.copyfile(path.with_name(path.name + end), copy.with_name(copy.name + end))
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()
    except (sqlite3.Error, OSError):
        return ""


def serve(folder: Path, model: Path, only: str) -> None:
    """Make the template, then answer for each line that comes."""
    template = Place(folder / "try")
    template.root.mkdir()
    make_home(template, model)
    kept = folder / "template"
    template.root.rename(kept)
    template = Place(kept, template.adapters)
    put_doubles(kept)
    for line in sys.stdin:
        sys.stdout.flush()
        child = os.fork()
        if not child:
            run_all(line.strip(), template, only)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def run_all(command: str, template: Place, only: str) -> NoReturn:
    """Try ``command`` and end this process."""
    status = 1
    try:
        errors = os.open(template.root.with_name("errors"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(errors, 2)
        with template.root.with_name("answers").open("w", encoding="utf-8") as answers:
            _try_all(command, template, only, answers)
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _try_all(command: str, template: Place, only: str, answers: IO[str]) -> None:
    hook = Hook()
    for name, row in ROWS.items():
        if name.partition(" ")[0] != command:
            continue
        for about, state in (STATES | bad_arguments(name, row)).items():
            if only not in about or not (only or is_tried(name, row, about, state)):
                continue
            told = attempt(row, state, template, hook)
            answers.write(json.dumps({"row": name, "state": about, **told}) + "\n")


if __name__ == "__main__":
    serve(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else "")
