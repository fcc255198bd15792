"""Every byte of every supported encoding is read and written back as it was."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.encodings import NAMES, SEVERAL_BYTES, STATEFUL, shown_name, supported_name
from cowrite.documents.text_codec import decode, encode

SINGLE = sorted(
    name for name in NAMES if not name.startswith("utf") and name not in SEVERAL_BYTES | STATEFUL
)


@pytest.mark.parametrize("encoding", NAMES)
def test_each_is_named_once_and_known_to_python(encoding: str) -> None:
    assert codecs.lookup(encoding).name == encoding == supported_name(encoding)
    assert list(NAMES.values()).count(shown_name(encoding)) == 1


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("big5", "cp950"),
        ("GBK", "gb18030"),
        ("Shift_JIS", "cp932"),
        ("latin1", "iso8859-1"),
        ("EUC-KR", "cp949"),
        ("utf-8-sig", "utf-8"),
        ("rot13", ""),
        ("no such", ""),
        ("cp037", ""),
    ],
)
def test_other_names_lead_to_the_supported_one(name: str, known: str) -> None:
    assert supported_name(name) == known


def edited_at_its_end(data: bytes, encoding: str) -> bytes:
    decoded = decode(data, encoding)
    assert decoded.read_only_reason == ""
    assert encode(decoded.text, decoded.format) == data
    return encode(decoded.text + "Z", decoded.format)


@pytest.mark.parametrize("encoding", SINGLE)
def test_every_byte_comes_back(encoding: str) -> None:
    data = b"".join(byte for byte in map(bytes, zip(range(256))) if reads(byte, encoding))
    assert len(data) > 180
    assert edited_at_its_end(data, encoding) == data + b"Z"


@pytest.mark.parametrize("encoding", sorted(SEVERAL_BYTES))
def test_every_pair_of_bytes_comes_back(encoding: str) -> None:
    pairs = (bytes((lead, trail)) for lead in range(0x80, 256) for trail in range(0x30, 256))
    data = b" ".join(pair for pair in pairs if reads(pair, encoding))
    assert len(data) > 10_000
    assert edited_at_its_end(data, encoding) == data + b"Z"
    lines = data.replace(b" ", b"\r\n")
    assert edited_at_its_end(lines, encoding) == lines + b"Z"


@pytest.mark.parametrize("encoding", sorted(STATEFUL))
def test_text_with_shifts_comes_back_or_is_only_for_reading(encoding: str) -> None:
    text = "한국어 말\n" if encoding == "iso2022_kr" else "日本語のかな\nabc\nカナ\n"
    data = text.encode(encoding)
    decoded = decode(data, encoding)
    assert decoded.text == text
    assert encode(decoded.text, decoded.format) == data
    shifts_twice = b"\x1b$B\x1b$B" + b"F|K\\" + b"\x1b(B\n"
    if encoding != "iso2022_kr":
        assert "read-only" in decode(shifts_twice, encoding).read_only_reason


def reads(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


# Each of these characters is known twice to the encoding, and written differently by Python.
TWICE = (b"\x87\x90", b"\x81\xe0", b"\xed\x40", b"\xfa\x5c", b"\x82\xa0", b"A", b"\n", b"\r\n")


@given(st.lists(st.sampled_from(TWICE), max_size=24), st.integers(0, 30), st.integers(0, 4))
def test_what_is_not_edited_keeps_its_own_bytes(pieces: list[bytes], at: int, removed: int) -> None:
    data = b"".join(pieces)
    decoded = decode(data, "cp932")
    assert encode(decoded.text, decoded.format) == data
    text = decoded.text[:at] + "Z" + decoded.text[at + removed :]
    again = decode(encode(text, decoded.format), "cp932")
    assert again.text == text


def test_an_edit_within_a_line_leaves_the_rest_of_it() -> None:
    data = b"\x87\x90 and \xed\x40\nnext \x87\x90"
    decoded = decode(data, "cp932")
    edited = decoded.text.replace("and", "or")
    assert encode(edited, decoded.format) == data.replace(b"and", b"or")
    assert encode("new\n" + decoded.text, decoded.format) == b"new\n" + data
