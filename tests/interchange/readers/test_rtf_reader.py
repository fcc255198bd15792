# ruff: noqa: E501, RUF005
"""RTF in: bytes by their font, what groups inherit, and what Word, LibreOffice and TextEdit write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interchange.readers.read_lines import lines, read_and_said, read_lines
from interchange.readers.test_html_reader import PIXEL

from cowrite.base.errors import UserError
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import Manuscript, Paragraph, Run
from cowrite.interchange.readers.rtf.changes import when_of
from cowrite.interchange.tidying import tidy

FONTS = rb"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fcharset204 Cyr;}{\f2\fcharset128 Mincho;}{\f3\fcharset2 Symbol;}{\f4\fcharset134 Song;}{\f5\fcharset2 Wingdings;}{\f6\fnil Own;}}"


def document(body: bytes | str, head: bytes | str = b"") -> bytes:
    body, head = (
        each.encode("latin-1") if isinstance(each, str) else each for each in (body, head)
    )
    return rb"{\rtf1\ansi\ansicpg1252\deff0" + FONTS + head + b"\n" + body + b"}"


def rtf(body: bytes | str, head: bytes | str = b"", **options: bool) -> list[str]:
    return read_lines(Kind.RTF, document(body, head), **options)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"a \b bold\b0  {\i it {\b both}} end", ["p a b{bold} i{it }bi{both} end"]),
        (rb"\b a\plain b\par\pard\i c {\i0 d}", ["p b{a}b", "p i{c} d"]),
        (rb"{\strike x} {\striked1 y}", ["p s{x y}"]),
        (rb"\f1\'cf\'f0\f0\'e9", ["p Прé"]),
        (rb"{\f2 \'83A\'95\'5c\'83\'41}", ["p ア表ア"]),
        (
            b"{\\f2 \x83A\x95\\\x8f\x7d end}",
            ["p ア表殉 end"],
        ),
        (b"{\\f2 \x93\xfa\r\n\x96\x7b}", ["p 日本"]),
        (rb"{\f4 \'c4\'e3\'ba\'c3}", ["p 你好"]),
        (rb"{\f2 \'95\\ a\'95\par \'93\'fa}", ["p 表 a\ufffd", "p 日"]),
        (rb"{\f6 \'e9}", ["p é"]),
        (rb"\uc1\u26085?\u-10179?\u-8694? \u8364\'80.", ["p 日😊 €."]),
        (rb"\uc2\u26085\'93\'fa\uc0\u26412 x", ["p 日本x"]),
        (rb"\uc1\u233{\b x}", ["p éb{x}"]),
        (rb"{\uc0\u233}\u234 e", ["p éê"]),
        (rb"\u128522?", ["p 😊"]),
        (rb"\uc1\u233\bin3 }}}y", ["p éy"]),
        (
            rb"a\~b\_c\-d\emdash\endash\lquote\rquote\ldblquote\rdblquote\bullet",
            ["p a\u00a0b\u2011c\u00add—–‘’“”•"],
        ),
        (rb"a\line b\tab c\par\par d\page e", ["p a<br>b c", "p d", "p e"]),
        (rb"{\f3 a\'b7} \f3\u-3999 ?", ["p α• α"]),
        (rb"x{\v hidden}y{\*\unknown no}{\unknownword yes}", ["p xyyes"]),
        (rb"{\upr{a?b}{\*\ud{a\u8217 \'92b}}}", ["p a’b"]),
        (rb"{\header no}{\footerl no}{\xe no}{\bkmkstart no}a", ["p a"]),
        ("a\\\nb", ["p a", "p b"]),
        (rb"{\rtlch\fcs1 \ab\ai \ltrch\fcs0 a}{\ltrch\fcs0 \b \rtlch\fcs1 \ab\'e9}", ["p ab{é}"]),
    ],
)
def test_text(body: bytes | str, expected: list[str]) -> None:
    assert rtf(body) == expected


STYLES = rb"{\stylesheet{\s0 Normal;}{\s1\b\i\outlinelevel0{\*\keycode \shift a} heading 1;}{\s2\sbasedon1\b Mine;}{\s3 heading 8;}{\*\cs10\additive\i Emphasis;}{\s4\i Verse;}{\s5 Title;}}"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb"\pard\plain\s1\b\i One\par\pard\plain text", ["h1 One", "p text"]),
        (rb"\pard\plain\s2 Two {\i0 x}\par", ["h1 Two x"]),
        (rb"\pard\plain\s3 Three\par", ["h6 Three"]),
        (rb"\pard\outlinelevel2 Four\par\pard\outlinelevel9 Five", ["h3 Four", "p Five"]),
        (rb"\pard\plain\s4 a {\i0 b} {\plain\cs10 c}", ["p i{a} b i{c}"]),
        (rb"\pard\plain\s0 a {\cs10 b} \i c\i0", ["p a i{b} i{c}".replace("i{b} i{c}", "i{b c}")]),
    ],
)
def test_headings_by_outline_and_style(body: bytes, expected: list[str]) -> None:
    assert rtf(body, STYLES) == expected


def test_title_and_author() -> None:
    body = rb"{\info{\title Not in the text}{\author Anna}}\pard\s5 The Salt Road\par\pard x"
    manuscript, _ = read_and_said(Kind.RTF, document(body, STYLES))
    assert (manuscript.metadata.title, manuscript.metadata.author) == ("The Salt Road", "Anna")
    assert lines(manuscript) == ["p x"]


def test_notes_and_comments() -> None:
    body = rb"One{\super\chftn{\footnote\pard\plain{\super\chftn} Not {\i me}.\par Second.}} two{\*\atnid AB}{\*\atnauthor Anna}\chatn{\*\annotation{\*\atnref 1}\pard\plain Who?}.{\footnote\ftnalt End.}"
    manuscript, report = read_and_said(Kind.RTF, document(body))
    assert lines(manuscript) == [
        "p One[^1] two<!-- Anna: Who? -->.[^2]",
        "note 1 p Not i{me}.",
        "note 1 p Second.",
        "note 2 p End.",
    ]
    assert report.kept == {"note": 2, "comment": 1}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            rb'{\field{\*\fldinst{HYPERLINK "https://example.org/a" \\l "b"}}{\fldrslt{\ul here}}} x',
            ["p [here](https://example.org/a#b) x"],
        ),
        (rb'{\field{\*\fldinst HYPERLINK "javascript:x"}{\fldrslt here}}', ["p here"]),
        (rb"{\field{\*\fldinst HYPERLINK \\l _Toc1}{\fldrslt here}}", ["p here"]),
        (rb"{\field{\*\fldinst PAGE}{\fldrslt 3}}", ["p 3"]),
        (rb'{\field{\*\fldinst SYMBOL 183 \\f "Symbol" \\s 10}}x', ["p •x"]),
        (rb"{\field{\*\fldinst TOC \\o}{\fldrslt One\tab 1\par Two}}x", ["p x"]),
    ],
)
def test_fields(body: bytes, expected: list[str]) -> None:
    assert rtf(body) == expected


def item(level: int, mark: bytes, text: bytes) -> bytes:
    return rb"{\listtext\pard\plain " + mark + rb"\tab}\pard\ls1\ilvl%d " % level + text + rb"\par "


def test_lists_show_the_numbers_that_stand_in_the_file() -> None:
    body = (
        item(0, rb"3.", b"a")
        + item(1, rb"\f3\'b7", b"b")
        + item(0, b"4.", b"c")
        + rb"\pard d\par"
        + item(0, b"5.", b"e")
    )
    assert rtf(body) == ["3. p a", "3. - p b", "4. p c", "p d", "5. p e"]
    assert rtf(rb"{\pntext\f3\'b7\tab}\pard{\*\pn\pnlvlblt} a\par{\pntext\f3\'b7\tab}b\par") == [
        "- p a",
        "- p b",
    ]


def test_lists_without_numbers_in_the_file_are_counted() -> None:
    head = rb"{\*\listtable{\list{\listlevel\levelnfc0\levelstartat4{\leveltext \'02\'00.;}}{\listlevel\levelnfc23}{\listname ;}\listid7}}{\*\listoverridetable{\listoverride\listid7\ls1}}"
    body = rb"\pard\ls1\ilvl0 a\par\pard\ls1\ilvl1 b\par\pard\ls1\ilvl0 c\par\pard\ls9 d"
    assert rtf(body, head) == ["4. p a", "4. - p b", "5. p c", "p d"]


def test_tables() -> None:
    body = rb"\trowd\trhdr\cellx1\cellx2\pard\intbl A\cell B|\cell\row\trowd\cellx1\cellx2\pard\intbl 1\par 2\cell\cell\row\pard after"
    assert rtf(body) == ["head A | B|", "row 1<br>2 | ", "p after"]


def test_tracked_changes() -> None:
    head = rb"{\*\revtbl{Unknown;}{Anna;}}"
    body = rb"a {\deleted\revauthdel1 b}{\revised\revauth1 c}\par d{\deleted\par}e\par"
    manuscript, report = read_and_said(Kind.RTF, document(body, head))
    assert lines(manuscript) == ["p a c", "p de"]
    assert report.accepted == {"deletion": 2, "insertion": 1}
    assert rtf(body, head, keep_changes=True)[0] == "p a deleted(Anna){b}inserted(Anna){c}"
    assert when_of(0) is None


def test_text_boxes_and_pictures_once() -> None:
    box = rb"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt In the box.\par}}{\shprslt{\*\do{\dptxbxtext In the box.}}}}"
    assert rtf(rb"One" + box + rb" two.\par Three.") == ["p One two.", "p In the box.", "p Three."]
    picture = (
        rb"{\*\shppict{\pict{\*\picprop{\sp{\sn wzDescription}{\sv A tower}}}\pngblip\n "
        + PIXEL.hex().encode()
        + rb"}}{\nonshppict{\pict\wmetafile8 00}}"
    )
    manuscript, report = read_and_said(
        Kind.RTF, document(picture + rb"{\pict\jpegblip\bin3 }}}}{\pict\emfblip 00}x")
    )
    assert lines(manuscript) == ["p ![A tower](picture-1.png)x"]
    assert manuscript.pictures["picture-1.png"].data == PIXEL
    assert len(report.left_out) == 1


def test_borders_of_empty_paragraphs_are_breaks() -> None:
    assert rtf(rb"a\par\pard\brdrb\brdrs\par\pard b") == ["p a", "break", "p b"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no RTF"),
        (b"PK\x03\x04", "no RTF"),
        (b"plain", "no RTF"),
        (rb"{\rtf1 One\par Two", "cut off"),
        (rb"{\rtf1 {\b One", "cut off"),
        (rb"{\rtf1\bin2000000000 x", "cut off"),
        (rb"{\rtf1" + b"{" * 100_000, "deeply"),
    ],
    ids=["empty", "zip", "text", "in the middle", "in a group", "in bytes", "deep"],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        read_lines(Kind.RTF, data)


def test_nothing_behind_the_last_brace_is_read() -> None:
    assert read_lines(Kind.RTF, rb"{\rtf1 a}}} b {\b c}") == ["p a"]


WORDS = [
    "\\par ",
    "\\b ",
    "\\i0 ",
    "\\plain ",
    "\\pard ",
    "\\cell ",
    "\\row ",
    "\\intbl ",
    "\\trowd ",
    "\\ls1 ",
    "\\u-10179?",
    "\\u-8694 x",
]
WORDS += [
    "\\line ",
    "\\outlinelevel1 ",
    "\\s1 ",
    "\\deleted ",
    "\\revised0 ",
    "\\f2 ",
    "\\'83",
    "\\'5c",
    "\\uc3 ",
    "\\v ",
    "\\bin2 ",
]
WORDS += [
    "{\\footnote ",
    '{\\field{\\*\\fldinst HYPERLINK "http://a"}{\\fldrslt ',
    "{\\*\\annotation ",
    "{\\pict\\pngblip 89504e",
    "{\\upr{a}{\\*\\ud{",
]
WORDS += [
    "{",
    "}",
    "{\\listtext 1.\\tab}",
    "{\\shp{\\*\\shpinst{\\shptxt ",
    "{\\stylesheet{\\s1\\b heading 1;}}",
    "{\\info{\\author ",
    "\\*",
    "\\sect ",
]


@given(st.lists(st.sampled_from(WORDS + ["word ", "x", " "])), st.booleans())
def test_whatever_words_come_it_is_read_or_refused(pieces: list[str], keep: bool) -> None:
    body = "".join(pieces)
    data = document(body + "}" * (body.count("{") - body.count("}")))
    try:
        manuscript, _ = read_and_said(Kind.RTF, data, keep_changes=keep)
    except UserError:
        return
    assert tidy(manuscript) == manuscript


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_every_character_comes_back_from_its_number(text: str) -> None:
    units = text.encode("utf-16-le")
    numbers = [
        int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)
    ]
    body = "x" + "".join(f"\\u{number}?" for number in numbers) + "x"
    expected = "".join(
        each for each in text if not "\uf000" <= each <= "\uf0ff" and each not in "\ufffe\uffff"
    )
    if len(expected) == len(text):
        straight = tidy(Manuscript((Paragraph((Run(f"x{text}x"),)),)))
        assert rtf(body) == lines(straight)
