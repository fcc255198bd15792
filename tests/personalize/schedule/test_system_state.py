"""How things stand for work in the background."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from cowrite.personalize.schedule.new_data import NewData
from cowrite.personalize.schedule.system_state import read_system_state


def test_this_machine_can_be_looked_at(tmp_path: Path) -> None:
    seen = read_system_state(
        tmp_path / "not" / "yet" / "there", NewData(words=1, decisions=2), idle_here_s=7.0
    )
    assert seen.free_memory > 0
    assert seen.free_disk > 0
    assert seen.idle_s is not None
    assert abs((datetime.now() - seen.now).total_seconds()) < 60
    assert (seen.new_words, seen.new_decisions) == (1, 2)
