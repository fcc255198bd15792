"""Characters of fonts that draw signs in place of letters, as the signs that they show."""

from __future__ import annotations

# The font Symbol from 0x20 to 0x7E and from 0xA1 to 0xFE.
_SYMBOL_LOW = " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
_SYMBOL_HIGH = "ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\ufffd〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
_SYMBOL = {0x20 + at: sign for at, sign in enumerate(_SYMBOL_LOW)} | {
    0xA1 + at: sign for at, sign in enumerate(_SYMBOL_HIGH)
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
_FONTS = {"symbol": _SYMBOL, "wingdings": _WINGDINGS}
_PRIVATE = range(0xE000, 0xF900)
_FIRST_OF_FONT = 0xF000


def symbol(font: str, code: str) -> str | None:
    """The sign at a hexadecimal place of a font, or None if it is not known."""
    try:
        place = int(code, 16)
    except ValueError:
        return None
    known = _FONTS.get(font.strip().lower())
    if (
        known is not None
        and (sign := known.get(place & 0xFF)) is not None
        and place >> 8 in (0, 0xF0)
    ):
        return sign if sign != "\ufffd" else None
    is_text = 0x20 <= place < 0x110000 and place not in _PRIVATE and not 0xD800 <= place < 0xE000
    return chr(place) if is_text else None


def shown(text: str, font: str) -> str:
    """Text in which signs of such a font stand as private characters, with the signs that they show."""
    if text.isascii() or not any(ord(each) in _PRIVATE for each in text):
        return text
    known = _FONTS.get(font.strip().lower(), _SYMBOL)
    return "".join(
        known.get(ord(each) - _FIRST_OF_FONT, each) if ord(each) in _PRIVATE else each
        for each in text
    )
