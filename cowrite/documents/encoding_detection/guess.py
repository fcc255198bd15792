"""Which encoding bytes without a mark may be in: by chardet's statistics, and by what a person could have written.

Why chardet, and how often it is right: ADR 17 and ``benchmarks/guessed_encodings.py``.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from cowrite.documents.encoding_detection.odd_words import is_kana, oddness
from cowrite.documents.encodings import STATEFUL, UTF8, WIDE, supported_name

SAMPLE_BYTES = 65_536
_EXAMINED_BYTES = 200_000
_TELLING_BYTES = 4_096
_MOST = 12

# An encoding of which there are hardly any texts needs more evidence than one of which there are many.
_UNCOMMON_WEIGHT = 0.8
_UNCOMMON = frozenset(
    {"iso8859-3", "iso8859-4", "iso8859-10", "iso8859-14", "iso8859-16", "cp720", "cp737", "cp775"}
    | {"cp855", "cp857", "cp858", "cp860", "cp861", "cp862", "cp863", "cp865", "cp869", "cp1125"}
    | {"mac-greek", "mac-iceland", "mac-latin2", "mac-turkish", "johab"}
)
# Nobody writes these; they are what quotation marks and dashes of Windows become in the encodings of ISO 8859.
_CONTROLS = re.compile("[\x80-\x84\x86-\x9f]")
# Nor do people write words in which scripts are mixed.
_LEAST_WEIGHT = 0.005
_KANA_ENCODINGS, _KANA_CONFIDENCE = ("euc_jp", "cp932"), 0.3
# What chardet calls the larger one is nearly always written by a program that knows the usual one.
_USUAL = {
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
    "euc_jis_2004": "euc_jp",
    "shift_jis_2004": "cp932",
    "big5hkscs": "cp950",
    "iso2022_jp_2": "iso2022_jp",
    "iso2022_jp_ext": "iso2022_jp",
    "iso2022_jp_2004": "iso2022_jp",
}
# Measured: of 1,800 texts of a line to a few pages 92 % are surer than this, of which 1 is wrong.
_SURE, _AHEAD, _LONG_BYTES = 0.3, 1.03, 200
_CLEARLY_AHEAD, _SENTENCE_BYTES, _LEAST = 1.1, 30, 0.1

_EVERYDAY = re.compile("[\t\n\r -~\u3000-\u30ff\uff00-\uffef]")
_EVERYDAY_WITH_ZEROS, _EVERYDAY_WITHOUT, _WIDE_AT_LEAST = 0.08, 0.4, 4
_ASCII_LINES = re.compile("[\t\n\r -~]+")
_RARE = "\U00010000"
_ALPHABETS_END, _ALPHABET_AT_LEAST = 0x2000, 0.8
_CHANCE_CHARACTERS = 3
_ASIAN_BESIDE_LATIN = re.compile("[A-Za-z][\u2e80-\U0003ffff]|[\u2e80-\U0003ffff][A-Za-z]")
_ASIAN_WORDS = re.compile("[\t\n\r -~\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]+")
_NO_TEXT = ("Cc", "Cn", "Co", "Cs")
_UTF8_GOOD_PER_BAD = 5
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """``encodings``, likeliest first, and whether the first is far enough ahead of what reads otherwise."""

    encodings: tuple[str, ...] = ()
    is_sure: bool = False


def guess_encoding(data: bytes) -> Guess:
    """What ``data`` may be in, by its beginning. Nothing if no supported encoding can be told."""
    wide = wide_encoding(data)
    if wide:
        return Guess(encodings=(wide,), is_sure=True)
    ranked = _ranked(data[:_EXAMINED_BYTES])
    encodings = list(dict.fromkeys(_usual(data, encoding) for _, encoding in ranked))
    return Guess(encodings=tuple(encodings[:_MOST]), is_sure=_is_sure(data, ranked))


def wide_encoding(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark, if ``data`` looks like it; otherwise empty."""
    scores = {encoding: _everyday_share(data, encoding) for encoding in WIDE}
    best = max(scores, key=lambda encoding: scores[encoding])
    # Bytes of zero are in no other text.
    least = _EVERYDAY_WITH_ZEROS if b"\x00" in data else _EVERYDAY_WITHOUT
    return best if scores[best] >= least else ""


def asian_utf16(data: bytes) -> str:
    """UTF-16 without a mark, if all of ``data`` would be words of East Asia; otherwise empty.

    Much that is not UTF-16 would be, too: ask only about bytes that are no text in any other encoding.
    """
    if len(data) % 2:
        return ""
    readings = ((name, decoded_beginning(data, name)) for name in ("utf-16-le", "utf-16-be"))
    return next((name for name, text in readings if text and _ASIAN_WORDS.fullmatch(text)), "")


def shifting_encodings(data: bytes) -> tuple[str, ...]:
    """The encodings among the guesses that switch between alphabets, as ISO 2022 does."""
    return tuple(name for name in guess_encoding(data).encodings if name in STATEFUL)


def is_chance_utf8(text: str) -> bool:
    """Whether ``text`` may be UTF-8 by chance only: a letter or two of East Asia in Latin words."""
    beyond = sum(not character.isascii() for character in text[:SAMPLE_BYTES])
    return 0 < beyond <= _CHANCE_CHARACTERS and _ASIAN_BESIDE_LATIN.search(text) is not None


def is_damaged_utf8(data: bytes) -> bool:
    """Whether nearly all of what is not ASCII is UTF-8, but not everything."""
    bad, good = _utf8_bad_and_good(data[:SAMPLE_BYTES])
    if (
        bad * _UTF8_GOOD_PER_BAD > good + _UTF8_GOOD_PER_BAD
    ):  # the sample may end in half a character
        return False
    bad, good = _utf8_bad_and_good(data)
    return 0 < bad * _UTF8_GOOD_PER_BAD <= good


def _utf8_bad_and_good(data: bytes) -> tuple[int, int]:
    text = data.decode(UTF8, errors="replace")
    bad = text.count("\ufffd") - data.count("\ufffd".encode())
    return bad, len(_BEYOND_ASCII.findall(text)) - bad


def distinct(data: bytes, encodings: Sequence[str], most: int) -> list[tuple[str, str]]:
    """The first ``most`` encodings that read the beginning of ``data`` differently, and what each reads."""
    found: list[tuple[str, str]] = []
    for encoding in encodings:
        text = decoded_beginning(data, encoding)
        if text is not None and all(text != known for _, known in found):
            found.append((encoding, text))
        if len(found) == most:
            break
    return found


def decoded_beginning(data: bytes, encoding: str, *, whole: bool = True) -> str | None:
    """The beginning of ``data`` read in ``encoding``; None if it cannot be. Unless ``whole`` it may be cut anywhere."""
    sample = data[:SAMPLE_BYTES]
    is_end = whole and len(sample) == len(data)
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample, final=is_end)
    except (UnicodeDecodeError, LookupError):
        return None


def _ranked(sample: bytes) -> list[tuple[float, str]]:
    import chardet  # here: its tables are megabytes, and most texts are UTF-8

    found = []
    telling = _telling_lines(sample)
    for result in chardet.detect_all(sample, ignore_threshold=True, compat_names=False):
        encoding = supported_name(str(result["encoding"] or ""))
        if encoding and not encoding.startswith("utf"):
            found.append((float(result["confidence"]) * _weight(telling, encoding), encoding))
    for encoding in _KANA_ENCODINGS:  # of a few syllables statistics know nothing
        text = decoded_beginning(sample, encoding)
        if text is not None and is_kana(text):
            found.append((_KANA_CONFIDENCE, encoding))
    return sorted(found, key=lambda pair: -pair[0])


def _telling_lines(sample: bytes) -> bytes:
    """Lines that are not ASCII, as many as are needed to see what an encoding makes of words."""
    lines, size = [], 0
    for line in sample.splitlines(keepends=True):
        if not line.isascii() and size < _TELLING_BYTES:
            lines.append(line)
            size += len(line)
    return b"".join(lines)[: 2 * _TELLING_BYTES]


def _weight(telling: bytes, encoding: str) -> float:
    text = decoded_beginning(telling, encoding, whole=False)
    if text is None:
        return 0.0
    if _CONTROLS.search(text):
        return _LEAST_WEIGHT
    usual = _UNCOMMON_WEIGHT if encoding in _UNCOMMON else 1.0
    return usual * max(_LEAST_WEIGHT, (1 - oddness(text)) ** 2)


def _is_sure(data: bytes, ranked: Sequence[tuple[float, str]]) -> bool:
    if not ranked:
        return False
    best, first = ranked[0]
    shown = decoded_beginning(data, first)
    others = (
        score for score, name in ranked[1:] if decoded_beginning(data, name) not in (shown, None)
    )
    ahead = best / max(next(others, 0.0), 1e-9)
    size = len(data)
    return (best >= _SURE and (ahead >= _AHEAD or size >= _LONG_BYTES)) or (
        best >= _LEAST and ahead >= _CLEARLY_AHEAD and size >= _SENTENCE_BYTES
    )


def _usual(data: bytes, encoding: str) -> str:
    """The usual one of two encodings, where both read the same."""
    usual = _USUAL.get(encoding, encoding)
    if usual == encoding:
        return encoding
    text = decoded_beginning(data, encoding)
    return usual if decoded_beginning(data, usual) == text else encoding


def _everyday_share(data: bytes, encoding: str) -> float:
    """How much of ``data`` are characters that every text has, or of one alphabet; 0 if it holds what no text has."""
    text = (
        decoded_beginning(data, encoding)
        if len(data) % (4 if "32" in encoding else 2) == 0
        else None
    )
    if not text:
        return 0.0
    odd = set(text) - set("\t\n\r\x0b\x0c")
    if any(unicodedata.category(character) in _NO_TEXT for character in odd):
        return 0.0
    if "32" in encoding:
        # Of four bytes each, hardly anything else is all characters, and those of hardly any text are all rare ones.
        return float(min(text) < _RARE)
    if len(set(text)) < _WIDE_AT_LEAST:  # too few to tell an alphabet by; half of it are zeros
        return float(b"\x00" in data and _ASCII_LINES.fullmatch(text) is not None)
    [(page, size)] = Counter(ord(character) >> 8 for character in text).most_common(1)
    is_alphabet = page << 8 < _ALPHABETS_END and size >= _ALPHABET_AT_LEAST * len(text)
    return max(len(_EVERYDAY.findall(text)), size if is_alphabet else 0) / len(text)
