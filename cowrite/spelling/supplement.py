"""Our own lists of English words, in ``resources/spelling/english_supplement.txt``."""

from __future__ import annotations

import unicodedata
from functools import cache

from cowrite.settings.resources import resource_path

_SHORTEST_PLAIN = 5


def supplement(section: str) -> frozenset[str]:
    """The words of one section. Raises KeyError."""
    return _sections()[section]


@cache
def without_accents() -> frozenset[str]:
    """The words with accents as who has no such keys writes them; short ones are too near to others."""
    plain = (
        "".join(
            each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each)
        )
        for word in supplement("accented")
    )
    return frozenset(word.lower() for word in plain if len(word) >= _SHORTEST_PLAIN)


@cache
def _sections() -> dict[str, frozenset[str]]:
    found: dict[str, list[str]] = {}
    words: list[str] = []
    for line in (
        (resource_path("spelling") / "english_supplement.txt").read_text("utf-8").split("\n")
    ):
        if line.startswith("["):
            words = found.setdefault(line.strip("[]"), [])
        elif not line.startswith("#"):
            words += line.split()
    return {name: frozenset(each) for name, each in found.items()}
