# ruff: noqa: E501
"""Texts of other programs: HTML, RTF, and the parts of an ODT."""

from __future__ import annotations

from pathlib import Path

HTML = (
    '<html><head><meta charset="utf-8"><style>.a{font-weight:700} p.h{display:none}</style></head><body lang=en>'
    "<h1>One</h1><p class=MsoNormal>It <b style='font-weight:normal'>was</b> <span class=a>l&auml;te</span>"
    "<sup><a href='#ftnt1' id='ftnt_ref1'>[1]</a></sup><ins cite='mailto:A'>x</ins></p><ul><li>a<ul><li>b</ul></ul>"
    "<ol start=4><li value=7>x</ol><table><tr><th colspan=2>A<td rowspan=3>B<tr><td>1</table><pre>a\n b</pre>"
    "<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>1.&nbsp; </span>y</p>"
    "<img src='data:image/png;base64,iVBORw0KGgo=' alt=z><blockquote>q</blockquote><ruby>漢<rt>kan</rt></ruby>"
    "<div><p><a href='#ftnt_ref1' id='ftnt1'>[1]</a> note</p></div></body></html>"
)


def pages() -> list[bytes]:
    """Pages in several encodings."""
    return [HTML.encode(), HTML.encode("utf-16"), HTML.replace("utf-8", "gb2312").encode("gb18030")]


def read_page(_folder: Path, data: bytes) -> object:
    """A page; what comes out is in the canonical form."""
    return read_kind("html", data)


RTF = (
    rb"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 A;}{\f2\fcharset128 M;}}{\stylesheet{\s1\b heading 1;}}"
    rb"{\*\revtbl{Anna;}}{\info{\author B}}\pard\s1 One\par\pard\plain\f2 \'93\'fa\u26085?{\b x\b0}{\deleted y}{\v z}"
    rb"{\footnote\pard n\par}{\*\atnauthor A}{\*\annotation c}"
    rb"{\field{\*\fldinst HYPERLINK https://a.org}{\fldrslt l}}\par"
    rb"{\listtext 3.\tab}\pard\ls1\ilvl1 item\par\trowd\cellx1\pard\intbl a\cell\row\pard"
    rb"{\pict\pngblip 89504e470d0a1a0a}"
    rb"{\shp{\*\shpinst{\shptxt box\par}}}{\upr{a}{\*\ud{b}}}\bin3 abc\par}"
)


def rich_texts() -> list[bytes]:
    """RTF with a little of everything."""
    return [RTF]


def read_rich_text(_folder: Path, data: bytes) -> object:
    """An RTF; what comes out is in the canonical form."""
    return read_kind("rtf", data)


ODT = (
    '<office:automatic-styles><style:style style:name="I" style:family="text"><style:text-properties fo:font-style="italic"/>'
    '</style:style><text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1"/>'
    "</text:list-style></office:automatic-styles><office:body><office:text><text:tracked-changes><text:changed-region "
    'text:id="d"><text:deletion><office:change-info/><text:p>x</text:p></text:deletion></text:changed-region>'
    '</text:tracked-changes><text:h text:outline-level="2">One</text:h><text:p text:style-name="Title">T</text:p><text:p>a'
    '<text:span text:style-name="I">b</text:span><text:s text:c="3"/><text:change text:change-id="d"/><text:note><text:note-body>'
    "<text:p>n</text:p></text:note-body></text:note><office:annotation><text:p>c</text:p></office:annotation></text:p>"
    '<text:list text:style-name="L"><text:list-item text:start-value="4"><text:p>d</text:p></text:list-item></text:list>'
    '<table:table><table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>e</text:p></table:table-cell>'
    '</table:table-row></table:table><text:p><draw:frame><draw:image xlink:href="Pictures/1.png"/></draw:frame>'
    "<draw:frame><draw:text-box><text:p>f</text:p></draw:text-box></draw:frame></text:p></office:text></office:body>"
)


def open_texts() -> list[bytes]:
    """The text of an ODT, to be packed."""
    spaces = "".join(
        f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (
            ("office", "office"),
            ("text", "text"),
            ("style", "style"),
            ("table", "table"),
            ("draw", "drawing"),
            ("fo", "xsl-fo-compatible"),
        )
    )
    links = ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    head, tail = f"<office:document-content{spaces}{links}>", "</office:document-content>"
    return [(head + ODT + tail).encode()]


def read_open_text(_folder: Path, data: bytes) -> object:
    """An ODT with this text; what comes out is in the canonical form."""
    import io
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", data)
        archive.writestr("Pictures/1.png", b"\x89PNG\r\n\x1a\n")
    return read_kind("odt", file.getvalue())


def packed_texts() -> list[bytes]:
    """An ODT as a file."""
    import io
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.text")
        archive.writestr(zipfile.ZipInfo("content.xml"), open_texts()[0])
    return [file.getvalue()]


def read_packed_text(_folder: Path, data: bytes) -> object:
    """An ODT; what comes out is in the canonical form."""
    return read_kind("odt", data)


def read_kind(kind: str, data: bytes) -> object:
    """A file of that kind, read in both ways; what comes out is in the canonical form."""
    from cowrite.interchange import formats
    from cowrite.interchange.kinds import Kind
    from cowrite.interchange.options import ReadOptions
    from cowrite.interchange.report import Report
    from cowrite.interchange.tidying import tidy

    found = []
    for keep in (False, True):
        options = ReadOptions(keep_changes=keep, is_fragment=keep)
        manuscript = formats.read(Kind(kind), data, options, Report())
        assert tidy(manuscript) == manuscript, "not in the canonical form"
        found.append(manuscript)
    return found
