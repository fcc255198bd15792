"""What a field shows by its instruction alone, where Word keeps no result of it."""

from __future__ import annotations

import re

from cowrite.interchange.readers.common.symbols import sign_of_field

_OVERSTRUCK = re.compile(
    r"\\o\b.*[,;]\s*([^(),;\\]+)\)\s*$|\\o\\ac\([^,;]*[,;]\s*([^)]+)\)", re.IGNORECASE
)
_BUTTON = re.compile(r"\s*(?:MACROBUTTON|GOTOBUTTON)\s+\S+\s+(.*)", re.IGNORECASE | re.DOTALL)


def shown_by(instruction: str) -> str:
    """What an instruction without a result shows: a sign, words to be clicked, or the character that EQ writes over
    another, or under a reading.
    """
    words = _BUTTON.match(instruction)
    if words:
        return words[1].strip()
    if sign := sign_of_field(instruction):
        return sign
    if not instruction.strip().lower().startswith("eq"):
        return ""
    found = _OVERSTRUCK.search(instruction)
    return (found[1] or found[2] or "").strip() if found else ""
