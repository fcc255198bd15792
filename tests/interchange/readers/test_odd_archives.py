"""Archives as other programs write them, and as nobody should: the right text, or a sentence; never another text."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterable

import pytest
from read_lines import lines

from cowrite.base.errors import UserError
from cowrite.interchange.formats import read, write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import Manuscript, Paragraph, Run
from cowrite.interchange.options import ReadOptions, WriteOptions
from cowrite.interchange.report import Report

RIGHT, WRONG = "The right words.", "Quite other words."
TEXT_PARTS = {Kind.DOCX: "word/document.xml", Kind.ODT: "content.xml"}
Part = tuple[str, bytes]


def parts_of(kind: Kind, words: str) -> list[Part]:
    data = write(kind, Manuscript((Paragraph((Run(words),)),)), WriteOptions(), Report())
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def info(name: str) -> zipfile.ZipInfo:
    each = zipfile.ZipInfo("x", (2026, 1, 2, 3, 4, 6))
    each.filename = name  # as it is, whatever zipfile would make of it
    return each


def zipped(parts: Iterable[Part], *, zip64: bool = False) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts:
            with archive.open(info(name), "w", force_zip64=zip64) as file:
                file.write(data)
    return out.getvalue()


class Stream(io.BytesIO):
    """To which is written in one go, as into a network: sizes follow behind the data."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError

    def seek(self, *_: int) -> int:
        raise OSError


def streamed(kind: Kind) -> bytes:
    out = Stream()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts_of(kind, RIGHT):
            with archive.open(info(name), "w") as file:
                file.write(data)
    return out.getvalue()


def with_zip64_end(kind: Kind) -> bytes:
    """All its numbers are in the larger end of the directory; the usual one says to look there."""
    data = zipped(parts_of(kind, RIGHT), zip64=True)
    at = data.rindex(b"PK\x05\x06")
    count, size, offset = struct.unpack("<H2L", data[at + 10 : at + 20])
    larger = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *(0xFFFF,) * 2, *(0xFFFFFFFF,) * 2, 0)
    return data[:at] + larger + locator + end


def twice(kind: Kind, first: str, second: str) -> bytes:
    """Two parts of one name, as a scanner sees the one and an editor the other."""
    text = TEXT_PARTS[kind]
    found = [part for part in parts_of(kind, first) if part[0] != text]
    both = [dict(parts_of(kind, words))[text] for words in (first, second)]
    names = (text, text.swapcase())
    return zipped([*found, *zip(names, both, strict=True)])


def another_inside(kind: Kind) -> bytes:
    """What the directory says lies elsewhere is another part."""
    data = bytearray(zipped([*parts_of(kind, RIGHT), ("other.xml", WRONG.encode())]))
    name = TEXT_PARTS[kind].encode()
    entry = data.rindex(name) - 46
    place = data.index(b"other.xml") - 30
    data[entry + 42 : entry + 46] = struct.pack("<L", place)
    return bytes(data)


READ: dict[str, Callable[[Kind], bytes]] = {
    "zip64 entries": lambda kind: zipped(parts_of(kind, RIGHT), zip64=True),
    "a zip64 end": with_zip64_end,
    "sizes behind the data": streamed,
    "backslashes": lambda kind: zipped((n.replace("/", "\\"), d) for n, d in parts_of(kind, RIGHT)),
    "a stroke in front": lambda kind: zipped(("/" + n, d) for n, d in parts_of(kind, RIGHT)),
    "the same part twice": lambda kind: twice(kind, RIGHT, RIGHT),
    "entries outside": lambda kind: zipped(
        [
            *parts_of(kind, RIGHT),
            ("../../../etc/passwd", WRONG.encode()),
            ("C:\\Windows\\x.dll", WRONG.encode()),
            (f"../{TEXT_PARTS[kind]}", WRONG.encode()),
        ]
    ),
    "something behind it": lambda kind: zipped(parts_of(kind, RIGHT)) + bytes(300),
    "another archive before it": lambda kind: (
        zipped(parts_of(kind, WRONG)) + zipped(parts_of(kind, RIGHT))
    ),
}
REFUSED: dict[str, Callable[[Kind], bytes]] = {
    "two parts of one name": lambda kind: twice(kind, WRONG, RIGHT),
    "a part that lies in another's place": another_inside,
    "a program before it": lambda kind: b"MZ" + bytes(300) + zipped(parts_of(kind, RIGHT)),
    "another kind": lambda kind: zipped(
        parts_of(Kind.ODT if kind is Kind.DOCX else Kind.DOCX, RIGHT)
    ),
    "no part at all": lambda _: zipped([]),
}


@pytest.mark.parametrize("kind", TEXT_PARTS)
@pytest.mark.parametrize("form", READ)
def test_the_text_is_read(form: str, kind: Kind) -> None:
    manuscript = read(kind, READ[form](kind), ReadOptions(), Report())
    assert lines(manuscript) == [f"p {RIGHT}"]


@pytest.mark.parametrize("kind", TEXT_PARTS)
@pytest.mark.parametrize("form", REFUSED)
def test_the_file_is_refused_in_a_sentence(form: str, kind: Kind) -> None:
    with pytest.raises(UserError) as said:
        read(kind, REFUSED[form](kind), ReadOptions(), Report())
    assert said.value.advice


@pytest.mark.parametrize("kind", [Kind.RTF, Kind.HTML, Kind.MARKDOWN])
def test_an_archive_is_no_text(kind: Kind) -> None:
    with pytest.raises(UserError):
        read(kind, zipped(parts_of(Kind.DOCX, RIGHT)), ReadOptions(), Report())
