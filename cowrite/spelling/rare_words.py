"""English words that are right although the dictionaries do not know them: rare ones, and what comes with accents.

The list (SCOWL, see ``packaging/english_words.py``) is kept as its bytes and searched by bisection: as Python strings
it would take thirty times the memory.
"""

from __future__ import annotations

import gzip
from enum import Enum
from functools import cache

from cowrite.settings.resources import resource_path

REGIONS = {"en_GB": "b", "en_US": "a"}


class Rarity(Enum):
    """How sure it is that a word of the list was meant."""

    UNKNOWN = 0
    RARE = 1
    VERY_RARE = 2


class RareWords:
    """The list as one region has it: ``region`` is “a” (American) or “b” (British)."""

    def __init__(self, data: bytes, region: str) -> None:
        self._data = data
        self._region = region.encode()

    def rarity(self, word: str) -> Rarity:
        """Whether, and how surely, ``word`` is on it."""
        flags = self._flags(word.encode("utf-8", "replace"))
        if self._region not in flags:
            return Rarity.UNKNOWN
        return Rarity.RARE if flags.endswith(b"1") else Rarity.VERY_RARE

    def _flags(self, wanted: bytes) -> bytes:
        data, low, high = self._data, 0, len(self._data)
        while low < high:
            middle = (low + high) // 2
            start = data.rfind(b"\n", low, middle) + 1 or low
            end = data.find(b"\n", start)
            end = len(data) if end < 0 else end
            word, _, flags = data[start:end].partition(b"/")
            if word == wanted:
                return flags
            if word < wanted:
                low = end + 1
            else:
                high = start
        return b""


@cache
def _english() -> bytes:
    return gzip.decompress((resource_path("spelling") / "english_words.txt.gz").read_bytes())


def rare_words(language: str) -> RareWords | None:
    """The list for ``language``; None if there is none."""
    if language.partition("_")[0] != "en":
        return None
    return RareWords(_english(), REGIONS.get(language, "b"))
