"""The encodings that Cowrite reads and writes, and their names for people."""

from __future__ import annotations

import codecs

UTF8 = "utf-8"

NAMES = {
    UTF8: "Unicode (UTF-8)",
    "utf-16-le": "Unicode (UTF-16, little-endian)",
    "utf-16-be": "Unicode (UTF-16, big-endian)",
    "utf-32-le": "Unicode (UTF-32, little-endian)",
    "utf-32-be": "Unicode (UTF-32, big-endian)",
    "cp1252": "Western European (Windows-1252)",
    "iso8859-1": "Western European (ISO 8859-1)",
    "iso8859-15": "Western European (ISO 8859-15)",
    "mac-roman": "Western European (Mac Roman)",
    "cp437": "Western European (DOS 437)",
    "cp850": "Western European (DOS 850)",
    "cp858": "Western European (DOS 858)",
    "cp1250": "Central European (Windows-1250)",
    "iso8859-2": "Central European (ISO 8859-2)",
    "mac-latin2": "Central European (Mac)",
    "cp852": "Central European (DOS 852)",
    "iso8859-16": "Romanian (ISO 8859-16)",
    "cp1251": "Cyrillic (Windows-1251)",
    "koi8-r": "Cyrillic (KOI8-R)",
    "koi8-u": "Cyrillic (KOI8-U)",
    "iso8859-5": "Cyrillic (ISO 8859-5)",
    "mac-cyrillic": "Cyrillic (Mac)",
    "cp855": "Cyrillic (DOS 855)",
    "cp866": "Cyrillic (DOS 866)",
    "cp1125": "Ukrainian (DOS 1125)",
    "cp1253": "Greek (Windows-1253)",
    "iso8859-7": "Greek (ISO 8859-7)",
    "mac-greek": "Greek (Mac)",
    "cp737": "Greek (DOS 737)",
    "cp869": "Greek (DOS 869)",
    "cp1254": "Turkish (Windows-1254)",
    "iso8859-9": "Turkish (ISO 8859-9)",
    "mac-turkish": "Turkish (Mac)",
    "cp857": "Turkish (DOS 857)",
    "cp1257": "Baltic (Windows-1257)",
    "iso8859-13": "Baltic (ISO 8859-13)",
    "iso8859-4": "Baltic (ISO 8859-4)",
    "cp775": "Baltic (DOS 775)",
    "iso8859-10": "Nordic (ISO 8859-10)",
    "cp865": "Nordic (DOS 865)",
    "mac-iceland": "Icelandic (Mac)",
    "cp861": "Icelandic (DOS 861)",
    "iso8859-14": "Celtic (ISO 8859-14)",
    "iso8859-3": "South European (ISO 8859-3)",
    "cp860": "Portuguese (DOS 860)",
    "cp863": "French Canadian (DOS 863)",
    "cp1255": "Hebrew (Windows-1255)",
    "iso8859-8": "Hebrew (ISO 8859-8)",
    "cp862": "Hebrew (DOS 862)",
    "cp1256": "Arabic (Windows-1256)",
    "iso8859-6": "Arabic (ISO 8859-6)",
    "cp720": "Arabic (DOS 720)",
    "cp874": "Thai (Windows-874)",
    "tis-620": "Thai (TIS-620)",
    "cp1258": "Vietnamese (Windows-1258)",
    "cp932": "Japanese (Shift JIS)",
    "shift_jis_2004": "Japanese (Shift JIS 2004)",
    "euc_jp": "Japanese (EUC)",
    "euc_jis_2004": "Japanese (EUC 2004)",
    "iso2022_jp": "Japanese (ISO 2022)",
    "iso2022_jp_2": "Japanese (ISO 2022-2)",
    "iso2022_jp_ext": "Japanese (ISO 2022, extended)",
    "iso2022_jp_2004": "Japanese (ISO 2022-2004)",
    "cp949": "Korean (Windows-949)",
    "johab": "Korean (Johab)",
    "iso2022_kr": "Korean (ISO 2022)",
    "gb18030": "Simplified Chinese (GB 18030)",
    "cp950": "Traditional Chinese (Big5)",
    "big5hkscs": "Traditional Chinese (Big5, Hong Kong)",
}
"""Every supported encoding and what people call it, in the order of the list that they choose from."""

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
    return NAMES.get(encoding, encoding.upper())
