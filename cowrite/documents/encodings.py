"""The encodings that Cowrite reads and writes, and their names for people."""

from __future__ import annotations

import codecs

from cowrite.localization import tr, tr_noop

UTF8 = "utf-8"

NAMES = {
    UTF8: tr_noop("Unicode (UTF-8)"),
    "utf-16-le": tr_noop("Unicode (UTF-16, little-endian)"),
    "utf-16-be": tr_noop("Unicode (UTF-16, big-endian)"),
    "utf-32-le": tr_noop("Unicode (UTF-32, little-endian)"),
    "utf-32-be": tr_noop("Unicode (UTF-32, big-endian)"),
    "cp1252": tr_noop("Western European (Windows-1252)"),
    "iso8859-1": tr_noop("Western European (ISO 8859-1)"),
    "iso8859-15": tr_noop("Western European (ISO 8859-15)"),
    "mac-roman": tr_noop("Western European (Mac Roman)"),
    "cp437": tr_noop("Western European (DOS 437)"),
    "cp850": tr_noop("Western European (DOS 850)"),
    "cp858": tr_noop("Western European (DOS 858)"),
    "cp1250": tr_noop("Central European (Windows-1250)"),
    "iso8859-2": tr_noop("Central European (ISO 8859-2)"),
    "mac-latin2": tr_noop("Central European (Mac)"),
    "cp852": tr_noop("Central European (DOS 852)"),
    "iso8859-16": tr_noop("Romanian (ISO 8859-16)"),
    "cp1251": tr_noop("Cyrillic (Windows-1251)"),
    "koi8-r": tr_noop("Cyrillic (KOI8-R)"),
    "koi8-u": tr_noop("Cyrillic (KOI8-U)"),
    "iso8859-5": tr_noop("Cyrillic (ISO 8859-5)"),
    "mac-cyrillic": tr_noop("Cyrillic (Mac)"),
    "cp855": tr_noop("Cyrillic (DOS 855)"),
    "cp866": tr_noop("Cyrillic (DOS 866)"),
    "cp1125": tr_noop("Ukrainian (DOS 1125)"),
    "cp1253": tr_noop("Greek (Windows-1253)"),
    "iso8859-7": tr_noop("Greek (ISO 8859-7)"),
    "mac-greek": tr_noop("Greek (Mac)"),
    "cp737": tr_noop("Greek (DOS 737)"),
    "cp869": tr_noop("Greek (DOS 869)"),
    "cp1254": tr_noop("Turkish (Windows-1254)"),
    "iso8859-9": tr_noop("Turkish (ISO 8859-9)"),
    "mac-turkish": tr_noop("Turkish (Mac)"),
    "cp857": tr_noop("Turkish (DOS 857)"),
    "cp1257": tr_noop("Baltic (Windows-1257)"),
    "iso8859-13": tr_noop("Baltic (ISO 8859-13)"),
    "iso8859-4": tr_noop("Baltic (ISO 8859-4)"),
    "cp775": tr_noop("Baltic (DOS 775)"),
    "iso8859-10": tr_noop("Nordic (ISO 8859-10)"),
    "cp865": tr_noop("Nordic (DOS 865)"),
    "mac-iceland": tr_noop("Icelandic (Mac)"),
    "cp861": tr_noop("Icelandic (DOS 861)"),
    "iso8859-14": tr_noop("Celtic (ISO 8859-14)"),
    "iso8859-3": tr_noop("South European (ISO 8859-3)"),
    "cp860": tr_noop("Portuguese (DOS 860)"),
    "cp863": tr_noop("French Canadian (DOS 863)"),
    "cp1255": tr_noop("Hebrew (Windows-1255)"),
    "iso8859-8": tr_noop("Hebrew (ISO 8859-8)"),
    "cp862": tr_noop("Hebrew (DOS 862)"),
    "cp1256": tr_noop("Arabic (Windows-1256)"),
    "iso8859-6": tr_noop("Arabic (ISO 8859-6)"),
    "cp720": tr_noop("Arabic (DOS 720)"),
    "cp874": tr_noop("Thai (Windows-874)"),
    "tis-620": tr_noop("Thai (TIS-620)"),
    "cp1258": tr_noop("Vietnamese (Windows-1258)"),
    "cp932": tr_noop("Japanese (Shift JIS)"),
    "shift_jis_2004": tr_noop("Japanese (Shift JIS 2004)"),
    "euc_jp": tr_noop("Japanese (EUC)"),
    "euc_jis_2004": tr_noop("Japanese (EUC 2004)"),
    "iso2022_jp": tr_noop("Japanese (ISO 2022)"),
    "iso2022_jp_2": tr_noop("Japanese (ISO 2022-2)"),
    "iso2022_jp_ext": tr_noop("Japanese (ISO 2022, extended)"),
    "iso2022_jp_2004": tr_noop("Japanese (ISO 2022-2004)"),
    "cp949": tr_noop("Korean (Windows-949)"),
    "johab": tr_noop("Korean (Johab)"),
    "iso2022_kr": tr_noop("Korean (ISO 2022)"),
    "gb18030": tr_noop("Simplified Chinese (GB 18030)"),
    "cp950": tr_noop("Traditional Chinese (Big5)"),
    "big5hkscs": tr_noop("Traditional Chinese (Big5, Hong Kong)"),
}
"""Every supported encoding and what people call it (in English), in the order of the list they choose from."""

# Decoders of these remember bytes from one character to the next.
STATEFUL = frozenset(name for name in NAMES if name.startswith("iso2022"))
WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
SEVERAL_BYTES = frozenset(
    {"cp932", "shift_jis_2004", "euc_jp", "euc_jis_2004", "cp949", "johab", "gb18030"}
    | {"cp950", "big5hkscs"}
)


def supported_name(name: str) -> str:
    """The name in :data:`NAMES` of the encoding ``name``; empty if it is not supported."""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    known = {"big5": "cp950", "euc_kr": "cp949", "gbk": "gb18030", "gb2312": "gb18030"}.get(
        known, known
    )
    known = {"shift_jis": "cp932", "ascii": UTF8, "utf-8-sig": UTF8}.get(known, known)
    return known if known in NAMES else ""


def shown_name(encoding: str) -> str:
    """The encoding as people know it."""
    return tr(NAMES.get(encoding, encoding.upper()))
