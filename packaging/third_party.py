"""What the package is made of, with versions and licences: Python distributions, libraries of the system, and the rest.

Runs in the environment that the package is built from. Nothing may be in the package of which no licence is known.
"""

from __future__ import annotations

import importlib.metadata
import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent
ROOT = PACKAGING.parent
TEXTS = PACKAGING / "licence_texts"
GAPS = PACKAGING / "licences.toml"
WORDS_OF_LICENCES = ("LICEN", "COPYING", "NOTICE")
SHOWN_LICENCES = 6
DEBIAN_DOCUMENTS = Path("/usr/share/doc")
LIBRARY = re.compile(r"(lib)?[^/]+(\.so(\.[0-9.]+)?|\.dylib)")


class UnknownLicence(Exception):
    """Something is in the package of which nobody has written down the licence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One thing in the package. ``kind`` is a component type of CycloneDX, ``texts`` are the licences in full."""

    name: str
    version: str
    licence: str
    kind: str = "library"
    homepage: str = ""
    note: str = ""
    purl: str = ""
    texts: tuple[str, ...] = field(default=(), repr=False)


def places_in(folder: Path) -> list[str]:
    """The places of all files below ``folder``, with slashes."""
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir())


def text_of(name: str) -> str:
    """A text that licences.toml names: of licence_texts, or with a slash before it, of the source."""
    return (ROOT / name[1:] if name.startswith("/") else TEXTS / name).read_text("utf-8")


# --- Python distributions ---


def bundled_modules(program: Path) -> set[str]:
    """The names of the Python modules in the program file; none if it is not PyInstaller's."""
    try:
        from PyInstaller.archive.readers import ArchiveReadError, CArchiveReader
    except ImportError:
        return set()
    try:
        archive = CArchiveReader(str(program))
        return set(archive.open_embedded_archive("PYZ.pyz").toc)
    except (ArchiveReadError, KeyError, OSError):
        return set()


def roots_of(distribution: importlib.metadata.Distribution) -> set[str]:
    """The top-level modules and folders that a distribution brings."""
    found = set()
    for file in distribution.files or []:
        first = file.parts[0]
        if first not in {"..", "__pycache__"} and not first.endswith((".dist-info", ".libs")):
            found.add(first.split(".")[0])
    return found


def is_bundled(
    distribution: importlib.metadata.Distribution, modules: set[str], places: Iterable[str]
) -> bool:
    """Whether anything of it is in the package."""
    roots = roots_of(distribution)
    tops = {each.split(".")[0] for each in modules} | {
        place.split("/")[0].split(".")[0] for place in places
    }
    return bool(roots & tops)


def licence_texts(distribution: importlib.metadata.Distribution) -> tuple[str, ...]:
    """All texts of licences in its metadata, without repetitions."""
    texts: dict[str, None] = {}
    for file in sorted(distribution.files or [], key=str):
        is_one = any(word in file.name.upper() for word in WORDS_OF_LICENCES)
        if is_one and any(part.endswith(".dist-info") for part in file.parts):
            path = Path(str(file.locate()))
            if path.is_file():
                texts[path.read_text("utf-8", errors="replace").strip()] = None
    return tuple(texts)


def licence_name(metadata: importlib.metadata.PackageMetadata) -> str:
    """What the metadata call the licence; empty if they do not."""
    for key in ("License-Expression", "License"):
        stated = str(metadata.get(key) or "").strip()
        if stated and "\n" not in stated:
            return stated
    classes = metadata.get_all("Classifier") or []
    named = [each.rpartition(" :: ")[2] for each in classes if each.startswith("License ::")]
    return ", ".join(each for each in named if each != "OSI Approved")


def distributions(onedir: Path, gaps: dict[str, list[dict[str, object]]]) -> Iterator[Component]:
    """The Python distributions in the package."""
    filled = {
        canonical(str(name)): gap
        for gap in gaps.get("distribution", [])
        for name in gap["names"]  # type: ignore[attr-defined]
    }
    modules, places = bundled_modules(onedir / program_name()), places_in(onedir / "_internal")
    seen = set()
    for distribution in importlib.metadata.distributions():
        name = distribution.name
        if canonical(name) in seen or canonical(name) == "cowrite":
            continue
        seen.add(canonical(name))
        if not is_bundled(distribution, modules, places):
            continue
        gap = filled.get(canonical(name), {})
        own, added = licence_texts(distribution), gap.get("texts", [])
        texts = (*own, *(text_of(str(each)) for each in added if not own or "MPL" in str(each)))  # type: ignore[attr-defined]
        licence = str(gap.get("licence") or licence_name(distribution.metadata))
        if not licence or not texts:
            raise UnknownLicence(f"licences.toml should say under what licence {name} is.")
        yield Component(
            name=name,
            version=distribution.version,
            licence=licence,
            homepage=homepage_of(distribution.metadata),
            purl=f"pkg:pypi/{canonical(name)}@{distribution.version}",
            texts=texts,
        )


def canonical(name: str) -> str:
    """A distribution's name as indexes write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def homepage_of(metadata: importlib.metadata.PackageMetadata) -> str:
    """Where its project is."""
    addresses = dict(
        each.split(", ", 1) for each in metadata.get_all("Project-URL") or [] if ", " in each
    )
    named = {key.lower(): value for key, value in addresses.items()}
    known = ("homepage", "home", "repository", "source", "source code", "code", "github")
    return str(metadata.get("Home-page") or next((named[k] for k in known if k in named), ""))


def program_name() -> str:
    """The file name of the program."""
    return "cowrite.exe" if sys.platform == "win32" else "cowrite"


# --- libraries of the system ---


def system_libraries(onedir: Path, named: Iterable[str]) -> Iterator[Component]:
    """The libraries that PyInstaller took from the system, by Debian package; ``named`` are known otherwise."""
    internal = onedir / "_internal"
    patterns = list(named)
    of_python = {
        file.name for each in importlib.metadata.distributions() for file in each.files or []
    }
    packages: dict[str, list[str]] = {}
    for file in sorted(internal.iterdir()):
        name = file.name
        if file.is_symlink() or not LIBRARY.fullmatch(name) or name in of_python:
            continue
        if any(fnmatchcase(name, pattern) for pattern in patterns):
            continue
        package = debian_package(name)
        if package is None:
            raise UnknownLicence(f"licences.toml should say under what licence {name} is.")
        packages.setdefault(package, []).append(name)
    for package, files in sorted(packages.items()):
        yield debian_component(package, files)


def debian_package(library: str) -> str | None:
    """The installed Debian package that has a library of that name."""
    try:
        asked = subprocess.run(
            ["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True
        )
    except OSError:
        return None
    for line in asked.stdout.splitlines():
        owner, _, path = line.partition(": ")
        if "/lib/" in path and path.endswith(f"/{library}") and not owner.startswith("diversion"):
            return owner.split(",")[0].split(":")[0]
    return None


def debian_component(package: str, files: list[str]) -> Component:
    """What Debian says of a package. Raises UnknownLicence if it has no copyright file."""
    form = "${Version}\t${Architecture}\t${Homepage}\n"
    asked = subprocess.run(
        ["dpkg-query", "--show", f"--showformat={form}", package],
        capture_output=True,
        text=True,
        check=True,
    )
    version, architecture, homepage = asked.stdout.splitlines()[0].split("\t")
    document = DEBIAN_DOCUMENTS / package / "copyright"
    if not document.is_file():
        raise UnknownLicence(f"There is no copyright file of {package} in {DEBIAN_DOCUMENTS}.")
    text = document.read_text("utf-8", errors="replace")
    return Component(
        name=package,
        version=version,
        licence=debian_licence(text),
        homepage=homepage,
        note=f"Files: {', '.join(files)}. Its source is Debian's source package of this version.",
        purl=f"pkg:deb/debian/{package}@{version.replace('+', '%2B')}?arch={architecture}",
        texts=(text,),
    )


def debian_licence(text: str) -> str:
    """The licences that a copyright file names, in short."""
    named: dict[str, None] = {}
    for found in re.findall(r"(?m)^License:[ \t]*(\S[^\n]*)$", text):
        named[found.strip()] = None
    if not named or len(named) > SHOWN_LICENCES:
        return "see the text"
    return ", ".join(named)


# --- all of it ---


def by_hand(onedir: Path, rows: Iterable[dict[str, object]]) -> Iterator[Component]:
    """What licences.toml describes and the package has."""
    places = places_in(onedir / "_internal")
    for row in rows:
        patterns = [str(each) for each in row["files"]]  # type: ignore[attr-defined]
        if not any(fnmatchcase(place, pattern) for place in places for pattern in patterns):
            continue
        texts = tuple(text_of(str(each)) for each in row.get("texts", []))  # type: ignore[attr-defined]
        if "texts_of" in row:
            texts = licence_texts(importlib.metadata.distribution(str(row["texts_of"])))
        yield Component(
            name=str(row["name"]),
            version=version_of(row, places),
            licence=str(row["licence"]),
            kind=str(row["kind"]),
            homepage=str(row["homepage"]),
            note=str(row.get("note", "")),
            texts=texts,
        )


def version_of(row: dict[str, object], places: Iterable[str]) -> str:
    """The version of a row of licences.toml: written down, a distribution's, or in a file's name."""
    if "version" in row:
        return str(row["version"])
    if "version_in" in row:
        pattern = re.compile(str(row["version_in"]))
        found = [match[1] for place in places if (match := pattern.match(place))]
        return max(found, key=len, default="unknown")
    source = str(row["version_of"])
    return platform.python_version() if source == "python" else importlib.metadata.version(source)


def components(onedir: Path) -> list[Component]:
    """Everything in the package that is not Cowrite's own. Raises UnknownLicence."""
    gaps = tomllib.loads(GAPS.read_text("utf-8"))
    for place in places_in(onedir / "_internal"):
        if any(fnmatchcase(Path(place).name, pattern) for pattern in gaps["refused"]):
            raise UnknownLicence(
                f"{place} may not be in the package: see “refused” in licences.toml."
            )
    described = [str(each) for row in gaps["component"] for each in row["files"]]
    found = [
        *distributions(onedir, gaps),
        *system_libraries(onedir, described),
        *by_hand(onedir, gaps["component"]),
    ]
    return sorted(found, key=lambda each: (each.name.lower(), each.version))
