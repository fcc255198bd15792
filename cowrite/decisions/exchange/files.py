"""Reads a file of sessions, whatever its format, and says in which line it is damaged."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Generator, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO, Any

from cowrite.base.errors import UserError
from cowrite.base.json_values import LARGEST_JSON, SchemaError, read_json
from cowrite.base.system_reasons import reason_of
from cowrite.decisions.exchange.bundle import Bundle
from cowrite.decisions.exchange.coauthor_decisions import read_decisions
from cowrite.decisions.exchange.coauthor_read import read_coauthor
from cowrite.decisions.exchange.jsonl import read_jsonl
from cowrite.localization import tr, tr_noop
from cowrite.settings.regular_file import require_regular_file

FORMATS = ("coauthor", "coauthor-decisions", "jsonl")
MOST_BYTES = 2 << 30
"""Of a file, unpacked: a small packed file may hold more than any computer has room for."""
_NOTHING = tr_noop("Nothing was imported from this file.")
_GZIP = b"\x1f\x8b"


def read_sessions(path: Path, file_format: str = "") -> Bundle:
    """The sessions in a file, plain or compressed with gzip; the format is seen from its first line if not given.

    Raises UserError, with the number of the line, if the file cannot be read or is damaged.
    """
    lines = _Lines(path)
    with closing(iter(lines)) as values:
        try:
            return _bundle(values, path, file_format)
        except SchemaError as error:
            raise UserError(
                tr(
                    "Line {number} of {name} is invalid: {error}.",
                    number=max(1, lines.number),
                    name=path.name,
                    error=error,
                ),
                tr(_NOTHING),
            ) from error


def _bundle(values: Iterator[Any], path: Path, file_format: str) -> Bundle:
    first = next(values, None)
    every = itertools.chain(() if first is None else (first,), values)
    match file_format or _format_of(first, path):
        case "coauthor":
            return read_coauthor(_name_of(path), every)
        case "coauthor-decisions":
            return read_decisions(every)
        case _:
            return read_jsonl(every)


class _Lines:
    """The values in the lines of a file, read one after the other; ``number`` is that of the last."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.number = 0

    def __iter__(self) -> Generator[Any]:
        try:
            require_regular_file(self._path)
            with self._path.open("rb") as file:
                packed = file.read(len(_GZIP)) == _GZIP
                file.seek(0)
                with gzip.open(file) if packed else file as text:
                    yield from self._values(text)
        except (OSError, EOFError, zlib.error) as error:
            reason = tr("it is damaged")
            if isinstance(error, OSError) and error.errno is not None:
                reason = reason_of(error)
            raise UserError(
                tr("{name} cannot be read: {reason}.", name=self._path.name, reason=reason),
                tr(_NOTHING),
            ) from error

    def _values(self, text: IO[bytes] | gzip.GzipFile) -> Iterator[Any]:
        left = MOST_BYTES
        while line := text.readline(LARGEST_JSON + 1):
            self.number += 1
            left -= len(line)
            if len(line) > LARGEST_JSON or left < 0:
                raise SchemaError("", tr("is too large"))
            if line.strip():
                yield read_json(line)


def _format_of(value: object, path: Path) -> str:
    first = value if isinstance(value, dict) else {}
    if "eventName" in first:
        return "coauthor"
    if "decision" in first and "suggestions" in first:
        return "coauthor-decisions"
    if "format" in first:
        return "jsonl"
    raise UserError(
        tr("{name} is not a session file that Cowrite can read.", name=path.name),
        tr("It reads CoAuthor sessions and what “cowrite log export --format jsonl” writes."),
    )


def _name_of(path: Path) -> str:
    return path.name.removesuffix(".gz").removesuffix(".jsonl")
