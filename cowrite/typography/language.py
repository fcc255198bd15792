"""Which language's signs a text wants, guessed from its commonest words and from signs that are there."""

from __future__ import annotations

import re

from cowrite.base.words import is_unspaced

LOOKED_AT_CHARACTERS = 4_000
_COMMONEST = {
    "en": "the and of to was he she it that had with his her for you not they but from were",
    "de": "der die und das nicht ich sie er ist war den ein eine mit auf dem sich es zu wie",
    "fr": "le la les et de des un une il elle que qui pas dans pour était est vous je mais",
}
_WORDS = {language: frozenset(words.split()) for language, words in _COMMONEST.items()}
_LETTERS = re.compile(r"[^\W\d_]+")
_FEWEST = 3


def guessed_language(text: str, usual: str = "en") -> str:
    """ "en", "de", "de-guillemets", "fr" or "zh" for the first characters of ``text``; ``usual`` if nothing tells."""
    text = text[:LOOKED_AT_CHARACTERS]
    letters = _LETTERS.findall(text.lower())
    east_asian = sum(1 for character in text if is_unspaced(character))
    if east_asian * 4 > sum(map(len, letters)) > 0:
        return "zh"
    counts = {
        language: sum(word in words for word in letters) for language, words in _WORDS.items()
    }
    best = max(counts, key=lambda language: counts[language])
    if counts[best] < _FEWEST:
        return usual
    if best == "de" and "„" not in text and re.search(r"»\w", text):
        return "de-guillemets"
    return best
