"""The text of a page from its bytes: which encoding it is in, which piece of it was copied, and whether it is one."""

from __future__ import annotations

import codecs
import re

from cowrite.base.errors import UserError
from cowrite.interchange.report import Report
from cowrite.localization import tr

MOST_BYTES = 40 << 20
_EXAMINED = 65_536
_DECLARED_WITHIN = 8_192
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)\b[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w:.-]+)""", re.I
)
# What browsers read instead of what is declared.
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
_OTHER_NAMES = {
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "unicode": "utf-8",
    "x-mac-roman": "mac-roman",
}
_NEVER = frozenset(
    {
        "idna",
        "punycode",
        "utf-7",
        "unicode_escape",
        "raw_unicode_escape",
        "undefined",
        "mbcs",
        "oem",
    }
)
_OTHER_KINDS = (
    b"PK\x03\x04", b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x1f\x8b",
    b"Rar!", b"7z\xbc\xaf", b"\x7fELF", b"MZ\x90", b"SQLite format 3",
)  # fmt: skip
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_START, _END = (
    re.compile(r"<!--\s*StartFragment\s*-->", re.I),
    re.compile(r"<!--\s*EndFragment\s*-->", re.I),
)
_CLIPBOARD_HEAD = re.compile(r"Version:[\d.]+\s+(?:[A-Za-z]+:[^\r\n<]*\s+)+(?=<)")


def decoded(data: bytes, report: Report) -> str:
    """The text of ``data`` without characters that no page may hold. Raises UserError if it is no text."""
    if len(data) > MOST_BYTES:
        raise UserError(
            tr("This page is larger than what can be read safely."),
            tr("Save only the text that you need, without pictures inside the page."),
        )
    if data.startswith(_OTHER_KINDS):
        raise _no_page()
    text = _text(data, report)
    sample = text[:_EXAMINED]
    if len(_CONTROLS.findall(sample)) > len(sample) // 50:
        raise _no_page()
    return _FORBIDDEN.sub("", text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n"))


def _no_page() -> UserError:
    return UserError(
        tr("This file is no web page, whatever its name says."),
        tr("Open it in the program that made it, and save it as a web page (HTML)."),
    )


def _text(data: bytes, report: Report) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) if encoding == "utf-8" else 0 :].decode(encoding, "replace")
    wide = _wide(data)
    if wide:
        return data.decode(wide, "replace")
    encodings = ("utf-8", _declared(data)) if _is_utf8(data) else (_declared(data),)
    for encoding in filter(None, encodings):
        try:
            return data.decode(encoding)
        except UnicodeError:
            continue
    return _guessed(data, report)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark shows by zeros beside the first sign."""
    head = data[:64]
    if len(head) < 4 or b"\x00" not in head:
        return ""
    return {True: "utf-16-le", False: "utf-16-be"}.get(head[1] == 0, "") if 0 in head[:2] else ""


def _is_utf8(data: bytes) -> bool:
    """Whether the beginning is UTF-8 with something in it that other encodings would not write."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data[:_EXAMINED])
    except UnicodeError:
        return False
    return not text.isascii()


def _declared(data: bytes) -> str:
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    if match is None:
        return "" if not data.isascii() else "utf-8"
    name = match.group(1).decode("ascii", "replace").lower()
    try:
        found = codecs.lookup(_OTHER_NAMES.get(name, name))
    except (LookupError, ValueError):
        return ""
    if not found._is_text_encoding or found.name in _NEVER:
        return ""
    return _READ_AS.get(found.name, found.name)


def _guessed(data: bytes, report: Report) -> str:
    """What a page is in that does not say, or says it wrongly."""
    declared = _declared(data)
    if declared:
        report.leave_out(tr("characters that could not be read"))
        return data.decode(declared, "replace")
    import chardet  # here: its tables are megabytes, and most pages are UTF-8

    bare = re.sub(rb"<[^>]*>", b" ", data[:_EXAMINED])
    result = chardet.detect(bare, compat_names=False)
    for encoding in (str(result["encoding"] or "utf-8"), "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    report.leave_out(tr("characters that could not be read"))
    return data.decode("cp1252", "replace")


def fragment(text: str, *, is_fragment: bool) -> str:
    """The piece that was copied, if the text says which; what the system wrote in front of it is left out."""
    head = _CLIPBOARD_HEAD.match(text[:2_000])
    text = text[head.end() :] if head else text
    start = _START.search(text)
    if start is None or not (is_fragment or head or text.find("urn:schemas-microsoft-com") >= 0):
        return text
    end = _END.search(text, start.end())
    inside = text[start.end() : end.start() if end else len(text)]
    # What stands in front says how its classes look.
    styles = "".join(re.findall(r"<style\b.*?</style\s*>", text[: start.start()], re.S | re.I))
    return f"{styles}{inside}"
