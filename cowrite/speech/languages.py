"""In which language a passage is to be read, and which of the voices that are there reads it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_SCRIPTS = {
    "ja": re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]"),
    "ko": re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
    "zh": re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ud840-\ud888]"),
    "ru": re.compile("[\u0400-\u052f]"),
    "el": re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "ar": re.compile("[\u0600-\u06ff\u0750-\u077f]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "hi": re.compile("[\u0900-\u097f]"),
}
"""Languages whose script says that they are meant, or another one that is written in it."""
_ALSO = {
    "ru": ("uk", "bg", "sr", "be", "mk", "kk"),
    "ar": ("fa", "ur"),
    "hi": ("mr", "ne"),
    "he": ("yi",),
}
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_SAME = {"cmn": "zh", "yue": "zh", "wuu": "zh", "hak": "zh", "nan": "zh", "nb": "no", "nn": "no"}
_DIALECTS = {"yue": "hk"}
_USUAL = {"en": "us", "zh": "cn", "pt": "br", "es": "es", "fr": "fr", "de": "de"}
_CHARACTERS_FOR_A_WORD = 2
"""A Chinese character or two say what a Latin word says."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice: its name, by which it is asked for, and its language as the service calls it, such as "en-us"."""

    name: str
    language: str


def language_of(text: str, usual: str) -> str:
    """The language of ``text``, such as "en_US"; ``usual`` is that of the document, which the script may contradict."""
    counts = Counter({name: len(script.findall(text)) for name, script in _SCRIPTS.items()})
    if counts["ja"]:
        counts["ja"] += counts.pop("zh")
    script, count = counts.most_common(1)[0]
    latin = len(_LATIN.findall(text))
    weight = 2 * _CHARACTERS_FOR_A_WORD if script in ("zh", "ja", "ko") else 1
    if not count or weight * count <= latin:
        return usual if _writes_latin(usual) else "en_US"
    primary = primary_of(usual)
    return usual if primary == script or primary in _ALSO.get(script, ()) else script


def primary_of(language: str) -> str:
    """The language without its region, one name for each: "zh" for Mandarin and Cantonese alike."""
    first = re.split("[-_]", language.lower())[0]
    return _SAME.get(first, first)


def needs_voices(language: str, wanted: str) -> bool:
    """Whether it must be known which voices there are: where one is ``wanted``, or a voice for Latin reads nothing."""
    return bool(wanted) or not _writes_latin(language)


def voice_for(language: str, voices: Sequence[Voice], wanted: str = "") -> Voice | None:
    """The voice that reads ``language``: the one that is ``wanted`` if it can, else the nearest; None if none can."""
    able = [voice for voice in voices if primary_of(voice.language) == primary_of(language)]
    for voice in able:
        if voice.name == wanted:
            return voice
    region = _region_of(language) or _USUAL.get(primary_of(language), "")
    return min(able, key=lambda voice: _distance(voice, region), default=None)


def _distance(voice: Voice, region: str) -> tuple[bool, bool, bool]:
    """A plain voice of the region comes first; one with “+” in its name is another one in disguise."""
    usual = _USUAL.get(primary_of(voice.language), "")
    own = _region_of(voice.language) or usual
    return (own != region, own != usual, "+" in voice.name)


def _region_of(language: str) -> str:
    first, *others = re.split("[-_]", language.lower())
    if first in _DIALECTS:
        return _DIALECTS[first]
    # In “zh-Hans-CN” the second part is a script.
    return next((each for each in others if len(each) == 2 or each.isdigit()), "")


def _writes_latin(language: str) -> bool:
    primary = primary_of(language)
    others = {each for names in _ALSO.values() for each in names}
    return bool(primary) and primary not in _SCRIPTS and primary not in others
