"""Opening then saving without an edit changes no byte, and an edit changes only its own lines."""

from __future__ import annotations

import codecs
import re

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.documents.text_codec import TextFormat, decode, encode

EXAMPLES = max(2_000, settings().max_examples)  # COWRITE_EXAMPLES=10000 looks harder

ODD = (
    "\u2028\u2029\x0b\x0c\x85\x1c\x1d\x1e\x01\x07\x1b\x7f\ufeff\ufdd0\ufffe\ufffd\u00a0\u200f😀你é"
)
CHARACTERS = st.sampled_from(ODD + "ab ") | st.characters(codec="utf-8", exclude_characters="\x00")
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
LINES = st.lists(st.tuples(st.text(CHARACTERS, max_size=6), ENDS), max_size=8)
UNIFORM = st.tuples(st.lists(st.text(CHARACTERS, max_size=6), max_size=6), ENDS).map(
    lambda pair: pair[1].join(pair[0])
)
MIXED = st.tuples(LINES, st.text(CHARACTERS, max_size=6)).map(
    lambda pair: "".join(line + end for line, end in pair[0]) + pair[1]
)
RAW = UNIFORM | MIXED
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


def plain(raw: str) -> str:
    return re.sub("\r\n|\r", "\n", raw)


@given(RAW, SCHEMES)
@settings(max_examples=EXAMPLES)
@example("", (codecs.BOM_UTF8, "utf-8"))
@example("no end", (b"", "utf-8"))
@example("\r\n\n\r\r\r\n", (b"", "utf-8"))
@example("\ufeffa mark that is text", (codecs.BOM_UTF16_LE, "utf-16-le"))
def test_every_text_comes_back_byte_for_byte(raw: str, scheme: tuple[bytes, str]) -> None:
    bom, encoding = scheme
    data = bom + raw.encode(encoding)
    decoded = decode(data)
    assert decoded.read_only_reason == ""
    assert decoded.text == plain(raw if bom else raw.removeprefix("\ufeff"))
    assert encode(decoded.text, decoded.format) == data


@given(
    st.binary(max_size=200)
    | st.text(st.characters(codec="cp1252")).map(lambda t: t.encode("cp1252"))
)
@settings(max_examples=EXAMPLES)
def test_any_bytes_come_back_or_cannot_be_saved(data: bytes) -> None:
    try:
        decoded = decode(data)
    except UserError:
        return
    assert "\r" not in decoded.text
    if not decoded.read_only_reason:
        assert encode(decoded.text, decoded.format) == data
    encode(decoded.text, decoded.format.as_utf8())  # a copy can always be saved


@given(RAW, st.integers(0, 40), st.integers(0, 5), st.text("ab\n", max_size=5))
@settings(max_examples=EXAMPLES)
def test_any_edit_is_what_is_read_again(raw: str, at: int, removed: int, typed: str) -> None:
    decoded = decode(raw.encode())
    edited = decoded.text[:at] + typed + decoded.text[at + removed :]
    data = encode(edited, decoded.format)
    # A mark that comes to stand first is no longer text; every editor has this with UTF-8.
    assume(decoded.format.bom or not edited.startswith("\ufeff"))
    assert decode(data).text == edited


@given(
    st.lists(st.tuples(st.text(CHARACTERS, max_size=6), ENDS), min_size=1, max_size=8), st.data()
)
@settings(max_examples=EXAMPLES)
def test_rewriting_lines_keeps_every_line_end(
    pairs: list[tuple[str, str]], data: st.DataObject
) -> None:
    # No line is empty, else a CR and the LF of an empty line would be one end.
    pairs = [("x" + re.sub("[\r\n]", "", line), end) for line, end in pairs]
    decoded = decode("".join(line + end for line, end in pairs).encode())
    first = data.draw(st.integers(0, len(pairs) - 1))
    last = data.draw(st.integers(first, len(pairs) - 1))
    rewritten = [
        (f"y{i}{line}" if first <= i <= last else line, end) for i, (line, end) in enumerate(pairs)
    ]
    edited = "".join(line + "\n" for line, _ in rewritten)
    assert encode(edited, decoded.format) == "".join(a + b for a, b in rewritten).encode()


def test_lines_around_insertions_and_deletions_keep_their_own_ends() -> None:
    decoded = decode(b"one\r\ntwo\nthree\r\nfour\nfive\n")
    text = decoded.text
    for before, after, expected in [
        ("one", "new\none", b"new\none\r\ntwo\nthree\r\nfour\nfive\n"),
        ("two\n", "", b"one\r\nthree\r\nfour\nfive\n"),
        ("three", "three\nand a half", b"one\r\ntwo\nthree\r\nand a half\nfour\nfive\n"),
        ("five\n", "five", b"one\r\ntwo\nthree\r\nfour\nfive"),
    ]:
        assert encode(text.replace(before, after), decoded.format) == expected


def test_two_ends_never_become_one() -> None:
    decoded = decode(b"one\rtwo\nthree\r\n")
    edited = decoded.text.replace("two", "")
    assert decode(encode(edited, decoded.format)).text == edited


@pytest.mark.parametrize(("newline", "count"), [("\n", 1), ("\r\n", 1), ("\r", 1), ("\n", 0)])
def test_new_lines_end_as_the_old_ones(newline: str, count: int) -> None:
    decoded = decode(("a" + newline * count).encode())
    assert encode("b\nc\n", decoded.format) == f"b{newline}c{newline}".encode()


@pytest.mark.parametrize(
    "data",
    [b"PNG\x00\x00\x1a", b"words\x00", bytes(range(32)) * 40, b"\x89PNG\r\n\x1a\n\x01\x02\x03\xff"],
)
def test_binary_is_refused_in_plain_words(data: bytes) -> None:
    with pytest.raises(UserError, match="not a text file"):
        decode(data)


def test_western_eight_bit_text_is_read_and_written_as_it_was() -> None:
    data = "Käse für 5 € – naïve\r\n".encode("cp1252")
    decoded = decode(data)
    assert decoded.text == "Käse für 5 € – naïve\n"
    assert encode(decoded.text, decoded.format) == data


def test_a_character_without_a_place_is_named_and_utf8_offered() -> None:
    decoded = decode("Käse\r\n".encode("cp1252"))
    with pytest.raises(UserError, match=r"Windows-1252\), which does not include “你”.*UTF-8"):
        encode("Käse 你\n", decoded.format)
    with pytest.raises(UserError, match=r"not include U\+200F"):
        encode("Käse \u200f\n", decoded.format)
    assert encode("Käse 你\n", decoded.format.as_utf8()) == "Käse 你\r\n".encode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-32-be", "cp1252"])
def test_half_a_character_is_found_for_the_writer(encoding: str) -> None:
    with pytest.raises(UserError, match="Line 3 contains an incomplete character") as caught:
        encode("one\ntwo\nthree \ud83d\n", TextFormat(encoding=encoding, newline="\r\n"))
    str(caught.value).encode()  # it can be printed


@pytest.mark.parametrize(
    "data",
    [
        "Käse und Brötchen, süße Äpfel und größere Nüsse".encode() + b" \xff",
        codecs.BOM_UTF8 + b"a text \xff",
        codecs.BOM_UTF16_LE + b"odd",
        codecs.BOM_UTF16_BE + b"\xd8\x00\x00a",
    ],
)
def test_what_cannot_be_decoded_is_only_for_reading(data: bytes) -> None:
    decoded = decode(data)
    assert "read-only" in decoded.read_only_reason
    assert "\ufffd" in decoded.text
