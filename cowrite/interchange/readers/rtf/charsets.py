"""Which encoding the bytes of a font are in, and where two of them are one character."""

from __future__ import annotations

import codecs

DEFAULT = "cp1252"
SYMBOLS = "symbols"
"""The charset of fonts that have signs in the places of letters."""

_OF_CHARSET = {
    0: "cp1252", 2: SYMBOLS, 77: "mac-roman", 78: "cp932", 79: "cp949", 80: "gb18030", 81: "cp950", 83: "mac-greek",
    84: "mac-turkish", 88: "mac-latin2", 89: "mac-cyrillic", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030",
    136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 179: "cp1256",
    180: "cp1256", 181: "cp1255", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_OF_CODE_PAGE = {
    10000: "mac-roman", 10006: "mac-greek", 10007: "mac-cyrillic", 10029: "mac-latin2", 10081: "mac-turkish",
    10001: "cp932", 10002: "cp950", 10003: "cp949", 10008: "gb18030", 65001: "utf-8", 936: "gb18030", 1361: "johab",
    54936: "gb18030", 708: "iso8859-6", 28591: "cp1252", 20866: "koi8-r", 21866: "koi8-u", 51949: "euc_kr",
    20932: "euc_jp",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"cp1255", "cp1256"})
# Fonts of Windows 3.1 have their charset in their name.
_OF_NAME = {
    "ce": "cp1250", "cyr": "cp1251", "greek": "cp1253", "tur": "cp1254", "hebrew": "cp1255", "arabic": "cp1256",
    "baltic": "cp1257", "vietnamese": "cp1258", "thai": "cp874",
}  # fmt: skip
TWO_BYTES = frozenset({"cp932", "cp949", "cp950", "gb18030", "johab", "euc_kr", "euc_jp"})


def of_charset(charset: int) -> str | None:
    """The encoding of a font's charset; None if it is whatever the document is in."""
    return _OF_CHARSET.get(charset)


def of_name(font: str) -> str | None:
    """The encoding that the last word of a font's name tells, as in “Arial CE”; None if it tells none."""
    return _OF_NAME.get(font.rpartition(" ")[2].strip(" ()").lower())


def of_code_page(page: int) -> str | None:
    """The encoding of a code page of Windows, MS-DOS or the Macintosh."""
    known = _OF_CODE_PAGE.get(page)
    if known:
        return known
    try:
        return codecs.lookup(f"cp{page}").name
    except LookupError:
        return None
