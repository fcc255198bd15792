"""Killed while its writer types, with autosave and snapshots on: every text that is left was once on the page.

How much is lost is measured by ``benchmarks/killed_while_typing.py``.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from killed_typing import count_of, kill_while_typing, text_with

KILLS = max(10, int(os.environ.get("COWRITE_TEST_TYPING_KILLS", "0")))


def test_whatever_is_left_was_once_on_the_page(tmp_path: Path) -> None:
    chance, saved, kept = random.Random(15), 0, 0
    for number in range(KILLS):
        folder = tmp_path / str(number)
        folder.mkdir()
        killed = kill_while_typing(folder, chance, longest_ms=1_500)
        last = killed.typed[-1][0]
        assert 0 <= killed.left <= last + 1
        assert all(count_of(text) <= last + 1 for text in killed.versions)
        saved += count_of(killed.texts[0]) > 0
        kept += bool(killed.versions)
    assert saved, "autosave wrote nothing"
    assert kept, "no snapshot was taken"


def test_a_text_that_was_never_on_the_page_is_seen() -> None:
    assert count_of(text_with(12)) == 12
    with pytest.raises(ValueError, match="never on the page"):
        count_of(text_with(12).replace("7 ", ""))
