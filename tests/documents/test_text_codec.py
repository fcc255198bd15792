"""Opening then saving without an edit changes no byte."""

from __future__ import annotations

import codecs
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.documents.text_codec import TextFormat, decode, encode
from cowrite.errors import UserError

EXAMPLES = int(os.environ.get("COWRITE_TEST_EXAMPLES", "600"))

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
LINES = st.lists(
    st.tuples(st.text(CHARACTERS, max_size=12), st.sampled_from(["\n", "\r\n", "\r"])), max_size=8
)
RAW = st.tuples(LINES, st.text(CHARACTERS, max_size=8)).map(
    lambda pair: "".join(line + end for line, end in pair[0]) + pair[1]
)
SCHEMES = st.sampled_from(
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ]
)


def bytes_or_none(data: bytes) -> bytes | None:
    try:
        decoded = decode(data)
    except UserError:
        return None
    if decoded.read_only_reason:
        return None
    assert "\r" not in decoded.text
    return encode(decoded.text, decoded.format)


@given(RAW, SCHEMES)
@settings(max_examples=EXAMPLES, deadline=None)
def test_every_text_comes_back_byte_for_byte(raw: str, scheme: tuple[bytes, str]) -> None:
    bom, encoding = scheme
    data = bom + raw.encode(encoding)
    assert bytes_or_none(data) in (data, None if not bom else data)


@given(st.binary(max_size=200))
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_bytes_come_back_or_cannot_be_saved(data: bytes) -> None:
    assert bytes_or_none(data) in (data, None)


@given(RAW, st.integers(0, 10), st.text("ab\n", max_size=5))
@settings(max_examples=200, deadline=None)
def test_an_edit_keeps_the_line_ends_around_it(raw: str, at: int, typed: str) -> None:
    data = raw.encode()
    try:
        decoded = decode(data)
    except UserError:
        return
    edited = decoded.text[:at] + typed + decoded.text[at:]
    again = decode(encode(edited, decoded.format))
    assert again.text == edited


def test_untouched_lines_of_a_mixed_file_keep_their_own_ends() -> None:
    decoded = decode(b"one\r\ntwo\nthree\r\nfour\n")
    edited = decoded.text.replace("two", "2")
    assert encode(edited, decoded.format) == b"one\r\n2\nthree\r\nfour\n"
    assert encode("new\n" + decoded.text, decoded.format).endswith(b"one\r\ntwo\nthree\r\nfour\n")


@pytest.mark.parametrize("data", [b"PNG\x00\x00\x1a", bytes(range(32)) * 40, b"\x01\x02\x03\x04"])
def test_binary_is_refused_in_plain_words(data: bytes) -> None:
    with pytest.raises(UserError, match="not a text file"):
        decode(data)


def test_western_eight_bit_text_is_read_and_written_as_it_was() -> None:
    data = "Käse für 5 € – naïve".encode("cp1252")
    decoded = decode(data)
    assert decoded.text == "Käse für 5 € – naïve"
    assert encode(decoded.text, decoded.format) == data
    with pytest.raises(UserError, match="UTF-8"):
        encode(decoded.text + "你", decoded.format)
    assert encode(decoded.text + "你", TextFormat()).decode() == decoded.text + "你"


def test_what_cannot_be_decoded_is_only_for_reading() -> None:
    decoded = decode(b"a text with \x81 an impossible byte")
    assert "reading only" in decoded.read_only_reason
