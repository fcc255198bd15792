"""Emphasis from runs and styles, switched on and off, in every script; and what is only said."""

from __future__ import annotations

import pytest
from support.docx_files import lines, par, run, said, style

STYLES = (
    style("N", "Normal", default=True)
    + style("Vision", "Vision", "<w:rPr><w:i/><w:iCs/></w:rPr>")
    + style("Calm", "Calm", '<w:basedOn w:val="Vision"/><w:rPr><w:i w:val="0"/></w:rPr>')
    + style("Em", "Emphasis", "<w:rPr><w:i/></w:rPr>", "character")
    + style("EmToo", "My own", '<w:basedOn w:val="Em"/>', "character")
    + style("Upright", "Upright", '<w:rPr><w:i w:val="0"/></w:rPr>', "character")
    + style("Secret", "Secret", "<w:rPr><w:vanish/></w:rPr>", "character")
    + style("VC", "Verbatim Char", "", "character")
)


def in_style(style_id: str) -> str:
    return f'<w:pStyle w:val="{style_id}"/>'


def styled(style_id: str) -> str:
    return f'<w:rStyle w:val="{style_id}"/>'


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("<w:b/>", "<b>x</b>"),
        ('<w:b w:val="true"/>', "<b>x</b>"),
        ('<w:b w:val="on"/>', "<b>x</b>"),
        ('<w:b w:val="1"/>', "<b>x</b>"),
        ('<w:b w:val="0"/>', "x"),
        ('<w:b w:val="false"/>', "x"),
        ('<w:b w:val="off"/>', "x"),
        ("<w:strike/>", "<s>x</s>"),
        ("<w:dstrike/>", "<s>x</s>"),
        ('<w:em w:val="dot"/>', "<i>x</i>"),
        ('<w:em w:val="none"/>', "x"),
        (styled("Em"), "<i>x</i>"),
        (styled("EmToo"), "<i>x</i>"),
        (styled("VC"), "<c>x</c>"),
        (styled("nowhere"), "x"),
        (styled("Em") + '<w:i w:val="0"/>', "x"),
        ("<w:bCs/><w:iCs/>", "x"),
        ("<w:bCs/><w:rtl/>", "<b>x</b>"),
        ("<w:b/><w:rtl/>", "x"),
        ("<w:iCs/><w:cs/>", "<i>x</i>"),
    ],
)
def test_of_runs(properties: str, expected: str) -> None:
    assert lines(par(run("a ") + run("x", properties) + run(" b")), styles=STYLES) == [
        f"p a {expected} b"
    ]


@pytest.mark.parametrize(
    ("paragraph", "properties", "expected"),
    [
        ("Vision", "", "<i>x</i>"),
        ("Calm", "", "x"),
        ("Vision", '<w:i w:val="0"/>', "x"),
        ("Vision", styled("Em"), "x"),
        ("Vision", styled("Upright"), "x"),
        ("Vision", styled("Em") + "<w:i/>", "<i>x</i>"),
        ("Calm", styled("Em"), "<i>x</i>"),
    ],
)
def test_styles_in_styles_switch_each_other(paragraph: str, properties: str, expected: str) -> None:
    assert lines(par(run("x", properties), in_style(paragraph)), styles=STYLES) == [f"p {expected}"]


@pytest.mark.parametrize("text", ["שלום", "كتاب", "हिन्दी"])
def test_scripts_whose_letters_tell_that_they_are_complex(text: str) -> None:
    assert lines(par(run(text, "<w:bCs/>"))) == [f"p <b>{text}</b>"]
    assert lines(par(run(text, "<w:b/>"))) == [f"p <b>{text}</b>"]


def test_pieces_that_look_the_same_are_one() -> None:
    body = par(
        run("ve", "<w:i/>")
        + '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="0" w:name="x"/>'
        + run("ry", '<w:i/><w:lang w:val="de-DE"/>')
        + '<w:smartTag w:element="place"><w:smartTag>' + run(" late", "<w:i/>") + "</w:smartTag></w:smartTag>"
        + run("!")
    )  # fmt: skip
    assert lines(body) == ["p <i>very late</i>!"]


def test_hidden_text_is_left_out_and_said() -> None:
    body = par(
        run("Seen") + run(" secret", "<w:vanish/>") + run(" too", styled("Secret")) + run(".")
    )
    assert lines(body, styles=STYLES) == ["p Seen."]
    assert said(body, styles=STYLES) == {"hidden text"}
    ended = par("One", "<w:rPr><w:vanish/></w:rPr>") + par(" two.")
    assert lines(ended) == ["p One two."]
    separated = par("Heading", '<w:outlineLvl w:val="0"/><w:rPr><w:vanish/><w:specVanish/></w:rPr>')
    assert lines(separated + par("Text.")) == ["h1 Heading", "p Text."]


@pytest.mark.parametrize(
    ("properties", "what"),
    [
        ('<w:color w:val="FF0000"/>', "text colour"),
        ('<w:highlight w:val="yellow"/>', "highlighting"),
        ('<w:u w:val="single"/>', "underlining"),
        ("<w:smallCaps/>", "capitals and small capitals by format"),
        ('<w:vertAlign w:val="superscript"/>', "superscript and subscript"),
    ],
)
def test_looks_without_a_sign_are_said(properties: str, what: str) -> None:
    assert said(par(run("x", properties))) == {what}
    assert lines(par(run("x", properties))) == ["p x"]


def test_looks_that_are_none_are_not_said() -> None:
    plain = (
        '<w:color w:val="auto"/><w:u w:val="none"/><w:highlight w:val="none"/><w:caps w:val="0"/>'
    )
    assert said(par(run("x", plain))) == set()
