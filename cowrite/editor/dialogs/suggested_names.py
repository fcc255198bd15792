"""What a file is called when the writer types a name without an extension."""

from __future__ import annotations

import re
from pathlib import Path

# “Mr. Smith”, “1. The sea” and “v1.2” have none: an extension is short, without spaces, and has a letter.
_SUFFIX = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,10}")
_PATTERN = re.compile(r"\*(\.[A-Za-z0-9]+)")


def with_suffix(path: Path, suggested: Path, chosen_filter: str) -> Path:
    """``path`` with the extension of what was ``suggested``, or of ``chosen_filter``, if it has none of its own.

    A filter is what a file dialog shows, such as “Text (*.txt *.md)”. Where the writer chose one for all files, or
    saves a file that had no extension, the name is theirs.
    """
    suffix = _suffix_of(suggested)
    patterns = _PATTERN.findall(chosen_filter)
    if suffix and patterns and suffix.lower() not in patterns:
        suffix = patterns[0]
    takes_all = bool(chosen_filter) and not patterns
    if not suffix or takes_all or _suffix_of(path) or path.name.startswith("."):
        return path
    return path.with_name(path.name.rstrip(".") + suffix)


def _suffix_of(path: Path) -> str:
    return path.suffix if _SUFFIX.fullmatch(path.suffix) else ""
