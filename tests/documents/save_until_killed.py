"""A child process: saves (or journals) version after version until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from cowrite.documents.files import save_atomically
from cowrite.documents.journal import Journal, JournalEntry


def main() -> None:
    what, path = sys.argv[1], Path(sys.argv[2])
    number = 0
    while True:
        number += 1
        text = f"{number}\n" * 20_000
        if what == "save":
            save_atomically(path, text.encode())
        else:
            Journal(path).write(
                JournalEntry(document_id="d", path="", text=text, caret=0, saved_at_ms=number)
            )
        print(number, flush=True)


if __name__ == "__main__":
    main()
