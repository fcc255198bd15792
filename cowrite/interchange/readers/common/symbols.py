"""Characters of fonts that draw signs in place of letters, as the signs that they show."""

from __future__ import annotations

import re
from functools import lru_cache

# The font Symbol from 0x20 to 0x7E and from 0xA1 to 0xFE.
_SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_HIGH = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
_SYMBOL = {0x20 + at: sign for at, sign in enumerate(_SYMBOL_LOW)} | {
    0xA1 + at: sign for at, sign in enumerate(_SYMBOL_HIGH) if sign != "\ufffd"
}
_WINGDINGS = {
    0x20: " ", 0x21: "✏", 0x22: "✂", 0x23: "✁", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x36: "⌛", 0x3F: "✍",
    0x41: "✌", 0x43: "👍", 0x44: "👎", 0x45: "☜", 0x46: "☞", 0x47: "☝", 0x48: "☟", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹",
    0x4D: "💣", 0x4E: "☠", 0x4F: "⚐", 0x51: "✈", 0x52: "☼", 0x53: "💧", 0x54: "❄", 0x56: "✞", 0x58: "✠", 0x59: "✡",
    0x5A: "☪", 0x5B: "☯", 0x5C: "ॐ", 0x5D: "☸", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x71: "❑", 0x72: "❒",
    0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x7B: "❀", 0x7C: "✿", 0x7D: "❝", 0x7E: "❞", 0x80: "⓪",
    **{0x81 + n: chr(0x2460 + n) for n in range(10)}, 0x8B: "⓿", **{0x8C + n: chr(0x2776 + n) for n in range(10)},
    0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA7: "▪", 0xA8: "◻", 0xAA: "✦", 0xAB: "★", 0xAC: "✶", 0xAD: "✴", 0xAE: "✹",
    0xAF: "✵", 0xB6: "⟡", 0xD8: "➢", 0xE0: "→", 0xDF: "←", 0xE1: "↑", 0xE2: "↓", 0xE7: "⇦", 0xE8: "➔", 0xEF: "⇦",
    0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {
    0x20: " ", 0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x56: "⊗", 0x57: "⊘",
    0x95: "·", 0x96: "•", 0x97: "●", 0x98: "⬤", 0x99: "○", 0x9E: "⦿", 0xA2: "■", 0xA3: "□", 0xAE: "◆", 0xAF: "◇",
}  # fmt: skip
_WINGDINGS_3 = {
    0x20: " ", 0x21: "←", 0x22: "→", 0x23: "↑", 0x24: "↓", 0x70: "▲", 0x71: "▼", 0x72: "△", 0x73: "▽", 0x74: "◀",
    0x75: "▶", 0x76: "◁", 0x77: "▷", 0x7D: "▶", 0x7C: "◀",
}  # fmt: skip
_WEBDINGS = {
    0x20: " ", 0x33: "◀", 0x34: "▶", 0x35: "▲", 0x36: "▼", 0x59: "♥", 0x61: "✔", 0x63: "□", 0x67: "■", 0x6E: "●",
    0x72: "✖", 0x73: "❓", 0x69: "ℹ", 0x99: "⏱",
}  # fmt: skip
_FONTS = {
    "symbol": _SYMBOL,
    "wingdings": _WINGDINGS,
    "wingdings 2": _WINGDINGS_2,
    "wingdings 3": _WINGDINGS_3,
    "webdings": _WEBDINGS,
}
_OTHER = {0x20: " ", 0xB7: "•", 0xA7: "▪"}  # bullets, in whatever font of signs
_FIELD = re.compile(r"\s*SYMBOL\s+(0x[0-9a-f]{1,6}|\d{1,7})\b(.*)", re.IGNORECASE | re.DOTALL)
_FONT = re.compile(r'\\f\s+(?:"([^"]*)"|(\S+))', re.IGNORECASE)
_COUNTED = re.compile(r"(?<=[a-z])\d+$")  # LibreOffice counts fonts of one name
_PRIVATE = range(0xE000, 0xF900)
_FIRST_OF_FONT = 0xF000


def is_of_signs(font: str) -> bool:
    """Whether a font draws signs in place of letters."""
    return _plain(font) in _FONTS


def symbol(font: str, code: str) -> str | None:
    """The sign at a hexadecimal place of a font, or None if it is not known."""
    try:
        place = int(code, 16)
    except ValueError:
        return None
    if place >> 8 in (0, 0xF0) and (known := sign(place, font)):
        return known
    is_text = 0x20 <= place < 0x110000 and place not in _PRIVATE and not 0xD800 <= place < 0xE000
    return chr(place) if is_text else None


def sign(place: int, font: str) -> str:
    """The sign that a font draws at a place; empty if it is not known."""
    return _FONTS.get(_plain(font), _OTHER).get(place & 0xFF, "")


def sign_of_field(instruction: str) -> str:
    """The sign that a field of the kind SYMBOL shows; empty if it is none, or the sign is not known."""
    found = _FIELD.match(instruction)
    if found is None:
        return ""
    place = int(found[1], 16 if found[1][:2].lower() == "0x" else 10)
    font = _FONT.search(found[2])
    known = sign(place, (font[1] or font[2]) if font else "") if place < 0x100 else ""
    if known or place > 0x10FFFF:
        return known
    if place < 0x100 and "\\u" not in found[2].lower():
        return bytes([place]).decode("cp1252", "ignore")
    return symbol("", f"{place:x}") or ""


def shown(text: str, font: str) -> str:
    """Text with the signs that it shows, in place of letters in a font of signs and of private characters."""
    if is_of_signs(font):
        known = _FONTS[_plain(font)]
        return "".join(_shown(each, known) for each in text)
    if text.isascii() or not any(ord(each) in _PRIVATE for each in text):
        return text
    return "".join(
        _SYMBOL.get(ord(each) - _FIRST_OF_FONT, each) if ord(each) in _PRIVATE else each
        for each in text
    )


def _shown(letter: str, known: dict[int, str]) -> str:
    place = ord(letter)
    if place in _PRIVATE:
        place -= _FIRST_OF_FONT
    elif place > 0x7F:  # such places are those of the code page of Windows
        encoded = letter.encode("cp1252", "ignore")
        place = encoded[0] if encoded else place
    return known.get(place, letter)


@lru_cache(maxsize=256)
def _plain(font: str) -> str:
    name = font.partition(",")[0].strip().strip("'\"").strip().lower()
    return _COUNTED.sub("", name)
