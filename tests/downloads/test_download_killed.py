"""Killed at any moment, as by a power cut: the next run goes on from the same byte, and nothing half is ever there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from downloads.killed_downloads import killed_downloads


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is of POSIX systems")
def test_ten_kills(tmp_path: Path):
    found = killed_downloads(tmp_path, 10)
    assert found.kills >= 10
    assert (found.from_zero, found.half) == (0, 0)
    assert found.completed
