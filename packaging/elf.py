"""What the libraries of a package need and may lose. Linux only; by readelf and strip, which come with any compiler."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

MAGIC = b"\x7fELF"
NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")
VERSION = re.compile(r"Name: (GLIBC|GLIBCXX|CXXABI)_(\d+(?:\.\d+)+)\b")
AT_ONCE = 100
Version = tuple[int, ...]


def libraries(folder: Path) -> list[Path]:
    """Every program and library of ``folder``, without links."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and _starts_like_elf(path)
    ]


def _starts_like_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == MAGIC


@dataclass
class Needs:
    """What one library asks of others: their names, and the highest version of each family of symbols (GLIBC)."""

    names: set[str] = field(default_factory=set)
    highest: dict[str, Version] = field(default_factory=dict)


def needs_of(paths: Iterable[Path]) -> dict[Path, Needs]:
    """For each library what it needs. Raises subprocess.CalledProcessError or OSError."""
    found: dict[Path, Needs] = {}
    waiting = list(paths)
    for start in range(0, len(waiting), AT_ONCE):
        # With two files or more, readelf says before each which it is.
        batch = [*waiting[start : start + AT_ONCE], waiting[0]]
        for line in _read(["readelf", "--wide", "--dynamic", "--version-info", *map(str, batch)]):
            if line.startswith("File: "):
                needs = found.setdefault(Path(line.removeprefix("File: ")), Needs())
            elif match := NEEDED.search(line):
                needs.names.add(match[1])
            elif match := VERSION.search(line):
                version = as_version(match[2])
                needs.highest[match[1]] = max(needs.highest.get(match[1], ()), version)
    return found


def _read(command: list[str]) -> Iterator[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    yield from done.stdout.splitlines()


def as_version(text: str) -> Version:
    """“2.35” as numbers."""
    return tuple(int(part) for part in text.split("."))


def highest(needs: dict[Path, Needs], family: str) -> tuple[Version, list[Path]]:
    """The highest version of a ``family`` of symbols that is needed, and by which files; nothing if none is."""
    found = max((each.highest.get(family, ()) for each in needs.values()), default=())
    return found, [path for path, each in needs.items() if each.highest.get(family) == found]


def orphans(folder: Path, needs: dict[Path, Needs]) -> list[Path]:
    """The system's libraries right in ``folder`` that nothing needs, or only others of them.

    They came along for what was cut. What Python imports (…cpython-….so) is needed by itself.
    """
    lying = {path.name: path for path in folder.iterdir() if _is_system_library(path)}
    names = {path: each.names for path, each in needs.items()}
    reached: set[str] = set()
    waiting = [name for path in needs if path not in lying.values() for name in names[path]]
    while waiting:
        name = waiting.pop()
        if name in lying and name not in reached:
            reached.add(name)
            target = lying[name].resolve()
            waiting += names.get(lying[name], set()) | names.get(target, set())
    return [path for name, path in lying.items() if name not in reached]


def _is_system_library(path: Path) -> bool:
    if not re.match(r"lib.+\.so(\.|$)", path.name) or path.name.startswith("libpython"):
        return False
    return path.is_file()


def stripped(paths: Iterable[Path], folder: Path, patterns: Iterable[str]) -> int:
    """Take symbols that only a debugger reads out of the files that match; how many bytes that saved."""
    chosen = [
        path
        for path in paths
        if any(fnmatchcase(path.relative_to(folder).as_posix(), each) for each in patterns)
    ]
    before = sum(path.stat().st_size for path in chosen)
    for start in range(0, len(chosen), AT_ONCE):
        batch = map(str, chosen[start : start + AT_ONCE])
        subprocess.run(["strip", "--strip-unneeded", *batch], check=True)
    return before - sum(path.stat().st_size for path in chosen)
