"""Words that are written as they are heard: who speaks in dialect, and which spellings the ear makes."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SIGN = "['’]"
_MARK = re.compile(
    # “goin’”, “’em”, “o’ the”, “an’”, “’n’”, “ain’t”; what people say who speak so.
    rf"\b[a-z]{{2,}}in{_SIGN}(?!\w)|(?<!\w){_SIGN}(?:em|n{_SIGN}|bout|round|fore|til|cause|nough|peared?|thout)\b"
    rf"|\b(?:o|an|th|wi|mo|ol|las|jes|jus){_SIGN}(?!\w)|\b(?:ain|warn|hain|tain){_SIGN}t\b"
    r"|\b(?:knowed|throwed|growed|seed|thar|gwine|wuz|sez|yaller|critter|critters|reckon|dat|dis|dem|dey|de|nuffin"
    r"|git|gits|gittin|jest|kin|ye|yer|yers|yourn|hisn|hern|ourn|feller|fellers|wot|hev|hez|dunno|nary|bekase)\b",
    re.IGNORECASE,
)
_FEWEST = 2
_CHARACTERS_A_MARK = 140  # 25 words
_VOWELS = frozenset("aeiouy")
_SOFT = frozenset("aeiouyhrwdtgl")
"""Letters that come and go in speech; the others are heard."""


def dialect_of(paragraph: str) -> tuple[bool, bool]:
    """Whether so many words in it are written as they are said that others will be, too; and whether any is."""
    marks = sum(1 for _ in _MARK.finditer(paragraph))
    return marks >= _FEWEST and marks * _CHARACTERS_A_MARK >= len(paragraph), marks > 0


def is_heard(form: str, meant: Iterable[str]) -> bool:
    """Whether ``form`` may be how one of the words ``meant``, each an edit away, sounds; and none as fingers slip.

    The ear takes one vowel for another and leaves out what is not heard. Fingers change the order of letters, and a
    doubled letter looks the same to the ear.
    """
    form = form.lower()
    kinds = [_kind(form, each) for each in meant]
    return "slip" not in kinds and "ear" in kinds


def _kind(form: str, meant: str) -> str:
    start = 0
    while start < min(len(form), len(meant)) and form[start] == meant[start]:
        start += 1
    end = 0
    while end < min(len(form), len(meant)) - start and form[-1 - end] == meant[-1 - end]:
        end += 1
    ours, theirs = form[start : len(form) - end], meant[start : len(meant) - end]
    if len(ours) == len(theirs) == 2:
        return "slip"
    if not ours or not theirs:
        letter = ours or theirs
        if form[start - 1 : start] == letter or form[start : start + 1] == letter:
            return "slip"
        return "ear" if letter in (_SOFT if theirs else _VOWELS) else ""
    return "ear" if ours in _VOWELS and theirs in _VOWELS else ""
