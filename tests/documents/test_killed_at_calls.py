"""A save that is killed at any of its calls leaves the old bytes or the new ones."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAVES = max(10, int(os.environ.get("COWRITE_TEST_KILLS", "0")))
SCRIPT = Path(__file__).with_name("kill_at_calls.py")

pytestmark = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="needs processes that begin as copies"
)


def killed_saves(folder: Path, count: int, seed: int = 14) -> list[list[str]]:
    """One row for each save: the number of its calls, at which it was killed, and what the file was then."""
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), str(count), str(seed)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    return [line.split() for line in done.stdout.splitlines()]


def test_killed_at_any_call_a_file_is_the_old_or_the_new_one(tmp_path: Path) -> None:
    rows = killed_saves(tmp_path, SAVES)
    assert len(rows) == SAVES
    assert {state for _, _, state in rows} <= {"old", "new"}
    assert int(rows[0][0]) > 20, "a save makes some calls"


def test_what_is_left_beside_the_file_is_hidden_and_never_the_file(tmp_path: Path) -> None:
    killed_saves(tmp_path, 10, seed=15)
    beside = {path.name for path in tmp_path.iterdir()} - {"book.txt", "kept"}
    assert all(name.startswith(".") for name in beside)
