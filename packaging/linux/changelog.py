"""CHANGELOG.md in Debian's form: ``python packaging/linux/changelog.py > changelog``.

A section without a version is what the version in ``cowrite/__init__.py`` will be; its date is the build's.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import formatdate
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PACKAGING), str(PACKAGING.parent)]

from build_date import build_time  # noqa: E402

from cowrite import __version__  # noqa: E402

CHANGELOG = PACKAGING.parent / "CHANGELOG.md"
# There is no address yet at which the founders can be reached; “.invalid” says so (RFC 2606).
MAINTAINER = "The Cowrite founders <cowrite@founders.invalid>"
WIDTH = 78


@dataclass(frozen=True, slots=True)
class Release:
    """One version: what changed, one sentence or more each."""

    version: str
    unix_seconds: int
    changes: tuple[str, ...]


def plain(text: str) -> str:
    """One entry of Markdown as plain text on one line."""
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    return " ".join(re.sub(r"[`*]+", "", text).split())


def entries(section: str) -> tuple[str, ...]:
    """The entries of the lists in a section."""
    blocks = re.split(r"(?m)^- ", re.sub(r"(?m)^#.*$", "", section))
    return tuple(plain(block) for block in blocks[1:])


def releases(text: str, now: int) -> Iterator[Release]:
    """The versions of a change log, the newest first. Raises ValueError for a heading without version or date."""
    for block in re.split(r"(?m)^## ", text)[1:]:
        heading, _, section = block.partition("\n")
        if heading.strip() == "Unreleased":
            yield Release(__version__, now, entries(section))
            continue
        found = re.fullmatch(r"\[?(\d+\.\d+\.\d+\S*?)\]?\D+(\d{4})-(\d\d)-(\d\d)", heading.strip())
        if found is None:
            raise ValueError(f"CHANGELOG.md: “{heading.strip()}” should be “1.2.3 - 2026-12-31”.")
        day = datetime(int(found[2]), int(found[3]), int(found[4]), tzinfo=UTC)
        yield Release(found[1], int(day.timestamp()), entries(section))


def debian(text: str, now: int) -> str:
    """The whole file."""
    parts = []
    for release in releases(text, now):
        if not release.changes:
            continue
        lines = [
            textwrap.fill(each, WIDTH, initial_indent="  * ", subsequent_indent="    ")
            for each in release.changes
        ]
        parts.append(
            f"cowrite ({release.version}) unstable; urgency=medium\n\n"
            + "\n".join(lines)
            + f"\n\n -- {MAINTAINER}  {formatdate(release.unix_seconds).replace('-0000', '+0000')}\n"
        )
    return "\n".join(parts)


def newest(now: int) -> Release:
    """The version that is built."""
    return next(releases(CHANGELOG.read_text("utf-8"), now))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(debian(CHANGELOG.read_text("utf-8"), build_time()), end="")
