"""Unpacks the old home into a test's folder, as if its owner had moved it and their texts there.

The program of today changes nothing here; what names a place of the home or of a text is rewritten, by the formats as
they were then: paths, the identities that follow from the path of a text, and the hash of a journal's first line.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import uuid
import zipfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
Moves = dict[str, str]
PROVENANCE_SINCE = 2
"""The first version of the log that says where characters are from."""


@dataclass(frozen=True, slots=True)
class OldHome:
    """Where it is now, and what the program that wrote it said of it."""

    home: Path
    texts: Path
    expected: dict[str, Any]

    @property
    def data(self) -> Path:
        return self.home / "data"


def unpack(folder: Path, name: str = "home") -> OldHome:
    """The old home “home”, or a small one such as “v1”, and its texts below the empty ``folder``."""
    folder = Path(os.path.realpath(folder))
    with zipfile.ZipFile(FOLDER / f"{name}.zip") as packed:
        packed.extractall(folder)
    told = "expected" if name == "home" else name
    expected = json.loads((FOLDER / f"{told}.json").read_text("utf-8"))
    texts, home = folder / "texts", folder / "home"
    moves: Moves = {}
    for path in texts.iterdir():
        old = f"{expected['texts']}/{path.name}"
        moves[old] = str(path)
        moves[_identity(f"file://{old}")] = _identity(path.as_uri())
    moves[expected["texts"]] = str(texts)
    moves[expected["home"]] = str(home)
    for path in sorted(home.rglob("*")):
        if path.suffix == ".journal":
            _move_journal(path, moves)
        elif path.suffix == ".sqlite3":
            _move_log(path, moves)
        elif path.suffix == ".json" and "models" not in path.parts:
            stored = json.loads(path.read_text("utf-8"))
            path.write_text(json.dumps(moved(stored, moves), ensure_ascii=False), "utf-8")
        if path.stem in moves:  # a file about a text, called by its identity
            path.rename(path.with_stem(moves[path.stem]))
    return OldHome(home, texts, moved(expected, moves))


def moved(value: Any, moves: Moves) -> Any:
    """``value`` of JSON, with every text in it moved."""
    match value:
        case str():
            for old, new in moves.items():
                if value == old or value.startswith(f"{old}/"):
                    return new + value[len(old) :]
            return value
        case list():
            return [moved(each, moves) for each in value]
        case dict():
            return {moved(name, moves): moved(each, moves) for name, each in value.items()}
        case _:
            return value


def _identity(address: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, address).hex


def _move_journal(path: Path, moves: Moves) -> None:
    _, line, body = path.read_bytes().split(b"\n", 2)
    header = moved(json.loads(line), moves)
    text = Path(header["path"])
    # The file that the text is based on is as old as it was.
    os.utime(text, ns=(header["stamp"]["mtime_ns"],) * 2)
    line = json.dumps(header).encode("ascii")
    check = hashlib.sha256(line).hexdigest().encode("ascii")
    path.write_bytes(b"\n".join([check, line, body]))


def _move_log(path: Path, moves: Moves) -> None:
    with closing(sqlite3.connect(path)) as log, log:
        columns = [("documents", "id"), ("documents", "path"), ("events", "document_id")]
        if log.execute("PRAGMA user_version").fetchone()[0] >= PROVENANCE_SINCE:
            columns.append(("provenance", "document_id"))
        for table, column in columns:
            log.executemany(
                f"UPDATE {table} SET {column} = ? WHERE {column} = ?",
                [(new, old) for old, new in moves.items()],
            )
