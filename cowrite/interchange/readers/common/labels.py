"""Labels in front of headings and paragraphs: the number in every way of counting, and whether words stand in it."""

from __future__ import annotations

import re
from collections.abc import Callable

from cowrite.interchange.readers.common.lists import number_of

_WORD = re.compile(r"[^\W\d_]+")
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
    (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_HAN = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_LEGAL_TRADITIONAL = "零壹貳參肆伍陸柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_AIUEO = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
)
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_GANADA = "가나다라마바사아자차카타파하"
_CHOSUNG = "ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ"
_KOREAN = "영일이삼사오육칠팔구"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_HEBREW_ONES: tuple[str, ...] = ("", *"אבגדהוזחט")
_HEBREW_TENS: tuple[str, ...] = ("", *"יכלמנסעפצ")
_HEBREW_HUNDREDS: tuple[str, ...] = ("", *"קרשת")
_MOST = 9_999


def has_words(label: str) -> bool:
    """Whether words stand in a label, as in “Chapter 3” and “第三章”, and not only a number or a sign."""
    found = _WORD.findall(label)
    return any(len(word) > 1 or word > "\u2e80" for word in found)


def as_words(mark: str) -> str:
    """What a list shows in front of a paragraph if words stand in it (“Chapter 3”); empty if it is but a number."""
    mark = " ".join(mark.split())
    return mark if number_of(mark) is None and has_words(mark) else ""


def numeral(value: int, form: str) -> str:
    """A number as it is shown in one of the forms of Word or of OpenDocument; in digits if the form is not known."""
    write = _FORMS.get(form)
    if write is None or not 0 < value <= _MOST:
        return str(value)
    return write(value)


def _roman(value: int) -> str:
    found = ""
    for step, signs in _ROMAN:
        found += signs * (value // step)
        value %= step
    return found


def _letters(value: int) -> str:
    """a is 1, z is 26, aa is 27, bb is 28."""
    return chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)


def _in_order(signs: str) -> Callable[[int], str]:
    """One sign after the other, and digits where they come to an end."""
    return lambda value: signs[value - 1] if value <= len(signs) else str(value)


def _english(value: int) -> str:
    if value < 20:
        return _ONES[value]
    if value < 100:
        tens = _TENS[value // 10 - 2]
        return f"{tens}-{_ONES[value % 10]}" if value % 10 else tens
    if value < 1000:
        rest = f" {_english(value % 100)}" if value % 100 else ""
        return f"{_ONES[value // 100]} hundred{rest}"
    return str(value)


def _english_ordinal(value: int) -> str:
    words = _english(value)
    head, last = words[: (cut := re.search(r"[a-z]*$", words).start())], words[cut:]  # type: ignore[union-attr]
    if last in _ORDINALS:
        return head + _ORDINALS[last]
    if last.endswith("y"):
        return f"{head}{last[:-1]}ieth"
    return f"{head}{last}th" if last else _ordinal(value)


def _ordinal(value: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{'th' if value % 100 in (11, 12, 13) else ending}"


def _han(digits: str, units: str, *, ten_alone: bool) -> Callable[[int], str]:
    """With units, as 一百二十三. ``ten_alone``: ten has no one in front."""

    def write(value: int) -> str:
        found, gap = "", False
        for at, digit in enumerate(map(int, str(value))):
            unit = len(str(value)) - 1 - at
            if digit == 0:
                gap = bool(found)
                continue
            found += (digits[0] if gap else "") + digits[digit] + ("", *units)[unit]
            gap = False
        alone = ten_alone and 10 <= value < 20
        return found[1:] if alone else found

    return write


def _digits(signs: str) -> Callable[[int], str]:
    return lambda value: "".join(signs[int(each)] for each in str(value))


def _hebrew(value: int) -> str:
    if value > 499:
        return str(value)
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    if (tens, ones) in ((1, 5), (1, 6)):  # or they would be a name of God
        return f"{_HEBREW_HUNDREDS[hundreds]}ט{'וז'[ones - 5]}"
    return _HEBREW_HUNDREDS[hundreds] + _HEBREW_TENS[tens] + _HEBREW_ONES[ones]


def _capital(write: Callable[[int], str]) -> Callable[[int], str]:
    return lambda value: write(value)[:1].upper() + write(value)[1:]


_COUNTING = _han(_HAN, "十百千", ten_alone=True)
_THOUSANDS = _han("零" + _HAN[1:], "十百千", ten_alone=True)
_CIRCLED = _in_order("".join(chr(0x2460 + at) for at in range(20)))
_FULL_WIDTH = _digits("０１２３４５６７８９")
_FORMS: dict[str, Callable[[int], str]] = {
    "upperRoman": _roman, "lowerRoman": lambda value: _roman(value).lower(), "lowerLetter": _letters,
    "upperLetter": lambda value: _letters(value).upper(), "ordinal": _ordinal, "cardinalText": _capital(_english),
    "ordinalText": _capital(_english_ordinal), "decimalZero": lambda value: f"{value:02}",
    "decimalFullWidth": _FULL_WIDTH, "decimalFullWidth2": _FULL_WIDTH, "decimalEnclosedCircle": _CIRCLED,
    "decimalEnclosedCircleChinese": _CIRCLED, "chineseCounting": _COUNTING, "taiwaneseCounting": _COUNTING,
    "japaneseCounting": _COUNTING, "chineseCountingThousand": _THOUSANDS, "taiwaneseCountingThousand": _THOUSANDS,
    "ideographDigital": _digits(_HAN), "japaneseDigitalTenThousand": _digits(_HAN),
    "taiwaneseDigital": _digits("○" + _HAN[1:]), "chineseLegalSimplified": _han(_LEGAL, "拾佰仟", ten_alone=False),
    "ideographLegalTraditional": _han(_LEGAL_TRADITIONAL, "拾佰仟", ten_alone=False),
    "ideographTraditional": _in_order(_STEMS), "ideographZodiac": _in_order(_BRANCHES),
    "aiueo": _in_order(_AIUEO), "aiueoFullWidth": _in_order(_AIUEO), "iroha": _in_order(_IROHA),
    "irohaFullWidth": _in_order(_IROHA), "ganada": _in_order(_GANADA), "chosung": _in_order(_CHOSUNG),
    "koreanDigital": _digits(_KOREAN), "koreanCounting": _han(_KOREAN, "십백천", ten_alone=True),
    "russianLower": _in_order(_RUSSIAN), "russianUpper": _in_order(_RUSSIAN.upper()), "hebrew1": _hebrew,
}  # fmt: skip
_FORMS |= {
    "I": _roman, "i": _FORMS["lowerRoman"], "A": _FORMS["upperLetter"], "a": _letters, "１, ２, ３, ...": _FULL_WIDTH,
    "①, ②, ③, ...": _CIRCLED, "一, 二, 三, ...": _COUNTING, "壹, 贰, 叁, ...": _FORMS["chineseLegalSimplified"],
    "壹, 貳, 參, ...": _FORMS["ideographLegalTraditional"], "甲, 乙, 丙, ...": _FORMS["ideographTraditional"],
    "子, 丑, 寅, ...": _FORMS["ideographZodiac"], "ア, イ, ウ, ...": _FORMS["aiueo"],
    "イ, ロ, ハ, ...": _FORMS["iroha"], "가, 나, 다, ...": _FORMS["ganada"],
    "일, 이, 삼, ...": _FORMS["koreanCounting"],
    "ㄱ, ㄴ, ㄷ, ...": _FORMS["chosung"], "א, י, ק, ...": _hebrew, "First, Second, Third, ...": _FORMS["ordinalText"],
    "One, Two, Three, ...": _FORMS["cardinalText"], "1st, 2nd, 3rd, ...": _ordinal,
}  # fmt: skip
