"""Archives that are what they should be, and those that are damaged, protected, of another kind or a trap."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.interchange.archives import Archive
from cowrite.interchange.archives import parts as limits


def zipped(parts: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 2, 3, 4, 6)), data, how)
    return out.getvalue()


PLAIN = zipped({"a.xml": b"<a/>", "word/b.xml": b"<b/>" * 100})


def refusal(data: bytes, part: str = "a.xml") -> str:
    with pytest.raises(UserError) as said:
        Archive(data, "DOCX").read(part)
    return said.value.message


def test_parts_are_read_by_their_names_in_any_writing() -> None:
    archive = Archive(PLAIN, "DOCX")
    assert archive.read("a.xml") == b"<a/>"
    assert archive.read("/WORD\\b.xml") == b"<b/>" * 100
    assert archive.read("../a.xml") is None
    assert "a.xml" in archive
    assert "c.xml" not in archive
    assert archive.names == ["a.xml", "word/b.xml"]


def test_a_name_that_climbs_is_only_a_name() -> None:
    archive = Archive(zipped({"../../up.png": b"x"}), "ODT")
    assert archive.read("../../up.png") == b"x"
    assert archive.read("up.png") is None


def with_password() -> bytes:
    data = bytearray(zipped({"a.xml": b"<a/>" * 9}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def compound(name: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + name.encode("utf-16-le") + bytes(90)


def damaged() -> bytes:
    data = bytearray(zipped({"a.xml": bytes(range(256)) * 20}, zipfile.ZIP_STORED))
    data[400] ^= 0xFF
    return bytes(data)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        pytest.param(lambda: b"", "is empty", id="nothing"),
        pytest.param(lambda: b"Plain words.", "no DOCX document", id="a text"),
        pytest.param(lambda: b"%PDF-1.7 ...", "no DOCX document", id="a PDF"),
        pytest.param(lambda: PLAIN[:-30], "cut off", id="cut off"),
        pytest.param(damaged, "damaged", id="damaged"),
        pytest.param(with_password, "password", id="a part with a password"),
        pytest.param(lambda: compound("EncryptedPackage"), "password", id="all with a password"),
        pytest.param(lambda: compound("WordDocument"), "old versions of Word", id="old Word"),
        pytest.param(lambda: compound("Workbook"), "no DOCX document", id="old Excel"),
        pytest.param(
            lambda: zipped({"a.xml": b"<a/>"}, zipfile.ZIP_LZMA), "damaged", id="packed otherwise"
        ),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(made: Callable[[], bytes], said: str) -> None:
    assert said in refusal(made())


def test_sizes_count_by_what_comes_out(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(zipped({"a.xml": b"a" * 5000}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        where = data.index(mark) + at
        data[where : where + 4] = struct.pack("<I", 10)  # as if it were small
    assert "damaged" in refusal(bytes(data))
    monkeypatch.setattr(limits, "MOST_IN_ALL", 6000)
    archive = Archive(zipped({"a.xml": b"a" * 5000, "b.xml": b"b" * 5000}), "DOCX")
    assert archive.read("a.xml")
    with pytest.raises(UserError, match="more than can be read"):
        archive.read("b.xml")
    with pytest.raises(UserError, match="more than can be read"):
        Archive(zipped({"a.xml": b"a" * 5000}), "DOCX").read("a.xml", most=4999)


def test_a_part_that_packs_like_nothing_written_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "SUSPICIOUS_SIZE", 1 << 20)
    assert "more than can be read" in refusal(zipped({"a.xml": bytes(3 << 20)}))


def test_too_many_parts_are_refused_before_they_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "MOST_PARTS", 3)
    assert "more than can be read" in refusal(zipped({f"{n}.xml": b"" for n in range(4)}))


@given(st.data())
def test_any_bytes_are_read_or_refused(data: st.DataObject) -> None:
    changed = bytearray(PLAIN)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(changed) - 1))
        changed[at] = data.draw(st.integers(0, 255))
    with suppress(UserError):
        archive = Archive(bytes(changed[: data.draw(st.integers(0, len(changed)))]), "DOCX")
        for name in archive.names:
            archive.read(name)
