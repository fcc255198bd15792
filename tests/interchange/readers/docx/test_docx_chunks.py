"""Whole documents within a document."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from support.docx_files import PIXEL, lines_of, package, par, relation

from cowrite.interchange import formats
from cowrite.interchange.kinds import Kind
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers import docx
from cowrite.interchange.readers.docx import chunks
from cowrite.interchange.report import Report

NOTED = '<p>within<a href="#n1" id="r1"><sup>1</sup></a></p><p id="n1"><a href="#r1">1</a> their note</p>'


def with_chunk(name: str, data: bytes, count: int = 1) -> bytes:
    return package(
        par("Before.") + '<w:altChunk r:id="rIdA"/>' * count + par("After."),
        related=relation("rIdA", "aFChunk", name),
        more={f"word/{name}": data},
    )


def read(data: bytes) -> tuple[list[str], set[str]]:
    report = Report()
    manuscript = formats.read(Kind.DOCX, data, ReadOptions(), report)
    return lines_of(manuscript), {each.what for each in report.left_out}


def letter() -> bytes:
    message = EmailMessage()
    message.set_content("<p>A <b>page</b> in a letter — as some write it.</p>", subtype="html")
    message.add_related(PIXEL, "image", "png")
    return bytes(message)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.html", b"<html><body><h2>H</h2><p>x <i>y</i></p></body></html>", ["h2 H", "p x <i>y</i>"]),
        ("a.htm", "<p>重点</p>".encode(), ["p 重点"]),
        ("a.rtf", rb"{\rtf1\ansi\pard an {\b RTF}\par}", ["p an <b>RTF</b>"]),
        ("a.txt", b"one\r\ntwo\n", ["p one", "p two"]),
        ("a.docx", package(par("inner") + '<w:altChunk r:id="x"/>'), ["p inner"]),
        ("a.mht", letter(), ["p A <b>page</b> in a letter — as some write it."]),
    ],
    ids=["html", "htm", "rtf", "txt", "docx", "mht"],
)  # fmt: skip
def test_documents_of_other_kinds_are_read_where_they_stand(
    name: str, data: bytes, expected: list[str]
) -> None:
    found, _ = read(with_chunk(name, data))
    assert found == ["p Before.", *expected, "p After."]


def test_notes_and_pictures_get_names_of_their_own() -> None:
    found, _ = read(with_chunk("a.html", NOTED.encode(), count=2))
    assert found == [
        "p Before.", "p within[^1]", "p within[^2]", "p After.", "[^1] p their note", "[^2] p their note",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.docx", b"PK\x03\x04 no package"),
        ("a.rtf", rb"{\rtf1 cut off"),
        ("a.html", b"<p>" + b"x" * chunks.MOST_IN_CHUNK),
    ],
    ids=["damaged", "cut off", "too large"],
)
def test_what_cannot_be_read_is_said(name: str, data: bytes) -> None:
    found, said = read(with_chunk(name, data))
    assert found == ["p Before.", "p After."]
    assert said == {"another document that is embedded"}


def test_without_the_other_readers_it_is_said() -> None:
    report = Report()
    docx.read(with_chunk("a.html", b"<p>x</p>"), ReadOptions(), report)
    assert [each.what for each in report.left_out] == ["another document that is embedded"]


def test_a_document_in_a_document_in_a_document_is_said() -> None:
    inner = with_chunk("b.html", b"<p>deep</p>")
    found, said = read(with_chunk("a.docx", inner))
    assert found == ["p Before.", "p Before.", "p After.", "p After."]
    assert said == {"another document that is embedded"}


def test_not_too_many_are_read() -> None:
    found, said = read(with_chunk("a.txt", b"x", count=chunks.MOST_CHUNKS + 5))
    assert found.count("p x") == chunks.MOST_CHUNKS
    assert said == {"another document that is embedded"}
