"""What a reader is: valid inputs, and how the program reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

T0 = 1_700_000_000_000
"""Unix milliseconds of everything that is made up here."""


@dataclass(frozen=True)
class Reader:
    """``read(folder, data)`` reads ``data`` as the program would, with ``folder`` for what it needs.

    It returns whatever comes out, or raises UserError or one of ``refusals``: what its callers can tell a person.
    """

    name: str
    seeds: Callable[[], Sequence[bytes]]
    read: Callable[[Path, bytes], object]
    refusals: tuple[type[BaseException], ...] = ()
