"""Reads a file of sessions, whatever its format, and says in which line it is damaged."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cowrite.decisions.exchange.bundle import Bundle
from cowrite.decisions.exchange.coauthor_decisions import read_decisions
from cowrite.decisions.exchange.coauthor_read import read_coauthor
from cowrite.decisions.exchange.jsonl import read_jsonl
from cowrite.errors import UserError
from cowrite.settings.regular_file import require_regular_file

FORMATS = ("coauthor", "coauthor-decisions", "jsonl")
_NOTHING = "Nothing was imported from this file."
_GZIP = b"\x1f\x8b"


def read_sessions(path: Path, file_format: str = "") -> Bundle:
    """The sessions in a file, plain or compressed with gzip; the format is seen from its first line if not given.

    Raises UserError, with the number of the line, if the file cannot be read or is damaged.
    """
    lines = _Lines(path)
    try:
        objects = list(lines)
        file_format = file_format or _format_of(objects, path)
        # Read again one by one, so that the number is that of the line which is invalid.
        lines.number = 0
        match file_format:
            case "coauthor":
                return read_coauthor(_name_of(path), _Counted(objects, lines))
            case "coauthor-decisions":
                return read_decisions(_Counted(objects, lines))
            case _:
                return read_jsonl(_Counted(objects, lines))
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError) as error:
        raise UserError(
            f"Line {max(1, lines.number)} of {path.name} is invalid.", _NOTHING
        ) from error


class _Lines:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.number = 0

    def __iter__(self) -> Iterator[Any]:
        try:
            require_regular_file(self._path)
            data = self._path.read_bytes()
            if data.startswith(_GZIP):
                data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or "it is damaged"
            raise UserError(f"{self._path.name} cannot be read: {reason}.", _NOTHING) from error
        for self.number, line in enumerate(data.splitlines(), 1):
            if line.strip():
                yield json.loads(line)


class _Counted(list[Any]):
    """The lines, which tells the reader of errors how far it has got."""

    def __init__(self, objects: list[Any], lines: _Lines) -> None:
        super().__init__(objects)
        self._lines = lines

    def __iter__(self) -> Iterator[Any]:
        for self._lines.number, each in enumerate(super().__iter__(), 1):
            yield each


def _format_of(objects: list[Any], path: Path) -> str:
    first = objects[0] if objects and isinstance(objects[0], dict) else {}
    if "eventName" in first:
        return "coauthor"
    if "decision" in first and "suggestions" in first:
        return "coauthor-decisions"
    if "format" in first:
        return "jsonl"
    raise UserError(
        f"{path.name} is not a session file that Cowrite can read.",
        "It reads CoAuthor sessions and what “cowrite log export --format jsonl” writes.",
    )


def _name_of(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".jsonl")
