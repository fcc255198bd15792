"""Killed at any moment, a file or a journal is the old one or the new one, and what was acknowledged is there.

A file that must be written into may be neither; then what was acknowledged is kept, and found at the next start.
"""

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
from cowrite.documents.kept_bytes import interrupted_saves

KILLS = max(60, int(os.environ.get("COWRITE_TEST_KILLS", "0")))
SCRIPT = Path(__file__).with_name("kill_writer.py")
# A version takes a few milliseconds to write: this reaches every moment of it, and the next ones.
LONGEST_LIFE_S = 0.012
# In place a version takes several syncs.
LONGEST_LIFE_IN_PLACE_S = 0.06


def write_until_killed(
    what: str, path: Path, start: int, life_s: float, keep_in: Path | None = None
) -> int:
    """Let a child write versions after ``start``, kill it; the last version that it acknowledged."""
    child = subprocess.Popen(
        [sys.executable, str(SCRIPT), what, str(path), str(start), str(keep_in or "")],
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


@pytest.mark.skipif(os.name != "posix", reason="everything is written into there")
@pytest.mark.parametrize("room_beside", [True, False])
def test_killed_while_writing_into_a_file_its_old_bytes_are_found(
    tmp_path: Path, room_beside: bool
) -> None:
    moments = random.Random(12)
    shelf, kept = tmp_path / "shelf", tmp_path / "kept"
    shelf.mkdir()
    book, other = shelf / "book.txt", tmp_path / "other name"
    book.write_text(version(0))
    other.hardlink_to(book)
    number, interrupted = 0, 0
    for _ in range(KILLS):
        life_s = moments.uniform(0, LONGEST_LIFE_IN_PLACE_S)
        what = "in place" if room_beside else "in place, nothing beside"
        acknowledged = write_until_killed(what, book, number, life_s, keep_in=kept)
        found, problems = interrupted_saves(kept)
        assert problems == []
        if found:
            (save,) = found
            assert save.file == book
            assert save.kept.parent == (shelf if room_beside else kept)
            book.write_bytes(save.bytes.read())  # as the writer would
            save.discard()
            interrupted += 1
        number = int(book.read_text()[:6])
        assert book.read_text() == version(number)
        assert acknowledged <= number <= acknowledged + 1
        assert set(kept.iterdir()) <= {kept / "lock"}
        assert list(shelf.iterdir()) == [book]
    assert book.samefile(other)
    assert interrupted, "no kill came while the file was written into"


def journaled_text(folder: Path) -> str:
    (entry,), damaged = Journal(folder).entries()
    assert damaged == []
    return entry.text
