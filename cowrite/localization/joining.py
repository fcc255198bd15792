"""Sentences put one after the other, and the items of a list, as the language in use writes them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from cowrite.localization.catalogue import tr, trp


def sentences(*parts: str) -> str:
    """All of ``parts`` that say something, one after the other: with a space between them, or none in Chinese."""
    return reduce(_after, filter(None, parts), "")


def listed(items: Iterable[object]) -> str:
    """``items`` one after the other: “a, b, c”."""
    return trp("between the items of a list", ", ").join(map(str, items))


def _after(before: str, sentence: str) -> str:
    return tr("{before} {sentence}", before=before, sentence=sentence) if before else sentence
