"""Killed at any moment, a file or a journal is the old one or the new one, and what was acknowledged is there."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from kill_writer import version

from cowrite.documents.journal import Journal

KILLS = max(60, int(os.environ.get("COWRITE_TEST_KILLS", "0")))
SCRIPT = Path(__file__).with_name("kill_writer.py")
# A version takes a few milliseconds to write: this reaches every moment of it, and the next ones.
LONGEST_LIFE_S = 0.012


def write_until_killed(what: str, path: Path, start: int, life_s: float) -> int:
    """Let a child write versions after ``start``, kill it; the last version that it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, str(SCRIPT), what, str(path), str(start)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(life_s)  # waits for nothing: it chooses the moment of the kill
        child.kill()
        acknowledged = [first, *child.stdout]
    assert child.returncode != 0
    return int([line for line in acknowledged if line.endswith("\n")][-1])


@pytest.mark.parametrize("what", ["save", "journal"])
def test_killed_at_random_moments_nothing_is_lost_or_mixed(tmp_path: Path, what: str) -> None:
    moments = random.Random(11)
    path = tmp_path / "book.txt" if what == "save" else tmp_path
    number = 0
    for _ in range(KILLS):
        acknowledged = write_until_killed(what, path, number, moments.uniform(0, LONGEST_LIFE_S))
        text = path.read_text() if what == "save" else journaled_text(path)
        number = int(text[:6])
        assert text == version(number)
        assert acknowledged <= number <= acknowledged + 1
    if what == "journal":
        assert [file.name for file in tmp_path.iterdir()] == ["d.journal"]


def journaled_text(folder: Path) -> str:
    (entry,), damaged = Journal(folder).entries()
    assert damaged == []
    return entry.text
