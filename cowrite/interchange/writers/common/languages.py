"""The language that a file says it is in, and what follows from it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.writers.common.plain import plain_text

_TAG = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|\d{3}))?(?:-[a-z0-9]{1,8})*", re.I)
# Programs ask for a country as well, and offer no dictionary without one.
_COUNTRIES = {
    "ar": "SA", "bg": "BG", "ca": "ES", "cs": "CZ", "da": "DK", "de": "DE", "el": "GR", "en": "US", "es": "ES",
    "et": "EE", "fa": "IR", "fi": "FI", "fr": "FR", "he": "IL", "hi": "IN", "hr": "HR", "hu": "HU", "id": "ID",
    "it": "IT", "ja": "JP", "ko": "KR", "lt": "LT", "lv": "LV", "nb": "NO", "nl": "NL", "nn": "NO", "pl": "PL",
    "pt": "PT", "ro": "RO", "ru": "RU", "sk": "SK", "sl": "SI", "sr": "RS", "sv": "SE", "th": "TH", "tr": "TR",
    "uk": "UA", "ur": "PK", "vi": "VN", "zh": "CN",
}  # fmt: skip
_EAST_ASIAN = ("zh", "ja", "ko")
_RIGHT_TO_LEFT = ("ar", "he", "fa", "ur", "yi", "ps", "ug", "sd", "dv", "ckb", "iw")
_LETTER_PAPER = ("US", "CA", "MX", "PH", "CL", "CO", "VE", "PR")
_SCRIPTS = {
    "kana": re.compile("[\u3040-\u30ff\u31f0-\u31ff]"),
    "ko": re.compile("[\uac00-\ud7af\u1100-\u11ff]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "ar": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "ru": re.compile("[\u0400-\u04ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "en": re.compile("[A-Za-z\u00c0-\u024f]"),
}
# Frequent characters that only one of the two ways of writing Chinese has.
_TRADITIONAL = re.compile("[這個們來說沒會對時過還後將與從門見話東裡麼樣]")
_SIMPLIFIED = re.compile("[这个们来说没会对时过还后将与从门见话东里么样]")
_SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Language:
    """``tag``: as BCP 47 writes it. ``country`` is the usual one if the tag names none, and may be empty."""

    tag: str
    code: str
    country: str

    @property
    def is_east_asian(self) -> bool:
        """Chinese, Japanese or Korean."""
        return self.code in _EAST_ASIAN

    @property
    def is_right_to_left(self) -> bool:
        """Written as Hebrew and Arabic are."""
        return self.code in _RIGHT_TO_LEFT

    @property
    def uses_letter_paper(self) -> bool:
        """Whether paper is measured in inches where it is spoken."""
        return self.country in _LETTER_PAPER

    @property
    def with_country(self) -> str:
        """Language and country, as word processors name dictionaries: de-DE."""
        return f"{self.code}-{self.country}" if self.country else self.code


def named(tag: str) -> Language | None:
    """The language that a tag names (``de``, ``zh_CN``, ``zh-Hant-TW``), or None."""
    found = _TAG.fullmatch(tag.strip().replace("_", "-"))
    if found is None:
        return None
    code, script, country = found[1].lower(), (found[2] or "").title(), (found[3] or "").upper()
    written = "-".join(part for part in (code, script, country) if part)
    usual = "TW" if code == "zh" and script == "Hant" else _COUNTRIES.get(code, "")
    return Language(written, code, country or usual)


def language_of(manuscript: Manuscript, asked: str) -> Language:
    """What the text says of itself, else what was asked for, else what its letters tell."""
    said = named(manuscript.metadata.language) or named(asked)
    if said is not None:
        return said
    return guessed(plain_text(manuscript.blocks, _SAMPLE))


def guessed(text: str) -> Language:
    """The commonest language of the script that most letters of ``text`` are in."""
    counts = Counter({name: len(pattern.findall(text)) for name, pattern in _SCRIPTS.items()})
    if counts["kana"] * 10 > counts["zh"]:
        counts["ja"] = counts.pop("kana") + counts["zh"]
        counts["zh"] = 0
    counts["zh"] *= 2  # A character is half a word, a letter a fifth of one.
    code, most = counts.most_common(1)[0]
    if not most:
        code = "en"
    if code == "zh":
        is_traditional = len(_TRADITIONAL.findall(text)) > len(_SIMPLIFIED.findall(text))
        return Language("zh-TW", "zh", "TW") if is_traditional else Language("zh-CN", "zh", "CN")
    return Language(code, code, _COUNTRIES[code])
