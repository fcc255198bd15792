"""What of the document the model reads: a window that moves in large steps.

A window that slid by one character with every key would change its first token every time, and
everything after it would have to be read again. So its start stays where it is for a long while,
at the beginning of a paragraph.
"""

from __future__ import annotations

from cowrite.base.utf16 import utf16_length, utf16_slice, whole_pairs

WINDOW_CHARACTERS = 4_000
STEP_CHARACTERS = 1_000


def window_before(before: str, first_offset: int) -> str:
    """The part of ``before`` to read; ``first_offset`` is where ``before`` begins in the document, in UTF-16 units.

    At most WINDOW_CHARACTERS, unless all of them are one paragraph. The start depends only on the text and on
    which step of STEP_CHARACTERS the caret is in, so typing within a step keeps it.
    """
    end = first_offset + utf16_length(before)
    earliest = end - WINDOW_CHARACTERS
    if earliest <= first_offset:
        return before
    step_start = -(-earliest // STEP_CHARACTERS) * STEP_CHARACTERS
    start = len(_first_units(before, step_start - first_offset))
    return before[_next_beginning(before, start) :]


def _first_units(text: str, units: int) -> str:
    """The beginning of ``text`` of so many UTF-16 units; a character that does not fit whole is left out."""
    return whole_pairs(utf16_slice(text, 0, units))


def _next_beginning(text: str, start: int) -> int:
    """The first beginning of a paragraph, else of a sentence, else of a word at or after ``start``."""
    limit = start + STEP_CHARACTERS
    for mark in ("\n", ". ", " "):
        at = text.find(mark, start, limit)
        if at != -1:
            return at + len(mark)
    return start
