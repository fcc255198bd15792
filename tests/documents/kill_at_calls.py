"""A child process: saves a file again and again in processes of its own, each killed at a random call of the save.

Prints one line per save: the number of calls, at which of them it was killed, and whether the file is old, new or
neither. A call is one of Python's into C, which is where each system call of a save is made: every one of them is
reached, and what comes before and after it.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cowrite.documents.files import save_atomically

LINES = 3_000
Profile = Callable[[Any, str, Any], None]


def version(number: int) -> bytes:
    """The text of this version; the later, the longer."""
    return f"{number:06}\n".encode() * (LINES + number)


def calls_of(save: Callable[[], object]) -> int:
    """How many calls a save makes."""
    count = 0

    def profile(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal count
        count += event == "c_call"

    sys.setprofile(profile)
    try:
        save()
    finally:
        sys.setprofile(None)
    return count


def save_until_killed(save: Callable[[], object], at: int) -> None:
    """In a process of its own, killed before the call number ``at``."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    left = at

    def profile(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal left
        left -= event == "c_call"
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(profile)
    save()
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Arguments: a folder, how often, and a seed."""
    folder, count, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(sys.argv[3])
    book = folder / "book.txt"
    book.write_bytes(version(0))
    calls = calls_of(lambda: save_atomically(book, version(1), keep_in=folder / "kept"))
    number = 1
    for _ in range(count):
        at = chance.randrange(calls + 1)
        new = version(number + 1)
        save_until_killed(lambda new=new: save_atomically(book, new, keep_in=folder / "kept"), at)
        data = book.read_bytes()
        state = {version(number): "old", new: "new"}.get(data, "neither")
        print(calls, at, state, flush=True)
        if state == "neither":
            return
        number += state == "new"


if __name__ == "__main__":
    main()
