"""What a command may meet: each state spoils one thing of a place, and says which needs of a command that breaks."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from command_home import MODEL, Place
from command_rows import Row

EVERYTHING = "home"
Prepare = Callable[[Place, Row], AbstractContextManager[None] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """``prepare`` spoils a place before the command runs; what it holds open is let go afterwards."""

    breaks: frozenset[str]
    prepare: Prepare
    sets_aside: tuple[
        str, ...
    ] = ()  # the beginnings of the names of what is damaged and may be renamed


STATES: dict[str, State] = {}


def state(name: str, breaks: str = "", sets_aside: str = "") -> Callable[[Prepare], Prepare]:
    """Enter a function into the table; ``breaks`` are needs, or “home” for what no command can do without."""

    def enter(prepare: Prepare) -> Prepare:
        STATES[name] = State(
            breaks=frozenset(breaks.split()), prepare=prepare, sets_aside=tuple(sets_aside.split())
        )
        return prepare

    return enter


def _each(names: dict[str, str], make: Callable[[str], Prepare], breaks: str) -> None:
    for name, target in names.items():
        state(name, breaks)(make(target))


# --- the folders of the program --------------------------------------------------------------------------------------


@state("nothing is wrong")
def _(place: Place, row: Row) -> None:
    pass


@state(
    "nothing is there yet",
    "model-missing model-there adapters-there packs-there some-log sessions-there",
)
def _(place: Place, row: Row) -> None:
    shutil.rmtree(place.home)


@state("home read-only", EVERYTHING)
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    with _read_only(place.home, *_folders(place)):
        yield


@state("home is a file", EVERYTHING)
def _(place: Place, row: Row) -> None:
    shutil.rmtree(place.home)
    place.home.write_text("mine")


@state("home cannot be made", EVERYTHING)
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    shutil.rmtree(place.home)
    with _read_only(place.root):
        yield


@state("home below a file", EVERYTHING)
def _(place: Place, row: Row) -> None:
    shutil.rmtree(place.home)
    place.home.parent.joinpath("file").write_text("mine")
    place.home.symlink_to(place.root / "file" / "home")


@state("home is a dangling link", EVERYTHING)
def _(place: Place, row: Row) -> None:
    shutil.rmtree(place.home)
    place.home.symlink_to(place.root / "nowhere")


@state("home is a link to itself", EVERYTHING)
def _(place: Place, row: Row) -> None:
    shutil.rmtree(place.home)
    place.home.symlink_to(place.home)


_FOLDERS = {
    "data": "data",
    "config": "config",
    "logs": "logs",
    "models": "data/models",
    "adapters": "data/adapters",
    "journal": "data/journal",
}


def _a_file(folder: str) -> Prepare:
    def prepare(place: Place, row: Row) -> None:
        shutil.rmtree(place.home / folder)
        (place.home / folder).write_text("mine")

    return prepare


def _not_writable(folder: str) -> Prepare:
    @contextmanager
    def prepare(place: Place, row: Row) -> Iterator[None]:
        with _read_only(place.home / folder):
            yield

    return prepare


_each({f"{name} is a file": f for name, f in _FOLDERS.items()}, _a_file, EVERYTHING)
_each({f"{name} read-only": f for name, f in _FOLDERS.items()}, _not_writable, EVERYTHING)


@state("log file is a folder")
def _(place: Place, row: Row) -> None:
    place.paths.log_file.mkdir()


@state("no log file may be written")
def _(place: Place, row: Row) -> None:
    place.paths.log_file.symlink_to(place.paths.log_file)


# --- the decision log ------------------------------------------------------------------------------------------------

LOG = "log log-write"


@state("log locked: immediate", "log-write")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    with _held(place.paths.decision_log, "BEGIN IMMEDIATE"):
        yield


@state("log locked: exclusive", "log-write")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    with _held(place.paths.decision_log, "BEGIN EXCLUSIVE"):
        yield


@state("log locked: by one program alone", LOG)
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    with _held(
        place.paths.decision_log,
        "PRAGMA locking_mode = EXCLUSIVE",
        "PRAGMA journal_mode = DELETE",
        "BEGIN EXCLUSIVE",
    ):
        yield


@state("log being read")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    with _held(place.paths.decision_log, "BEGIN", "SELECT * FROM events"):
        yield


@state("log read-only", "log-write")
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.chmod(0o400)


@state("log without permission", LOG)
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.chmod(0)


@state("log is a folder", LOG)
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.unlink()
    place.paths.decision_log.mkdir()
    (place.paths.decision_log / "mine").write_text("mine")


@state("log is a pipe", LOG)
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.unlink()
    os.mkfifo(place.paths.decision_log)


@state("log is a dangling link", "some-log sessions-there log-link")
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.unlink()
    place.paths.decision_log.symlink_to(place.root / "moved" / "log.sqlite3")


@state("log is a link to itself", LOG)
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.unlink()
    place.paths.decision_log.symlink_to(place.paths.decision_log)


@state("log of another program", "log")
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.unlink()
    _database(place.paths.decision_log, "CREATE TABLE theirs (a)", "INSERT INTO theirs VALUES (1)")


@state("log of a newer version", LOG)
def _(place: Place, row: Row) -> None:
    _database(place.paths.decision_log, "PRAGMA user_version = 999")


@state("log is garbage", "log")
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.write_bytes(b"garbage " * 2000)


@state("log is empty", "some-log sessions-there")
def _(place: Place, row: Row) -> None:
    place.paths.decision_log.write_bytes(b"")


@state("log cut off", "log")
def _(place: Place, row: Row) -> None:
    os.truncate(place.paths.decision_log, place.paths.decision_log.stat().st_size // 2 + 100)


@state("log without a table", "log")
def _(place: Place, row: Row) -> None:
    _database(place.paths.decision_log, "DROP TABLE events")


@state("log with a foreign write-ahead log")
def _(place: Place, row: Row) -> None:
    _beside(place, "-wal").write_bytes(b"garbage " * 200)


@state("write-ahead log is a folder", LOG)
def _(place: Place, row: Row) -> None:
    _beside(place, "-wal").unlink(missing_ok=True)
    _beside(place, "-wal").mkdir()


@state("shared memory is a folder", "log-write")
def _(place: Place, row: Row) -> None:
    _beside(place, "-shm").unlink(missing_ok=True)
    _beside(place, "-shm").mkdir()


@state("write-ahead log without permission", "log")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    with _held(place.paths.decision_log, "BEGIN IMMEDIATE", "DELETE FROM sessions", "ROLLBACK"):
        _beside(place, "-wal").chmod(0)
        yield


@state("backups is a file")
def _(place: Place, row: Row) -> None:
    folder = place.paths.data / "backups"
    shutil.rmtree(folder)
    folder.write_text("mine")


@state("backups without permission", "backups")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    folder = place.paths.data / "backups"
    folder.chmod(0)
    try:
        yield
    finally:
        folder.chmod(0o700)


# --- settings, models, adapters and what else is there ---------------------------------------------------------------


@state("settings are garbage", "model-missing", "config/settings")
def _(place: Place, row: Row) -> None:
    place.paths.settings_file.write_bytes(b"{garbage")


@state("settings are deep", "model-missing", "config/settings")
def _(place: Place, row: Row) -> None:
    place.paths.settings_file.write_bytes(b"[" * 200_000)


@state("settings with wrong kinds", "", "config/settings")
def _(place: Place, row: Row) -> None:
    place.paths.settings_file.write_text(
        '{"model": "tiny", "device": "cpu", "eagerness": "a lot", "max_words": -5, "excluded": 7}'
    )


@state("settings without permission", "model-missing", "config/settings")
def _(place: Place, row: Row) -> None:
    place.paths.settings_file.chmod(0)


@state("settings read-only", "", "config/settings")
def _(place: Place, row: Row) -> None:
    place.paths.settings_file.chmod(0o400)


@state("settings is a folder", "model-missing settings-write", "config/settings")
def _(place: Place, row: Row) -> None:
    place.paths.settings_file.unlink()
    place.paths.settings_file.mkdir()


@state("settings is a pipe", "model-missing", "config/settings")
def _(place: Place, row: Row) -> None:
    place.paths.settings_file.unlink()
    os.mkfifo(place.paths.settings_file)


def _model_file(place: Place, name: str) -> Path:
    return place.paths.models_dir / MODEL / name


@state("model not installed", "model-missing model-there")
def _(place: Place, row: Row) -> None:
    shutil.rmtree(place.paths.models_dir / MODEL)


@state("model is a file", "model-missing model-there")
def _(place: Place, row: Row) -> None:
    shutil.rmtree(place.paths.models_dir / MODEL)
    (place.paths.models_dir / MODEL).write_text("mine")


@state("model without weights", "model")
def _(place: Place, row: Row) -> None:
    _model_file(place, "model.safetensors").unlink()


@state("model cut off", "model")
def _(place: Place, row: Row) -> None:
    os.truncate(_model_file(place, "model.safetensors"), 1000)


@state("model's weights are garbage of the same size", "weights")
def _(place: Place, row: Row) -> None:
    weights = _model_file(place, "model.safetensors")
    weights.write_bytes(b"\xff" * weights.stat().st_size)


@state("model's config is garbage of the same size", "weights")
def _(place: Place, row: Row) -> None:
    config = _model_file(place, "config.json")
    config.write_bytes(b"{" * config.stat().st_size)


@state("model's manifest is garbage", "manifest")
def _(place: Place, row: Row) -> None:
    _model_file(place, "manifest.json").write_bytes(b"\xff\xfe{")


@state("model without permission", "manifest")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    folder = place.paths.models_dir / MODEL
    folder.chmod(0)
    try:
        yield
    finally:
        for each in place.paths.models_dir.glob("*"):
            each.chmod(0o700)


@state("model's files without permission", "weights model-files")
def _(place: Place, row: Row) -> None:
    for path in (place.paths.models_dir / MODEL).iterdir():
        if path.name != "manifest.json":
            path.chmod(0)


@state("note of adapters is garbage", "note", "data/identities data/session data/adapters/active")
def _(place: Place, row: Row) -> None:
    (place.paths.adapters_dir / "active.json").write_bytes(b"\xff{")


@state(
    "note of adapters is a folder", "note-file", "data/identities data/session data/adapters/active"
)
def _(place: Place, row: Row) -> None:
    (place.paths.adapters_dir / "active.json").unlink()
    (place.paths.adapters_dir / "active.json").mkdir()


@state("adapters' manifests are garbage", "adapter")
def _(place: Place, row: Row) -> None:
    for path in place.paths.adapters_dir.glob("*/manifest.json"):
        path.write_bytes(b"\xff{")


@state("adapters cut off", "adapter-files")
def _(place: Place, row: Row) -> None:
    for path in place.paths.adapters_dir.glob("*/*.safetensors"):
        os.truncate(path, 100)


@state("adapters without permission", "adapter")
@contextmanager
def _(place: Place, row: Row) -> Iterator[None]:
    folders = [path for path in place.paths.adapters_dir.iterdir() if path.is_dir()]
    for folder in folders:
        folder.chmod(0)
    try:
        yield
    finally:
        for folder in place.paths.adapters_dir.iterdir():
            if folder.is_dir():
                folder.chmod(0o700)


@state("identities are garbage", "identities", "data/identities data/session data/adapters/active")
def _(place: Place, row: Row) -> None:
    place.paths.identities_file.write_bytes(b"\xff{")


@state("identities is a folder", "", "data/identities data/session data/adapters/active")
def _(place: Place, row: Row) -> None:
    place.paths.identities_file.mkdir()


@state("session is a folder", "", "data/identities data/session data/adapters/active")
def _(place: Place, row: Row) -> None:
    place.paths.session_file.mkdir()


@state("session is garbage", "", "data/identities data/session data/adapters/active")
def _(place: Place, row: Row) -> None:
    place.paths.session_file.write_bytes(b"\xff{")


@state("training folder is a file")
def _(place: Place, row: Row) -> None:
    (place.paths.data / "personalize").write_text("mine")


@state("locks are folders", "locks")
def _(place: Place, row: Row) -> None:
    for name in ("adapters/.lock", "models/.lock", "instance.lock", "personalize.lock"):
        path = place.paths.data / name
        path.unlink(missing_ok=True)
        path.mkdir()


# --- helpers ---------------------------------------------------------------------------------------------------------


def _folders(place: Place) -> list[Path]:
    return [place.home / name for name in _FOLDERS.values()]


@contextmanager
def _read_only(*folders: Path) -> Iterator[None]:
    for folder in folders:
        folder.chmod(0o500)
    try:
        yield
    finally:
        for folder in folders:
            folder.chmod(0o700)


def _beside(place: Place, end: str) -> Path:
    log = place.paths.decision_log
    return log.with_name(log.name + end)


def _database(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for each in statements:
            connection.execute(each)


_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    cursor = connection.execute(statement)
    cursor.fetchone()
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def _held(path: Path, *statements: str) -> Iterator[None]:
    """Another process holds the log; in this one, closing any file of it would let the lock go."""
    holder = subprocess.Popen(
        [sys.executable, "-S", "-c", _HOLDER, str(path), *statements],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={},
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        assert holder.stdin is not None
        holder.stdin.close()
