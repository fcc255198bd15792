# ruff: noqa: E501
"""ODT in: styles with parents, changes, notes, lists as shown, boxes once."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interchange.readers.read_lines import lines, read_and_said, read_lines
from interchange.readers.test_html_reader import PIXEL

from cowrite.base.errors import UserError
from cowrite.interchange.kinds import Kind
from cowrite.interchange.tidying import tidy

SPACES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("text", "text"), ("style", "style"), ("table", "table"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"), ("svg", "svg-compatible"), ("meta", "meta"), ("manifest", "manifest"),
    )
) + ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip

STYLES = """
<style:style style:name="I" style:family="text"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="B" style:family="text" style:parent-style-name="I"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="N" style:family="text"><style:text-properties fo:font-style="normal"/></style:style>
<style:style style:name="S" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
<style:style style:name="C" style:family="text"><style:text-properties style:font-weight-complex="bold" style:font-weight-asian="bold" fo:font-weight="normal"/></style:style>
<style:style style:name="V" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="Verse" style:family="paragraph"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Verse"/>
<style:style style:name="H" style:family="paragraph" style:default-outline-level="3"><style:text-properties fo:font-style="italic"/></style:style>
<style:style style:name="H_20_own" style:family="paragraph" style:parent-style-name="H"/>
<style:style style:name="Line" style:family="paragraph"><style:paragraph-properties fo:border-bottom="0.06pt solid #000000"/></style:style>
<style:style style:name="Q2" style:family="paragraph" style:parent-style-name="Quotations"><style:paragraph-properties fo:margin-left="48pt"/></style:style>
<style:style style:name="Source_20_Text" style:display-name="Source Text" style:family="text"/>
<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" text:start-value="3"/><text:list-level-style-bullet text:level="2"/></text:list-style>
<text:list-style style:name="A"><text:list-level-style-number text:level="1" style:num-format="a"/><text:list-level-style-number text:level="2" style:num-format="1"/></text:list-style>
"""


def odt(
    body: str, *, styles: str = STYLES, parts: dict[str, bytes] | None = None, meta: str = ""
) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr(
            "content.xml",
            f"<office:document-content {SPACES}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>",
        )
        archive.writestr(
            "meta.xml",
            f"<office:document-meta {SPACES}><office:meta>{meta}</office:meta></office:document-meta>",
        )
        for name, data in (parts or {}).items():
            archive.writestr(name, data)
    return file.getvalue()


def read(body: str, **options: bool) -> list[str]:
    return read_lines(Kind.ODT, odt(body), **options)


def p(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def span(style: str, text: str) -> str:
    return f'<text:span text:style-name="{style}">{text}</text:span>'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p(f"a {span('I', 'b ')}{span('B', 'c')} {span('S', 'd')}"), ["p a i{b }bi{c} s{d}"]),
        (p(f"a {span('N', 'b')} c", "P1"), ["p i{a} b i{c}"]),
        (p(span("C", "abc 重点 def")), ["p abc b{重点} def"]),
        (p(span("C", "abc שלום")), ["p abc b{שלום}"]),
        (p(span("I", "重点")), ["p i{重点}"]),
        (p("a\n   b<text:s text:c='3'/>c<text:tab/>d<text:line-break/>e"), ["p a b c d<br>e"]),
        (p(f"a{span('V', 'hidden')}<text:hidden-text text:is-hidden='true'>x</text:hidden-text>b"), ["p ab"]),
        (p("a<text:hidden-paragraph text:is-hidden='true'/>") + p("b"), ["p b"]),
        ("<text:section text:display='none'>" + p("x") + "</text:section><text:section>" + p("y") + "</text:section>", ["p y"]),
        ("<text:h text:outline-level='2'>One<text:span text:style-name='I'> two</text:span></text:h>", ["h2 One i{two}"]),
        (p("Own", "H_20_own") + "<text:h text:outline-level='9'>Nine</text:h>", ["h3 Own", "h6 Nine"]),
        (p("a") + p("", "Line") + p("b") + p("", "Horizontal_20_Line"), ["p a", "break", "p b", "break"]),
        (p("a", "Quotations") + p("b", "Q2") + p("c"), ["> p a", "> p b", "p c"]),
        (p("a  <text:s/>b", "Preformatted_20_Text") + p("<text:tab/>c", "Preformatted_20_Text"), ["code  'a  b\\n\\tc'"]),
        (p(span("Source_20_Text", "x")), ["p c{x}"]),
        (p("<text:a xlink:href='https://example.org/'>x</text:a> <text:a xlink:href='javascript:x'>y</text:a>"), ["p [x](https://example.org/) y"]),
        (p("<text:ruby><text:ruby-base>漢</text:ruby-base><text:ruby-text>かん</text:ruby-text></text:ruby>"), ["p 漢（かん）"]),
        (p("<text:page-number>3</text:page-number><text:bookmark text:name='x'/><text:reference-mark text:name='y'/>."), ["p 3."]),
        ("<text:table-of-content><text:index-body>" + p("x") + "</text:index-body></text:table-of-content>" + p("y"), ["p y"]),
    ],
)  # fmt: skip
def test_paragraphs(body: str, expected: list[str]) -> None:
    assert read(body) == expected


def item(text: str, more: str = "", **attributes: str) -> str:
    named = "".join(
        f' text:{name.replace("_", "-")}="{value}"' for name, value in attributes.items()
    )
    return f"<text:list-item{named}>{p(text) if text else ''}{more}</text:list-item>"


def ul(style: str, *items: str, more: str = "") -> str:
    name = f' text:style-name="{style}"' if style else ""
    return f"<text:list{name}{more}>{''.join(items)}</text:list>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ul("L", item("a", ul("", item("b"))), item("c")), ["3. p a", "3. - p b", "4. p c"]),
        (ul("L", item("a")) + p("x") + ul("L", item("b"), more=" text:continue-numbering='true'"), ["3. p a", "p x", "4. p b"]),
        (ul("L", item("a"), more=" xml:id='one'") + p("x") + ul("L", item("b"), more=" text:continue-list='one'"), ["3. p a", "p x", "4. p b"]),
        (ul("L", item("a")) + p("x") + ul("L", item("b")), ["3. p a", "p x", "3. p b"]),
        (ul("L", item("a", start_value="7"), item("b")), ["7. p a", "8. p b"]),
        (ul("A", item("a", ul("", item("x"), item("y"))), item("b", ul("", item("z")))), ["1. p a", "1. 1. p x", "1. 2. p y", "2. p b", "2. 1. p z"]),
        (ul("L", "<text:list-header>" + p("no") + "</text:list-header>", item("a")), ["p no", "3. p a"]),
        (ul("L", item("a"), "<text:list-header>" + p("more") + "</text:list-header>", item("b")), ["3. p a", "3. p more", "4. p b"]),
        (ul("", item("a")), ["- p a"]),
        (ul("L", item("a"), item("", ul("", item("b")))), ["3. p a", "3. - p b"]),
        (ul("A", "<text:list-item><text:h text:outline-level='1'>One</text:h></text:list-item>") + p("x"), ["h1 One", "p x"]),
        (ul("L", item("<text:note><text:note-body>" + ul("A", item("n")) + "</text:note-body></text:note>a")), ["3. p [^1]a", "note 1 1. p n"]),
    ],
)  # fmt: skip
def test_lists_are_numbered_as_they_are_shown(body: str, expected: list[str]) -> None:
    assert read(body) == expected


CHANGES = (
    "<text:tracked-changes><text:changed-region text:id='d'><text:deletion><office:change-info><dc:creator>Anna</dc:creator>"
    "<dc:date>2026-01-01T00:00:00</dc:date></office:change-info><text:p>gone</text:p><text:p>too</text:p></text:deletion></text:changed-region>"
    "<text:changed-region xml:id='i'><text:insertion><office:change-info><dc:creator>Ben</dc:creator></office:change-info></text:insertion>"
    "</text:changed-region></text:tracked-changes>"
)
CHANGED = p("a <text:change text:change-id='d'/> b<text:change-start text:change-id='i'/>c") + p(
    "d<text:change-end text:change-id='i'/>e"
)


def test_changes_are_accepted_and_counted() -> None:
    manuscript, report = read_and_said(Kind.ODT, odt(CHANGES + CHANGED))
    assert lines(manuscript) == ["p a bc", "p de"]
    assert report.accepted == {"deletion": 1, "insertion": 1}


def test_changes_are_kept_if_asked_for() -> None:
    assert read(CHANGES + CHANGED, keep_changes=True) == [
        "p a deleted(Anna){gone}",
        "p deleted(Anna){too} binserted(Ben){c}",
        "p inserted(Ben){d}e",
    ]


def test_comments_and_notes() -> None:
    note = (
        "<text:note text:note-class='endnote'><text:note-citation>i</text:note-citation><text:note-body>"
        + p("Not " + span("I", "me"))
        + p("2")
        + "</text:note-body></text:note>"
    )
    comment = (
        "<office:annotation office:name='a'><dc:creator>Anna</dc:creator><dc:date>x</dc:date><meta:creator-initials>AB</meta:creator-initials>"
        + p("Who?")
        + "</office:annotation>"
    )
    manuscript, report = read_and_said(
        Kind.ODT, odt(p(f"a{note} b{comment}<office:annotation-end office:name='a'/>c"))
    )
    assert lines(manuscript) == [
        "p a[^1] b<!-- Anna: Who? -->c",
        "note 1 p Not i{me}",
        "note 1 p 2",
    ]
    assert report.kept == {"comment": 1, "note": 1}


def test_boxes_and_pictures_stand_once() -> None:
    box = f"<draw:frame><draw:text-box>{p('box')}</draw:text-box></draw:frame>"
    picture = "<draw:frame><draw:image xlink:href='Pictures/1.png'/><svg:title>A tower</svg:title></draw:frame>"
    outside = "<draw:frame><draw:image xlink:href='../../x.png'/></draw:frame><draw:frame><draw:object/></draw:frame>"
    body = (
        p(f"a{box} b{picture}{outside}")
        + p("c")
        + p(f"<draw:custom-shape>{p('shape')}</draw:custom-shape>")
    )
    manuscript, report = read_and_said(Kind.ODT, odt(body, parts={"Pictures/1.png": PIXEL}))
    assert lines(manuscript) == ["p a b![A tower](picture-1.png)", "p box", "p c", "p shape"]
    assert manuscript.pictures["picture-1.png"].data == PIXEL
    assert len(report.left_out) == 2


def test_tables() -> None:
    def row(*cells: str) -> str:
        return (
            "<table:table-row>"
            + "".join(f"<table:table-cell>{each}</table:table-cell>" for each in cells)
            + "</table:table-row>"
        )

    body = f"<table:table><table:table-column/><table:table-header-rows>{row(p('A'), p('B'))}</table:table-header-rows>{row(p('1') + p('2'), '<table:table>' + row(p('in')) + '</table:table>')}<table:table-row><table:table-cell table:number-columns-spanned='2'>{p('wide')}</table:table-cell><table:covered-table-cell/></table:table-row></table:table>"
    manuscript, report = read_and_said(Kind.ODT, odt(body + p("x")))
    assert lines(manuscript) == ["head A | B", "row 1<br>2 | in", "row wide | ", "p x"]
    assert [each.what for each in report.left_out] == [
        "table in a table; its text is kept",
        "merged cells; their text stands in the first one",
    ]


def test_title_author_and_language() -> None:
    meta = "<dc:title>Other</dc:title><dc:creator>Ben</dc:creator><meta:initial-creator>Anna</meta:initial-creator><dc:language>de-AT</dc:language>"
    manuscript, _ = read_and_said(
        Kind.ODT, odt(p("The <text:s/>Salt Road", "Title") + p("x"), meta=meta)
    )
    metadata = manuscript.metadata
    assert (metadata.title, metadata.author, metadata.language) == (
        "The Salt Road",
        "Anna",
        "de-AT",
    )
    assert lines(manuscript) == ["p x"]
    assert read_and_said(Kind.ODT, odt(p("x"), meta=meta))[0].metadata.title == "Other"


def archive(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name, text in parts.items():
            opened.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"text", "no ODT"),
        (archive(content_xml="<a/>"), "no ODT"),
        (
            archive(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_xml="<a/>"),
            "no ODT",
        ),
        (archive(content_xml="<a><b>"), "damaged"),
        (
            archive(content_xml="<a/>", **{"META-INF__manifest_xml": "<encryption-data/>"}),
            "password",
        ),
        (archive(**{"encrypted-package": "x"}), "password"),
        (odt(p("x"))[:-40], "damaged"),
        (odt("<text:list><text:list-item>" * 20), "damaged"),
        (odt("<text:section>" * 300 + "</text:section>" * 300), "deeply"),
    ],
    ids=["empty", "text", "no text", "sheet", "xml", "password", "package", "cut", "open", "deep"],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read_lines(Kind.ODT, data)


NAMES = [
    "text:p",
    "text:h",
    "text:span",
    "text:list",
    "text:list-item",
    "text:list-header",
    "text:section",
    "text:a xlink:href='https://a.org'",
    "text:note",
]
NAMES += [
    "text:note-body",
    "office:annotation",
    "draw:frame",
    "draw:text-box",
    "table:table",
    "table:table-row",
    "table:table-cell",
    "text:ruby-text",
]
NAMES += [
    "text:p text:style-name='Q2'",
    "text:p text:style-name='Preformatted_20_Text'",
    "text:p text:style-name='Title'",
    "text:p text:style-name='Line'",
]
EMPTY = [
    "<text:s/>",
    "<text:line-break/>",
    "<text:tab/>",
    "<text:change text:change-id='d'/>",
    "<text:change-start text:change-id='i'/>",
    "<text:change-end text:change-id='i'/>",
    "w ",
    " ",
]
TREES = st.recursive(
    st.sampled_from(EMPTY),
    lambda inner: st.tuples(st.sampled_from(NAMES), st.lists(inner, max_size=4)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0].split()[0]}>"
    ),
)


@given(st.lists(TREES, max_size=5), st.booleans())
def test_whatever_elements_come_it_is_read_and_tidied(body: list[str], keep: bool) -> None:
    manuscript, _ = read_and_said(Kind.ODT, odt(CHANGES + "".join(body)), keep_changes=keep)
    assert tidy(manuscript) == manuscript
