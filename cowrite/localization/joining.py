"""What stands between the items of a list, and between two sentences that are whole by themselves."""

from __future__ import annotations

from collections.abc import Iterable

from cowrite.localization.catalogue import current

_BETWEEN_ITEMS = {"zh_CN": "、"}
_BETWEEN_SENTENCES = {"zh_CN": ""}


def listed(items: Iterable[object]) -> str:
    """``items`` one after the other: “a, b, c”."""
    return _BETWEEN_ITEMS.get(current(), ", ").join(map(str, items))


def sentences(*each: str) -> str:
    """``each`` after the other, those that are empty left out."""
    return _BETWEEN_SENTENCES.get(current(), " ").join(filter(None, each))
