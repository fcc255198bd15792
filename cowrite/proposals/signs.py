"""The signs that a writer uses, and a model's words written with them: quotation marks, dashes, dots, ends of lines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_STRAIGHT, _CURLED = re.compile("[\"']"), re.compile("[“”„‟«»‘’‚‛‹›]")
_DOUBLE, _SINGLE = re.compile('["“”„‟«»]'), re.compile("['‘’‚‛‹›]")
_PAIRS = (("„", "“"), ("„", "”"), ("«", "»"), ("»", "«"), ("“", "”"))
_DASH = re.compile(r"(?<=[^\s\-–—])(\s?)(—|–|--|-(?=\s))(\s?)(?=[^\s\-–—])")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[-–—](?=\d)")
_DOTS = re.compile(r"\.{3}|…")
_OPENS_AFTER = re.compile(r"[\s(\[{—–\-“‘„«*_]")


@dataclass(frozen=True, slots=True)
class Signs:
    """What is used in a text; None or empty where it does not tell. ``dash`` comes with the spaces around it."""

    is_curled: bool | None = None
    double: tuple[str, str] = ("“", "”")
    dash: str = ""
    dots: str = ""
    line_end: str = ""


@lru_cache(maxsize=8)
def signs_of(text: str) -> Signs:
    """The signs that ``text`` uses throughout."""
    straight, curled = bool(_STRAIGHT.search(text)), bool(_CURLED.search(text))
    dashes = {
        match[0] for match in _DASH.finditer(text) if not _BETWEEN_DIGITS.match(text, match.start())
    }
    dots = set(_DOTS.findall(text))
    ends = {"\r\n"} if "\r\n" in text and not re.search(r"(?<!\r)\n", text) else set()
    return Signs(
        is_curled=None if straight == curled else curled,
        double=next((pair for pair in _PAIRS if all(sign in text for sign in pair)), ("“", "”")),
        dash=dashes.pop() if len(dashes) == 1 else "",
        dots=dots.pop() if len(dots) == 1 else "",
        line_end=ends.pop() if ends else "",
    )


def with_signs(text: str, signs: Signs, before: str = "") -> str:
    """``text`` written with ``signs``; ``before`` is what it will stand after."""
    if signs.is_curled is False:
        text = _SINGLE.sub("'", _DOUBLE.sub('"', text))
    elif signs.is_curled:
        text = _curled(text, signs.double, before)
    if signs.dash:
        last = before[-1:]
        text = _DASH.sub(lambda match: _dash(match, signs.dash), last + text)[len(last) :]
    if signs.dots:
        text = _DOTS.sub(lambda _: signs.dots, text)
    if signs.line_end:
        text = re.sub(r"\r?\n", lambda _: signs.line_end, text)
    return text


def _dash(match: re.Match[str], dash: str) -> str:
    return match[0] if _BETWEEN_DIGITS.match(match.string, match.start()) else dash


def _curled(text: str, double: tuple[str, str], before: str) -> str:
    made: list[str] = []
    last = before[-1:]
    for character in text:
        if character in "\"'":
            opens = not last or bool(_OPENS_AFTER.match(last))
            pair = double if character == '"' else ("‘", "’")
            character = pair[0] if opens else pair[1]
        made.append(character)
        last = character
    return "".join(made)
