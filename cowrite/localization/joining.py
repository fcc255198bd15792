"""Sentences put one after the other, as the language in use writes them."""

from __future__ import annotations

from functools import reduce

from cowrite.localization.catalogue import tr


def sentences(*parts: str) -> str:
    """All of ``parts`` that say something, one after the other: with a space between them, or none in Chinese."""
    return reduce(_after, filter(None, parts), "")


def _after(before: str, sentence: str) -> str:
    return tr("{before} {sentence}", before=before, sentence=sentence) if before else sentence
