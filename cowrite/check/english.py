"""What is known of English here: lists of words in ``resources/check/english.txt``, loaded when asked for."""

from __future__ import annotations

import importlib
from functools import cache

from cowrite.settings.resources import resource_path

UNLISTED = 1e-5
"""How probable a word is, each time, that is not among the usual ones."""
_AT_RANK, _PROBABLE, _FALL = 1000, 4.1e-4, 1.6


def rate_of(stem: str) -> float:
    """How probable it is that a word of an English text has this stem: Zipf's law by its rank in the list."""
    rank = _ranks().get(stem)
    return UNLISTED if rank is None else max(UNLISTED, _PROBABLE * (_AT_RANK / rank) ** _FALL)


def load() -> None:
    """Have the lists ready, and what names are compared by: some 30 ms, for a thread on which nobody waits."""
    _ranks()
    for section in ("weak", "no adverbs", "participles", "states", "present"):
        words(section)
    for section in ("filler", "usual"):
        phrases(section)
    importlib.import_module("rapidfuzz.distance")


@cache
def words(section: str) -> frozenset[str]:
    """The words of one section. Raises KeyError."""
    return frozenset(word for line in _sections()[section] for word in line.split())


@cache
def phrases(section: str) -> dict[str, str]:
    """The phrases of one section with what may stand instead, empty if nothing need. Raises KeyError."""
    pairs = (line.partition("=") for line in _sections()[section])
    return {phrase.strip(): instead.strip() for phrase, _, instead in pairs}


@cache
def _ranks() -> dict[str, int]:
    ordered = [word for line in _sections()["common"] for word in line.split()]
    return {word: rank for rank, word in enumerate(ordered, 1)}


@cache
def _sections() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (resource_path("check") / "english.txt").read_text("utf-8").splitlines():
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return found
