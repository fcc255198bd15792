"""How this program came onto the machine: from source, or as one of the packages."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from cowrite.localization import tr, tr_noop
from cowrite.settings.this_program import is_packaged, program_command

DEB_FOLDER = Path("/usr/lib/cowrite")


class Installation(StrEnum):
    """The kinds of it."""

    SOURCE = "source"
    APPIMAGE = "appimage"
    DEB = "deb"
    WINDOWS = "windows"
    MACOS = "macos"
    FOLDER = "folder"

    @property
    def words(self) -> str:
        """What a person reads of it."""
        return tr(_WORDS[self])


_WORDS = {
    Installation.SOURCE: tr_noop("from source"),
    Installation.APPIMAGE: "AppImage",
    Installation.DEB: tr_noop("Debian package"),
    Installation.WINDOWS: tr_noop("package for Windows"),
    Installation.MACOS: tr_noop("package for macOS"),
    Installation.FOLDER: tr_noop("package in a folder"),
}


def installation(environ: Mapping[str, str] = os.environ) -> Installation:
    """What kind of installation this process was started from."""
    if not is_packaged():
        return Installation.SOURCE
    program = Path(sys.executable)
    if program_command(environ) != [sys.executable]:
        return Installation.APPIMAGE
    if program.resolve().is_relative_to(DEB_FOLDER):
        return Installation.DEB
    if sys.platform == "win32":
        return Installation.WINDOWS
    return Installation.MACOS if sys.platform == "darwin" else Installation.FOLDER


def repair_advice() -> str:
    """What to do where a library of the program is missing or broken."""
    if is_packaged():
        return tr("Install Cowrite again; until then the editor works without suggestions.")
    return tr(
        "Run “python3 dev.py run” to repair it; until then the editor works without suggestions."
    )
