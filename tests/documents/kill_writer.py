"""A child process: saves (or journals) version after version until it is killed.

Each acknowledged version is printed. A version is its number on every line, so that a mixture of two shows.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cowrite.documents import kept_bytes
from cowrite.documents.files import save_atomically
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.documents.replacing import create_file
from cowrite.settings import overwriting

LINES = 20_000
PART = 4096
IN_PLACE = ("in place", "in place, nothing beside")


def version(number: int) -> str:
    """The text of this version; the later, the longer."""
    return f"{number:06}\n" * (LINES + number)


def write_slowly(handle: int, data: bytes) -> None:
    """A disk so slow that a kill comes while a file is neither the old one nor the new."""
    for start in range(0, len(data), PART):
        os.write(handle, data[start : start + PART])
        time.sleep(0.0002)


def nowhere_but(folder: Path | None) -> Callable[[Path, bytes, int], int]:
    """Files can be made in ``folder`` only."""

    def create(target: Path, data: bytes, mode: int) -> int:
        if target.parent != folder:
            raise PermissionError(errno.EACCES, "Permission denied", str(target))
        return create_file(target, data, mode)

    return create


def main() -> None:
    what, path = sys.argv[1], Path(sys.argv[2])
    number = int(sys.argv[3])
    keep_in = Path(sys.argv[4]) if sys.argv[4] else None
    if what in IN_PLACE:
        overwriting.write_all = write_slowly
    if what == IN_PLACE[1]:
        kept_bytes.create_file = nowhere_but(keep_in)
    while True:
        number += 1
        if what in ("save", *IN_PLACE):
            save_atomically(path, version(number).encode(), keep_in=keep_in)
        else:
            entry = JournalEntry(
                document_id="d", path="", text=version(number), caret=0, saved_at_ms=number
            )
            Journal(path).write(entry)
        print(number, flush=True)


if __name__ == "__main__":
    main()
