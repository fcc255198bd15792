"""Texts of other programs that are no archives: HTML, RTF."""

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


def read_kind(kind: str, data: bytes) -> object:
    """A file of that kind, read in both ways; what comes out is in the canonical form."""
    from cowrite.interchange import formats
    from cowrite.interchange.options import ReadOptions
    from cowrite.interchange.report import Report
    from cowrite.interchange.tidying import tidy

    found = []
    for keep in (False, True):
        options = ReadOptions(keep_changes=keep, is_fragment=keep)
        manuscript = formats.read(formats.Kind(kind), data, options, Report())
        assert tidy(manuscript) == manuscript, "not in the canonical form"
        found.append(manuscript)
    return found
