"""Headings by what styles mean, and what is body text all the same."""

from __future__ import annotations

import pytest
from support.docx_files import lines, package, par, read, run, said, style


def heading(style_id: str) -> str:
    return f'<w:pStyle w:val="{style_id}"/>'


STYLES = (
    style("Standard", "Normal", default=True)
    + style(
        "berschrift1", "heading 1",
        '<w:basedOn w:val="Standard"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:i/></w:rPr>',
    )
    + style("Nadpis2", "Nadpis 2", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>')
    + style("Kapitel", "Kapitel", '<w:basedOn w:val="berschrift1"/>')
    + style("H3", "heading 3")
    + style("T4", "标题 4")
    + style("H9", "heading 9", '<w:pPr><w:outlineLvl w:val="8"/></w:pPr>')
    + style("Fake", "Fake heading 1")
    + style("Body", "Body heading", '<w:basedOn w:val="berschrift1"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>')
    + style("Loop", "Loop", '<w:basedOn w:val="Loop2"/>')
    + style("Loop2", "Loop2", '<w:basedOn w:val="Loop"/>')
    + style("Titel", "Title", "<w:rPr><w:b/></w:rPr>")
    + style("Zitat", "Quote", "<w:rPr><w:i/></w:rPr>")
    + style("Code", "HTML Preformatted")
)  # fmt: skip


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (heading("berschrift1"), "h1 Text"),
        (heading("Nadpis2"), "h2 Text"),
        (heading("Kapitel"), "h1 Text"),
        (heading("H3"), "h3 Text"),
        (heading("T4"), "h4 Text"),
        (heading("H9"), "h6 Text"),
        ('<w:outlineLvl w:val="2"/>', "h3 Text"),
        (heading("berschrift1") + '<w:outlineLvl w:val="4"/>', "h5 Text"),
        (heading("Fake"), "p Text"),
        (heading("Loop"), "p Text"),
        ('<w:outlineLvl w:val="9"/>', "p Text"),
        ('<w:outlineLvl w:val="x"/>', "p Text"),
        (heading("Body"), "p <b><i>Text</i></b>"),
        (heading("berschrift1") + '<w:outlineLvl w:val="9"/>', "p <b><i>Text</i></b>"),
        (heading("Zitat"), "> p <i>Text</i>"),
        (heading("Code"), "code 'Text'"),
        (heading("nowhere"), "p Text"),
    ],
)
def test_levels(properties: str, expected: str) -> None:
    found = lines(par("Before") + par("Text", properties), styles=STYLES)[1]
    assert found == expected.replace("<b><i>Text</i></b>", "<i><b>Text</b></i>")


@pytest.mark.parametrize(
    ("style_id", "expected"),
    [("Heading2", "h2 Text"), ("heading 2", "h2 Text"), ("Berschrift", "p Text")],
)
def test_without_styles_their_marks_tell_something(style_id: str, expected: str) -> None:
    assert lines(par("Before") + par("Text", heading(style_id)))[1] == expected


def test_what_a_heading_style_looks_like_is_no_emphasis() -> None:
    content = (
        run("The ") + run("Boat", "<w:i/>") + run(" of ", '<w:i w:val="0"/>') + run("Ann", "<w:b/>")
    )
    assert lines(par(content, heading("berschrift1")), styles=STYLES) == ["h1 The Boat of Ann"]
    assert lines(par(content, heading("Nadpis2")), styles=STYLES) == [
        "h2 The <i>Boat</i> of <b>Ann</b>"
    ]


def test_the_title_is_the_title() -> None:
    manuscript, _ = read(package(par("The Salt", heading("Titel")) + par("Text"), styles=STYLES))
    assert manuscript.metadata.title == "The Salt"
    assert len(manuscript.blocks) == 1


def test_a_title_in_the_middle_or_with_a_note_is_a_heading() -> None:
    assert lines(par("Text") + par("Part", heading("Titel")), styles=STYLES)[1] == "h1 Part"
    note = '<w:footnote w:id="2">' + par("A note.") + "</w:footnote>"
    body = par(run("Salt") + '<w:r><w:footnoteReference w:id="2"/></w:r>', heading("Titel"))
    assert lines(body, styles=STYLES, footnotes=note) == ["h1 Salt[^1]", "[^1] p A note."]


def test_line_breaks_in_headings_are_blanks_and_empty_headings_are_nothing() -> None:
    body = par(run("One") + "<w:r><w:br/></w:r>" + run("Two"), heading("H3")) + par(
        "", heading("H3")
    )
    assert lines(body, styles=STYLES) == ["h3 One Two"]


NUMBERED = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/>'
    '<w:lvlText w:val="{text}"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)
IN_LIST = heading("H3") + '<w:numPr><w:numId w:val="1"/></w:numPr>'


def test_numbers_of_headings_are_said_and_words_are_written() -> None:
    assert lines(par("Rain", IN_LIST), styles=STYLES, numbering=NUMBERED.format(text="%1.")) == [
        "h3 Rain"
    ]
    assert "numbers of headings" in said(
        par("Rain", IN_LIST), styles=STYLES, numbering=NUMBERED.format(text="%1.")
    )
    words = NUMBERED.format(text="Chapter %1")
    body = par("Rain", IN_LIST) + par("", IN_LIST)
    assert lines(body, styles=STYLES, numbering=words) == ["h3 Chapter 1 Rain", "h3 Chapter 2"]
    assert lines(par("雨", IN_LIST), styles=STYLES, numbering=NUMBERED.format(text="第%1章")) == [
        "h3 第1章 雨"
    ]


def test_a_table_of_contents_is_said() -> None:
    styles = STYLES + style("TOC1", "toc 1")
    body = par(run("One") + "<w:r><w:tab/></w:r>" + run("3"), heading("TOC1")) + par("Text")
    assert lines(body, styles=styles) == ["p Text"]
    assert any("contents" in each for each in said(body, styles=styles))
    control = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
        f"<w:sdtContent>{par('Contents')}</w:sdtContent></w:sdt>"
    )
    assert lines(control + par("Text")) == ["p Text"]
