"""Numbers that each language writes in its own way."""

from __future__ import annotations

from cowrite.localization.catalogue import current
from cowrite.localization.languages import CHINESE


def percent_text(percent: float, *, digits: int = 0) -> str:
    """“12 %”, with ``digits`` after the point; 12%."""
    space = "" if current() == CHINESE else " "
    return f"{percent:.{digits}f}{space}%"
