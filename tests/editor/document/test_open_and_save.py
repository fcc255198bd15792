"""Opened and saved without an edit, a file has the bytes that it had: of every encoding, line end and beginning.

``benchmarks/open_and_save.py`` does the same to 10,000 files.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

sys.path.append(str(Path(__file__).resolve().parents[2] / "documents"))
from generated_files import GeneratedFile, generated_file
from opened_and_saved import Outcome, open_and_save

FILES = 300


@pytest.mark.blocks_gui_thread("reads and writes without a window")
def test_generated_files_keep_their_bytes(qtbot: QtBot, tmp_path: Path) -> None:
    outcomes = [
        open_and_save(generated_file(n, seed=1), tmp_path / "file.md") for n in range(FILES)
    ]
    assert Outcome.CHANGED not in outcomes
    assert outcomes.count(Outcome.SAME) > 0.9 * FILES


@pytest.mark.blocks_gui_thread("reads and writes without a window")
def test_what_cannot_be_read_whole_is_never_written(qtbot: QtBot, tmp_path: Path) -> None:
    file = GeneratedFile(encoding="utf-8", data="Besançon".encode() + b"\xff\xfe\x80 \x81\x8d" * 9)
    assert open_and_save(file, tmp_path / "file.md") is not Outcome.CHANGED
