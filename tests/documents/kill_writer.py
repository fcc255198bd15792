"""A child process: saves (or journals) version after version until it is killed.

Each acknowledged version is printed. A version is its number on every line, so that a mixture of two shows.
"""

from __future__ import annotations

import sys
from pathlib import Path

from cowrite.documents.files import save_atomically
from cowrite.documents.journal import Journal, JournalEntry

LINES = 20_000


def version(number: int) -> str:
    """The text of this version; the later, the longer."""
    return f"{number:06}\n" * (LINES + number)


def main() -> None:
    what, path = sys.argv[1], Path(sys.argv[2])
    number = int(sys.argv[3])
    while True:
        number += 1
        if what == "save":
            save_atomically(path, version(number).encode())
        else:
            entry = JournalEntry(
                document_id="d", path="", text=version(number), caret=0, saved_at_ms=number
            )
            Journal(path).write(entry)
        print(number, flush=True)


if __name__ == "__main__":
    main()
