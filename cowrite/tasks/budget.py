"""How much of a text fits into so many tokens, cut between two words where there are any."""

from __future__ import annotations

import re
from collections.abc import Callable

_PLACES = re.compile(r"(?<=\s)(?=\S)")


def end_within(text: str, most_tokens: int, count: Callable[[str], int]) -> str:
    """As much of the end of ``text`` as has at most ``most_tokens``; ``count`` gives how many a text has."""
    if most_tokens <= 0:
        return ""
    if count(text) <= most_tokens:
        return text
    # A shorter end never has more tokens than a longer one, but for one or two at the seam.
    low, high = 0, len(text)
    while low < high:
        middle = (low + high) // 2
        if count(text[middle:]) <= most_tokens:
            high = middle
        else:
            low = middle + 1
    word = _PLACES.search(text, low)
    return text[word.start() if word else low :]


def start_within(text: str, most_tokens: int, count: Callable[[str], int]) -> str:
    """As much of the beginning of ``text`` as has at most ``most_tokens``."""
    if most_tokens <= 0:
        return ""
    if count(text) <= most_tokens:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if count(text[:middle]) <= most_tokens:
            low = middle
        else:
            high = middle - 1
    words = [found.start() for found in _PLACES.finditer(text, 0, low)]
    return text[: words[-1] if words else low]
