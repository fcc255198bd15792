"""Names of models and of their files: what may become a part of a path, on any system."""

from __future__ import annotations

import re
from collections.abc import Callable

LONGEST_ID = 64
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
# Windows opens a device when a file of one of these names is asked for, whatever stands after a point.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def is_plain_name(name: object) -> bool:
    """Whether ``name`` names something in a folder, and nothing outside it, hidden or special."""
    return (
        isinstance(name, str)
        and bool(_PLAIN.fullmatch(name))
        and not name.endswith(".")
        and not _DEVICES.fullmatch(name)
    )


def id_from(name: str, is_taken: Callable[[str], bool]) -> str:
    """An id made of ``name`` that is not taken: lower case letters, digits, points and hyphens."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.lower())[:LONGEST_ID].strip("-._")
    if not is_plain_name(plain):
        plain = f"model-{plain}".strip("-")
    candidate, number = plain, 1
    while is_taken(candidate):
        number += 1
        candidate = f"{plain}-{number}"
    return candidate
