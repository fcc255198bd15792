"""Which dictionaries there are: those that come along, the system's, and those that the writer put in a folder."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from cowrite.settings.resources import resource_path

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[_-][A-Za-z0-9]+)*")
_FORM = re.compile(r"([A-Za-z]{2,3})(?:[_-](.+))?")
_AMERICAN = "en_US"


def _shipped() -> dict[str, Path]:
    found = {"en_GB": resource_path("spelling") / "en_GB.dic"}
    spec = importlib.util.find_spec("hunspell")
    if spec is not None and spec.origin is not None:
        found[_AMERICAN] = Path(spec.origin).parent / "dictionaries" / f"{_AMERICAN}.dic"
    return found


SHIPPED = _shipped()
"""The dictionaries that come with the program, by language."""


def system_folders(
    environ: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> list[Path]:
    """Where dictionaries of hunspell are on this kind of system, whether or not there are any."""
    home = Path.home()
    folders = [Path(each) for each in environ.get("DICPATH", "").split(os.pathsep) if each]
    if platform == "win32":
        for variable in ("APPDATA", "LOCALAPPDATA", "PROGRAMDATA"):
            if environ.get(variable):
                folders.append(Path(environ[variable]) / "hunspell")
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)"):
            if environ.get(variable):
                folders.append(Path(environ[variable]) / "LibreOffice" / "share" / "extensions")
    elif platform == "darwin":
        folders += [home / "Library" / "Spelling", Path("/Library/Spelling")]
        folders += [Path("/opt/homebrew/share/hunspell"), Path("/usr/local/share/hunspell")]
        folders.append(Path("/Applications/LibreOffice.app/Contents/Resources/extensions"))
    else:
        data = environ.get("XDG_DATA_HOME", "")
        folders.append((Path(data) if data else home / ".local" / "share") / "hunspell")
        for place in environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share").split(":"):
            if place:
                folders += [Path(place) / "hunspell", Path(place) / "myspell" / "dicts"]
        folders.append(Path("/usr/lib/libreoffice/share/extensions"))
    return folders


def dictionaries(
    own_folder: Path | None = None, folders: list[Path] | None = None
) -> dict[str, Path]:
    """The ``.dic`` file of each language that can be used: the writer's own before the system's before those shipped.

    Reads folders; call it where that may take its time.
    """
    found = dict(SHIPPED)
    for folder in reversed(system_folders() if folders is None else folders):
        found.update(_in_folder(folder))
    if own_folder is not None:
        found.update(_in_folder(own_folder))
    return {language: found[language] for language in sorted(found)}


def _in_folder(folder: Path) -> Iterator[tuple[str, Path]]:
    """In it, or in its folders, as LibreOffice has them."""
    try:
        files = sorted([*folder.glob("*.dic"), *folder.glob("*/*.dic")])
    except OSError:
        return
    for path in files:
        if _LANGUAGE.fullmatch(path.stem) and path.with_suffix(".aff").is_file():
            yield normal_language(path.stem), path


def normal_language(name: str) -> str:
    """“en-gb”, “en_GB.UTF-8” as “en_GB”."""
    match = _FORM.fullmatch(name.partition(".")[0])
    if match is None:
        return name
    language, rest = match[1].lower(), match[2]
    if not rest:
        return language
    return f"{language}_{rest.upper() if len(rest) == 2 else rest}"


def find_language(name: str, available: Mapping[str, Path]) -> str | None:
    """The installed language that ``name`` means: itself, or one of that language in another region."""
    wanted = normal_language(name)
    if wanted in available:
        return wanted
    if "_" in wanted:
        return None
    return next((each for each in available if each.partition("_")[0] == wanted), None)
