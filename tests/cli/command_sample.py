"""Which states a command is tried in with every change: all that concern it, and its share of the others.

There are some 300 states for each of 30 commands. ``COWRITE_EVERY_STATE=1``, as ``dev.py nightly`` sets it, tries all.
"""

from __future__ import annotations

import os
import zlib

from command_rows import Row
from command_states import State

ALL = bool(os.environ.get("COWRITE_EVERY_STATE"))
SHARE = 5
SOUND = "nothing is wrong"


def is_tried(name: str, row: Row, about: str, state: State) -> bool:
    """Whether ``state`` is tried with the command of the row ``name``; the same in every run."""
    concerns_it = about == SOUND or about in row.differs or state.breaks & row.all_needs
    return bool(ALL or concerns_it or zlib.crc32(f"{name}, {about}".encode()) % SHARE == 0)
