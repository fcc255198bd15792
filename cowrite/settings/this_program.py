"""How this very program is started again as a child process, packaged or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path


def is_packaged() -> bool:
    """Whether this is the package for people without Python, which has no pip and no other Python beside it."""
    return bool(getattr(sys, "frozen", False))


def program_command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The beginning of the command line that starts this program again.

    Out of an AppImage that is the image itself: the files of a child that outlives the program would be gone with it.
    """
    if not is_packaged():
        return [sys.executable, "-m", "cowrite"]
    image, mounted = environ.get("APPIMAGE", ""), environ.get("APPDIR", "")
    # The two may be of another program that runs as an AppImage and started this one.
    if image and mounted and Path(sys.executable).is_relative_to(Path(mounted).resolve()):
        return [image]
    return [sys.executable]


def this_program(home: Path | None = None) -> list[str]:
    """As :func:`program_command`; ``home`` is what was given with --home, None for the usual places."""
    program = program_command()
    return [*program, "--home", str(home)] if home else program
