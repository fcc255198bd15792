"""How large the package is: what can go goes, and what is left must keep within budget.toml."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import elf
from package_env import BuildError

HERE = Path(__file__).resolve().parent
MB = 1e6


def _stored(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / name).read_text("utf-8"))


def shrink(internal: Path) -> None:
    """Remove the system's libraries that nothing needs after the cuts, and strip those that bear it."""
    needs = elf.needs_of(elf.libraries(internal.parent))
    lost = elf.orphans(internal, needs)
    size = sum(path.stat().st_size for path in lost if not path.is_symlink())
    for path in lost:
        path.unlink()
    print(f"cut  {size / MB:7.1f} MB  {len(lost):5} files  libraries that came with what was cut")
    print("     " + ", ".join(sorted(path.name for path in lost)))
    for path in internal.iterdir():
        if path.is_symlink() and not path.exists():  # to a library that was cut
            path.unlink()
    patterns = _stored("cuts.toml")["strip"]
    saved = elf.stripped(elf.libraries(internal), internal, patterns)
    print(f"cut  {saved / MB:7.1f} MB               symbols for debuggers", flush=True)


def require_parts(onedir: Path) -> None:
    """Print the size of each part beside its budget. Raises BuildError if one is over it."""
    budget = _stored("budget.toml")
    sizes = [0] * len(budget["part"])
    for path in onedir.rglob("*"):
        if path.is_file() and not path.is_symlink():
            place = path.relative_to(onedir).as_posix().removeprefix("_internal/")
            at = next(i for i, part in enumerate(budget["part"]) if _names(part, place))
            sizes[at] += path.stat().st_size
    rows = [
        (part["what"], part["most_mb"], size)
        for part, size in zip(budget["part"], sizes, strict=True)
    ]
    rows.append(("installed, all parts", budget["installed"]["most_mb"], sum(sizes)))
    _require_within(rows)


def _names(part: dict[str, Any], place: str) -> bool:
    return any(fnmatchcase(place, pattern) for pattern in part["files"])


def require_packed(dist: Path, *, release: bool) -> None:
    """As :func:`require_parts`, for the files that are given to people."""
    budget = _stored("budget.toml")["packed"]["release" if release else "daily"]
    _require_within(
        [
            (path.name, most_mb, path.stat().st_size)
            for pattern, most_mb in budget.items()
            for path in sorted(dist.glob(pattern))
        ]
    )


def _require_within(rows: list[tuple[str, float, int]]) -> None:
    for what, most_mb, size in rows:
        mark = "OVER" if size > most_mb * MB else ""
        print(f"{size / MB:8.1f} MB of {most_mb:6.0f}  {what}  {mark}".rstrip(), flush=True)
    over = [what for what, most_mb, size in rows if size > most_mb * MB]
    if over:
        raise BuildError(
            f"Over the budget of packaging/budget.toml: {', '.join(over)}. "
            "Find what came along, or say there why more is needed."
        )


def require_symbols(internal: Path) -> None:
    """Print the highest version of each family of symbols that something needs. Raises BuildError if one is too new."""
    needs = elf.needs_of(elf.libraries(internal.parent))
    for family, most in _stored("budget.toml")["symbols"].items():
        highest, paths = elf.highest(needs, family)
        text = ".".join(map(str, highest))
        names = ", ".join(sorted(path.name for path in paths)[:4])
        print(
            f"highest symbol {family}_{text} of {most}, in {len(paths)} files: {names}", flush=True
        )
        if highest > elf.as_version(most):
            raise BuildError(
                f"{names} need {family}_{text}; systems with {most} are to run the package. "
                "Leave them to the system, or build on an older one."
            )
