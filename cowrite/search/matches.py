"""One hit in a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Group = Callable[[int | str], str | None]
"""What a group in parentheses found, by its number or its name."""


class Match(NamedTuple):
    """A hit from ``start`` to ``end``, in characters; ``group`` for one of a regular expression."""

    start: int
    end: int
    group: Group | None = None
