"""How the libraries of the step are called, and for which processors there are some.

Needs nothing but Python: what compiles them runs before anything is installed.
"""

from __future__ import annotations

import functools
import hashlib
import platform
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ENDING = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")
# Levels of the x86-64 psABI. Every processor that torch computes on reaches the least one.
LEAST_LEVEL, GREATEST_LEVEL = 2, 4
GENERIC = "generic"


@functools.cache
def digest() -> str:
    """Changes with the C sources."""
    sources = hashlib.sha256()
    for path in sorted(FOLDER.glob("*.[ch]")):
        sources.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n"))
    return sources.hexdigest()[:12]


def targets() -> tuple[str, ...]:
    """The kinds of processors that libraries are compiled for on this kind of machine, the least first."""
    if platform.machine().lower() in {"x86_64", "amd64"}:
        return tuple(f"x86-64-v{level}" for level in range(LEAST_LEVEL, GREATEST_LEVEL + 1))
    return (GENERIC,)


def library_path(target: str) -> Path:
    """Where the library for ``target`` is, once it is compiled."""
    return FOLDER / f"step-{digest()}-{target}{ENDING}"


def missing_targets() -> list[str]:
    """Those of :func:`targets` that were not compiled yet, or from other sources."""
    return [target for target in targets() if not library_path(target).is_file()]
