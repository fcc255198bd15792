"""The time that everything made for a package bears, so that the same source gives the same bytes."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FALLBACK = 1_767_225_600  # 2026-01-01: neither a date was given nor is this a clone


def build_time() -> int:
    """Unix seconds: SOURCE_DATE_EPOCH, else the time of the last commit."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    if given.isdigit():
        return int(given)
    try:
        asked = subprocess.run(
            ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(asked.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return FALLBACK
