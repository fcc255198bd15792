"""Kills the program while somebody types in it, and says what of the text is left."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from cowrite.documents.journal import Journal
from cowrite.documents.versions.snapshots import SnapshotStore
from cowrite.editor.shell.files import autosave
from cowrite.settings.paths import Paths

SCRIPT = Path(__file__).with_name("type_until_killed.py")
LONGEST_LIFE_S = 9.0
BOOK = "The book so far.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """What is left: ``texts`` are those of the file and of the journal, ``typed`` what was, each number with its time.

    ``versions`` are the texts of all snapshots.
    """

    typed: list[tuple[int, float]]
    at_s: float
    texts: list[str]
    versions: list[str]

    @property
    def left(self) -> int:
        """How many numbers are in the best of the texts."""
        return max(count_of(text) for text in self.texts)

    @property
    def lost_s(self) -> float:
        """For how long before its end something was typed that is gone, in seconds."""
        gone = [at for number, at in self.typed if number > self.left]
        return self.at_s - gone[0] if gone else 0.0


def text_with(count: int) -> str:
    """The text after so many numbers were typed."""
    return "".join(f"{n} " for n in range(1, count + 1)) + BOOK


def count_of(text: str) -> int:
    """How many numbers are in a text. Raises ValueError for one that was never on the page."""
    numbers = text.removesuffix(BOOK).split()
    if text_with(len(numbers)) != text:
        raise ValueError("this text was never on the page")
    return len(numbers)


def kill_while_typing(
    folder: Path, chance: random.Random, longest_ms: int = autosave.LONGEST_MS
) -> Killed:
    """Type for a random while, kill, look. ``longest_ms``: so long autosave waits at most."""
    home, file = folder / "home", folder / "book.md"
    file.write_text(BOOK, "utf-8")
    child = subprocess.Popen(
        [
            sys.executable,
            str(SCRIPT),
            str(home),
            str(file),
            str(chance.random()),
            str(longest_ms),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(chance.uniform(0.2, LONGEST_LIFE_S))  # waits for nothing: the moment of the kill
        child.kill()
        at_s = time.monotonic()
        lines = [line for line in [first, *child.stdout] if line.endswith("\n")]
    paths = Paths.find(home)
    entries, _ = Journal(paths.journal_dir).entries()
    store = SnapshotStore(paths.versions_dir)
    names = [file.stem for file in paths.versions_dir.glob("*.versions")]
    return Killed(
        typed=[(int(n), float(at)) for n, at in (line.split() for line in lines)],
        at_s=at_s,
        texts=[file.read_text("utf-8"), *(entry.text for entry in entries)],
        versions=[store.text(name, each.id) for name in names for each in store.all(name)],
    )
