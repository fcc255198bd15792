"""As much of a PDF as the tests ask about: how many pages, which characters, what is said of it."""

from __future__ import annotations

import re
import unicodedata
import zlib

_LISTED = re.compile(rb"<\w+>\s*<\w+>\s*\[([^\]]*)\]")


def page_count(data: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", data))


def characters(data: bytes) -> set[str]:
    """Every character that is drawn anywhere, by the tables from which readers copy text.

    Qt calls some Chinese characters by the names of the radicals that look like them.
    """
    found: set[str] = set()
    for stream in _streams(data):
        for one in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
            found.update(_unicode(each) for each in re.findall(rb"<\w+>\s*<(\w+)>", one))
        for many in re.findall(rb"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
            for first, last, to in re.findall(
                rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", _LISTED.sub(b"", many)
            ):
                count = int(last, 16) - int(first, 16)
                found.update(chr(int(to, 16) + at) for at in range(count + 1))
            for listed in _LISTED.findall(many):
                found.update(_unicode(each) for each in re.findall(rb"<(\w+)>", listed))
    return {unicodedata.normalize("NFKC", each) for each in found}


def _streams(data: bytes) -> list[bytes]:
    found = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            found.append(zlib.decompress(raw))
        except zlib.error:
            found.append(raw)
    return found


def _unicode(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")
