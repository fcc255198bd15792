"""Equations in one line, fields of forms, and numbers of headings in words."""

from __future__ import annotations

import pytest
from support.docx_files import lines, par, run, said, style

FORM = '<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{}</w:ffData></w:fldChar></w:r>'
CHAR = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def m(name: str, *inner: str) -> str:
    return f"<m:{name}>{''.join(inner)}</m:{name}>"


def t(text: str) -> str:
    return m("r", m("t", text))


@pytest.mark.parametrize(
    ("equation", "expected"),
    [
        (m("f", m("num", t("a+b")), m("den", t("c"))), "(a+b)/c"),
        (m("sSup", m("e", t("x")), m("sup", t("2"))), "x^2"),
        (m("sSubSup", m("e", t("x")), m("sub", t("i")), m("sup", t("n+1"))), "x_i^(n+1)"),
        (m("rad", m("deg", t("3")), m("e", t("x"))), "3√x"),
        (
            m("nary", '<m:naryPr><m:chr m:val="∑"/></m:naryPr>', m("sub", t("i=1")), m("sup", t("n")), m("e", t("i"))),
            "∑_(i=1)^n i",
        ),
        (m("d", m("e", t("a")), m("e", t("b"))), "(a|b)"),
        (m("func", m("fName", t("sin")), m("e", t("x"))), "sin x"),
        (m("m", m("mr", m("e", t("1")), m("e", t("2"))), m("mr", m("e", t("3")), m("e", t("4")))), "[1, 2; 3, 4]"),
        (m("acc", m("e", t("v"))), "v"),
    ],
)  # fmt: skip
def test_an_equation_in_one_line(equation: str, expected: str) -> None:
    body = par(run("So ") + m("oMath", equation) + run(" it is."))
    assert lines(body) == [f"p So {expected} it is."]
    assert said(body) == {"layout of an equation; its characters are kept"}


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("<w:checkBox><w:checked/></w:checkBox>", "☑"),
        ('<w:checkBox><w:default w:val="1"/><w:checked w:val="0"/></w:checkBox>', "☐"),
        ('<w:checkBox><w:default w:val="1"/></w:checkBox>', "☑"),
        ('<w:ddList><w:result w:val="1"/><w:listEntry w:val="One"/><w:listEntry w:val="Two"/></w:ddList>', "Two"),
        ('<w:ddList><w:result w:val="9"/><w:listEntry w:val="One"/></w:ddList>', ""),
        ("<w:textInput/>", ""),
    ],
)  # fmt: skip
def test_fields_of_forms_show_what_was_chosen(field: str, expected: str) -> None:
    body = par(run("a") + FORM.format(field) + CHAR.format("end") + run("b"))
    assert lines(body) == [f"p a{expected}b"]


def test_a_control_that_only_once_held_a_placeholder_is_text() -> None:
    control = (
        '<w:sdt><w:sdtPr><w:showingPlcHdr w:val="0"/></w:sdtPr>'
        f"<w:sdtContent>{par('Written.')}</w:sdtContent></w:sdt>"
    )
    assert lines(control) == ["p Written."]


def test_links_that_word_made_for_itself_are_words() -> None:
    body = par(f'<w:hyperlink w:anchor="_Ref12">{run("above")}</w:hyperlink>')
    assert lines(body) == ["p above"]
    assert said(body) == {"link to a place that is no heading; its words are kept"}


@pytest.mark.parametrize(
    ("form", "text", "legal", "expected"),
    [
        ("chineseCounting", "第%1章", "", ["h1 第一章 One", "h1 第二章 Two"]),
        ("upperRoman", "Part %1:", "", ["h1 Part I: One", "h1 Part II: Two"]),
        ("cardinalText", "Chapter %1", "", ["h1 Chapter One One", "h1 Chapter Two Two"]),
        ("upperRoman", "Part %1", "<w:isLgl/>", ["h1 Part 1 One", "h1 Part 2 Two"]),
    ],
)
def test_words_in_front_of_headings_count_as_they_are_shown(
    form: str, text: str, legal: str, expected: list[str]
) -> None:
    level = (
        f'<w:lvl w:ilvl="0"><w:numFmt w:val="{form}"/>{legal}<w:lvlText w:val="{text}"/></w:lvl>'
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    place = '<w:pStyle w:val="H"/><w:numPr><w:numId w:val="1"/></w:numPr>'
    body = par("One", place) + par("Two", place)
    assert lines(body, numbering=numbering, styles=style("H", "heading 1")) == expected
