"""How long a text is, as writers count it: words, characters, minutes to read.

A Chinese or Japanese character is one word, a mark of any width none, and everything else is divided into words by the
rules of Unicode's annex 29, as ICU divides it. ICU itself is loaded only for scripts that need its dictionaries.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

WORDS_PER_MINUTE = 240
CJK_PER_MINUTE = 400
"""How fast a practised reader reads to herself: words, and Chinese characters."""

_CJK = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"  # no dots, no marks
    "\u2e80-\u2fdf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_VOICED = "\u3099-\u309c\uff9e\uff9f"  # marks of kana that are characters of their own, and part of the one before
_IS_CJK = re.compile(f"[{_CJK}][{_VOICED}]*")
# What has words by these rules alone, once Chinese and Japanese are taken out: Latin, Greek and Cyrillic with the marks
# around them. The rest (Thai, Arabic, combining marks, emoji...) is for ICU.
_NEEDS_ICU = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0530-\u1dff\u1f00-\u1fff\u2c00-\u2fff\ua000-\U0010ffff]"
)
_WORD = re.compile(r"(?:\w|(?<=[^\W\d_])[.:·'’‘](?=[^\W\d_])|(?<=\d)[.,;'’‘](?=\d))+")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class TextCounts:
    """``characters`` counts spaces and no line ends; ``cjk_characters`` are among the words and the characters."""

    words: int = 0
    characters: int = 0
    characters_without_spaces: int = 0
    cjk_characters: int = 0

    def __add__(self, other: TextCounts) -> TextCounts:
        return TextCounts(
            self.words + other.words,
            self.characters + other.characters,
            self.characters_without_spaces + other.characters_without_spaces,
            self.cjk_characters + other.cjk_characters,
        )

    def __sub__(self, other: TextCounts) -> TextCounts:
        return TextCounts(
            self.words - other.words,
            self.characters - other.characters,
            self.characters_without_spaces - other.characters_without_spaces,
            self.cjk_characters - other.cjk_characters,
        )

    @property
    def minutes(self) -> float:
        """How long it takes to read, at WORDS_PER_MINUTE and CJK_PER_MINUTE."""
        spaced = self.words - self.cjk_characters
        return spaced / WORDS_PER_MINUTE + self.cjk_characters / CJK_PER_MINUTE


def count_text(text: str) -> TextCounts:
    """The counts of ``text``; letters that are composed and those that are not count alike."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        text = _INVISIBLE.sub("", text)
    seen = text.replace("\n", "").replace("\r", "")
    cjk, words = 0, text
    if not text.isascii():
        cjk = len(_IS_CJK.findall(text))
        words = _IS_CJK.sub(" ", text) if cjk else text
    return TextCounts(count_words(words) + cjk, len(seen), len("".join(seen.split())), cjk)


def count_words(text: str) -> int:
    """How many words ``text`` has, in which there is nothing Chinese, Japanese or invisible."""
    if not text.isascii() and _NEEDS_ICU.search(text):
        return _count_by_icu(text)
    return sum(1 for match in _WORD.finditer(text) if match[0].strip("_"))


def _count_by_icu(text: str) -> int:
    from icu4py.breakers import WordBreaker

    # A half of a pair, which a damaged file may hold, is not a character that ICU takes.
    whole = text.encode("utf-8", "replace").decode()
    return sum(any(map(str.isalnum, str(word))) for word in WordBreaker(whole, "root"))
