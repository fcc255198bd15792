"""Sets of words, written down as people read them."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of ``text``, which spaces and line ends part."""
    return frozenset(text.split())
