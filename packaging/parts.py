"""What is cut from the package, by patterns in cuts.toml. PyInstaller's spec uses it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path


@dataclass(frozen=True)
class Cut:
    """One reason to leave files out. ``files`` are patterns of their places in the package."""

    what: str
    files: tuple[str, ...]

    def has(self, place: str) -> bool:
        """Whether the file at ``place`` is left out."""
        return any(fnmatchcase(place, pattern) for pattern in self.files)


@dataclass(frozen=True)
class Cuts:
    """``modules`` are left out with all below them."""

    modules: tuple[str, ...]
    cuts: tuple[Cut, ...]

    @classmethod
    def read(cls, path: Path) -> Cuts:
        """What the file says. Raises OSError, KeyError or tomllib.TOMLDecodeError."""
        stored = tomllib.loads(path.read_text("utf-8"))
        cuts = (Cut(each["what"], tuple(each["files"])) for each in stored["cut"])
        return cls(tuple(stored["modules"]), tuple(cuts))

    def applied(self, rows: Iterable[tuple[str, str, str]]) -> dict[str, tuple[Cut, int]]:
        """For each of PyInstaller's ``rows`` (place, source, kind) that is cut: why, and how many bytes that saves."""
        found: dict[str, tuple[Cut, int]] = {}
        for place, source, kind in rows:
            plain = place.replace("\\", "/")
            cut = next((each for each in self.cuts if each.has(plain)), None)
            if cut is not None:
                found[place] = cut, 0 if kind == "SYMLINK" else Path(source).stat().st_size
        return found

    def report(self, found: dict[str, tuple[Cut, int]]) -> None:
        """Print what each cut saved."""
        for cut in self.cuts:
            sizes = [size for each, size in found.values() if each is cut]
            print(f"cut  {sum(sizes) / 1e6:7.1f} MB  {len(sizes):5} files  {cut.what}")
