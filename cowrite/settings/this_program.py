"""How this very program is started again as a child process, frozen or not."""

from __future__ import annotations

import sys
from pathlib import Path


def this_program(home: Path | None = None) -> list[str]:
    """The beginning of its command line; ``home`` is what was given with --home, None for the usual places."""
    program = [sys.executable]
    if not getattr(sys, "frozen", False):
        program += ["-m", "cowrite"]
    return [*program, "--home", str(home)] if home else program
