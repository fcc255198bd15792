# ruff: noqa: E501, RUF005
"""HTML in: pages, and what word processors and browsers put on the clipboard."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interchange.readers.read_lines import lines, read_and_said, read_lines

from cowrite.base.errors import UserError
from cowrite.interchange.kinds import Kind
from cowrite.interchange.readers.common.lists import number_of
from cowrite.interchange.tidying import tidy

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360f8cff01f0005000201f73c7c6a0000000049454e44ae426082"
)


def html(text: str, **options: bool) -> list[str]:
    return read_lines(Kind.HTML, text.encode(), **options)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>One <b>two</b> <i>three <b>four</b></i></p>", ["p One b{two} i{three }bi{four}"]),
        ("<p>She <strong>never </strong>came", ["p She b{never} came"]),
        ("<p>a&nbsp;b &amp; c&mdash;d &lt;e&gt;</p>", ["p a\u00a0b & c—d <e>"]),
        ("<p>It <strong>was&nbsp;</strong>late", ["p It b{was}\u00a0late"]),
        ("<h3><b>All bold</b></h3><h1>A<br>B</h1>", ["h3 All bold", "h1 A B"]),
        ('<div role="heading" aria-level="4">Deep</div>', ["h4 Deep"]),
        ("<p>x<br>y<br><br>z<br></p>", ["p x<br>y", "p z"]),
        ("<div>a<div>b<p>c</div>d</div>", ["p a", "p b", "p c", "p d"]),
        ("<blockquote>q<blockquote>r</blockquote></blockquote>", ["> p q", "> > p r"]),
        ("<pre><code class='language-py'>a\n  b</code></pre>", ["code py 'a\\n  b'"]),
        ("<p>a<hr>b", ["p a", "break", "p b"]),
        ("<p>1<sup>st</sup> H<sub>2</sub>O", ["p 1st H2O"]),
        ("<p><q>Go, <q>now</q></q> he said", ["p “Go, ‘now’” he said"]),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp></ruby>", ["p 漢(かん)"]),
        ("<p>你好\n世界 and\nso on", ["p 你好世界 and so on"]),
        ("<p style='white-space: pre-wrap'>a\nb", ["p a<br>b"]),
        ("<p><s>old</s> <del>struck</del> <code>x</code>", ["p s{old struck} c{x}"]),
        ("<p><input type=checkbox checked> done", ["p ☑ done"]),
        ("", []),
        ("<!-- nothing -->", []),
        ("plain words", ["p plain words"]),
    ],
    ids=str,
)  # fmt: skip
def test_a_piece_of_a_page(source: str, expected: list[str]) -> None:
    assert html(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", ["- p a", "- - p b", "- p c"]),
        ("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>", ["- p a", "- - p b", "- p c"]),
        ("<ol start=3><li>a<li>b</ol>", ["3. p a", "4. p b"]),
        ("<ol><li>a<li value=7>b<li>c</ol>", ["1. p a", "7. p b", "8. p c"]),
        ("<ol reversed><li>a<li>b</ol>", ["2. p a", "1. p b"]),
        ("<ol><li><p>a</p><p>more</p></li></ol>", ["1. p a", "1. p more"]),
        ("<li>alone", ["- p alone"]),
    ],
    ids=str,
)
def test_lists_have_the_levels_and_numbers_that_are_shown(source: str, expected: list[str]) -> None:
    assert html(source) == expected


@pytest.mark.parametrize(
    ("mark", "before", "number"),
    [("·", None, None), ("o", None, None), ("3.", None, 3), ("(b)", None, 2), ("i.", None, 1), ("i)", 8, 9)]
    + [("iv.", 3, 4), ("1.2.", None, 2), ("C.", 2, 3), ("xii)", None, 12), ("", None, None)],
)  # fmt: skip
def test_the_mark_in_front_of_an_item_is_a_number(
    mark: str, before: int | None, number: int | None
) -> None:
    assert number_of(mark, before) == number


def sham(level: int, mark: str, text: str) -> str:
    return (
        f"<p class=MsoListParagraph style='mso-list:l0 level{level} lfo1'><![if !supportLists]><span>"
        f"<span style='mso-list:Ignore'>{mark}<span>&nbsp;&nbsp; </span></span></span><![endif]>{text}</p>\n"
    )


def test_paragraphs_that_word_takes_for_lists_are_lists() -> None:
    found = html(
        sham(1, "·", "a") + sham(2, "1.", "b") + sham(2, "2.", "c") + sham(1, "·", "d") + "<p>e"
    )
    assert found == ["- p a", "- 1. p b", "- 2. p c", "- p d", "p e"]


def test_marks_that_were_taken_for_text_are_lists_again() -> None:
    source = "<p class=MsoListParagraph>·&nbsp;&nbsp;&nbsp; a</p><p class=MsoListParagraph>·&nbsp;&nbsp; b</p>"
    assert html(source) == ["- p a", "- p b"]


def test_word_on_the_web_writes_a_list_around_each_item() -> None:
    source = "".join(
        f"<div><ul><li data-aria-level='{level}'><p>{text}</p></li></ul></div>"
        for level, text in ((1, "a"), (2, "b"), (1, "c"))
    )
    assert html(source) == ["- p a", "- - p b", "- p c"]


def test_only_what_was_copied_of_word_is_read_and_its_headings_are_headings() -> None:
    source = (
        "Version:1.0\r\nStartHTML:0000000105\r\nEndHTML:0000000200\r\n<html xmlns:o='urn:schemas-microsoft-com:office'>"
        "<head><title>No</title><style>p.Own {mso-outline-level:2} span.St {font-style:italic}</style></head><body>no"
        "<!--StartFragment--><p class=MsoHeading8>Eight</p><p class=Own>Two</p><p class=MsoTitle>Title</p>"
        "<p class=MsoNormal>It<span style='mso-spacerun:yes'>&nbsp; </span>was <span class=St>late</span>"
        "<span style='mso-hide:all;display:none'>gone</span><o:p></o:p></p><p><o:p>&nbsp;</o:p></p>"
        "<!--EndFragment-->nor this</body></html>"
    )
    assert html(source, is_fragment=True) == ["h6 Eight", "h2 Two", "h1 Title", "p It was i{late}"]
    manuscript, _ = read_and_said(Kind.HTML, b"<p class=MsoTitle>The Salt Road</p><p>x")
    assert (manuscript.metadata.title, lines(manuscript)) == ("The Salt Road", ["p x"])


def test_google_docs_is_bold_where_it_looks_bold() -> None:
    source = (
        "<b style='font-weight:normal'><p><span style='font-weight:400'>a </span><span style='font-weight:700;"
        "text-decoration:line-through'>b</span> <a href='https://www.google.com/url?q=https://example.org/&amp;sa=D'>c</a></p></b>"
    )
    assert html(source) == ["p a bs{b} [c](https://example.org/)"]


def test_styles_of_the_page_count() -> None:
    source = (
        "<style>/* x */ .c1{font:italic bold 12px serif} em.n{font-style:normal} .h{display:none}"
        "@media print{.c2{font-weight:bold}} h2{font-weight:normal;font-style:italic}</style>"
        "<p class=c1>a</p><p class=c2>b <em class=n>c</em></p><p class=h>d</p><h2>e</h2>"
    )
    assert html(source) == ["p bi{a}", "p b c", "h2 e"]


NOTES = {
    "Word": (
        "<p>a<a style='mso-footnote-id:ftn1' href='#_ftn1' name='_ftnref1'><span>[1]</span></a> b</p><div "
        "style='mso-element:footnote-list'><br clear=all><hr><div style='mso-element:footnote' id=ftn1><p>"
        "<a href='#_ftnref1' name='_ftn1'>[1]</a> Not <i>me</i>.</p></div></div>"
    ),
    "Google Docs": (
        "<p>a<sup><a href='#ftnt1' id='ftnt_ref1'>[1]</a></sup> b</p><hr><div><p><a href='#ftnt_ref1' id='ftnt1'>[1]</a>"
        "<span>&nbsp;Not <i>me</i>.</span></p></div>"
    ),
    "LibreOffice": (
        "<p>a<a class='sdfootnoteanc' name='sdfootnote1anc' href='#sdfootnote1sym'><sup>1</sup></a> b</p><div id='sdfootnote1'>"
        "<p><a class='sdfootnotesym' name='sdfootnote1sym' href='#sdfootnote1anc'>1</a> Not <i>me</i>.</p></div>"
    ),
    "pandoc": (
        "<p>a<a href='#fn1' class='footnote-ref' id='fnref1' role='doc-noteref'><sup>1</sup></a> b</p><section role='doc-endnotes'>"
        "<hr><ol><li id='fn1'><p>Not <i>me</i>. <a href='#fnref1' class='footnote-back'>↩</a></p></li></ol></section>"
    ),
    "an encyclopedia": (
        "<p>a<sup id='cite_ref-1' class='reference'><a href='#cite_note-1'>[1]</a></sup> b</p><ol class='references'>"
        "<li id='cite_note-1'><span><b><a href='#cite_ref-1'>^</a></b></span> <span>Not <i>me</i>.</span></li></ol>"
    ),
    "a book": (
        "<p>a<a epub:type='noteref' href='#n1'>*</a> b</p><aside epub:type='footnote' id='n1'>Not <i>me</i>.</aside>"
    ),
}  # fmt: skip


@pytest.mark.parametrize("program", NOTES)
def test_notes_are_notes_whoever_wrote_them(program: str) -> None:
    assert html(NOTES[program]) == ["p a[^1] b", "note 1 p Not i{me}."]


def test_small_links_that_lead_to_each_other_in_headings_are_no_notes() -> None:
    source = "<p><a id=t1 href='#s1'>1</a></p><h2 id=s1><a href='#t1'>1</a> First</h2>"
    assert html(source) == ["p [1](#s1)", "h2 [1](#t1) First"]


def test_comments_are_kept_as_comments() -> None:
    source = (
        "<p>a<a class=msocomanchor href='#_msocom_1' name='_msoanchor_1'>[A1]</a> b</p><div style='mso-element:comment-list'>"
        "<div id='_com_1' class=msocomtxt><span style='mso-comment-author:\"Anna\"'><a name='_msocom_1'></a></span>"
        "<p><a href='#_msoanchor_1'>[A1]</a>Who?</p></div></div>"
    )
    assert html(source) == ["p a<!-- anna: Who? --> b"] or html(source) == [
        "p a<!-- Anna: Who? --> b"
    ]


def test_nothing_of_a_page_is_alive_or_hidden() -> None:
    source = (
        "<head><title>No</title></head><script>no()</script><style>p{}</style><noscript>no</noscript><template>no</template>"
        "<p hidden>no</p><p style='visibility:hidden'>no</p><svg><text>no</text></svg><iframe src=x>no</iframe>"
        "<button>no</button><p>Here <a href='javascript:alert(1)'>it</a> <a href='vbscript:x'>is</a>"
        "<a class=anchor href='#x'>#</a><img src='file:///etc/passwd' alt='a map'><img src=x width=1 height=1></p>"
    )
    manuscript, report = read_and_said(Kind.HTML, source.encode())
    assert lines(manuscript) == ["p Here it isa map"]
    said = [each.what for each in report.left_out]
    assert {"hidden text", "drawing", "form fields and buttons"} <= set(said)
    assert len([each for each in said if each.startswith("link to")]) == 1


def test_a_picture_in_the_page_is_kept_beside_the_text() -> None:
    data = base64.b64encode(PIXEL).decode()
    source = f"<p><img src='data:image/png;base64,{data}' alt='A tower'><img src='data:image/svg+xml,<svg/>'>"
    manuscript, report = read_and_said(Kind.HTML, source.encode())
    assert lines(manuscript) == ["p ![A tower](picture-1.png)"]
    assert manuscript.pictures["picture-1.png"].data == PIXEL
    assert report.left_out


def test_only_a_page_of_our_own_has_tables_without_a_head() -> None:
    table = "<table><tr><td>a<td>b</table>"
    assert html(table) == ["head a | b"]
    assert html(f"<meta name=generator content=Cowrite>{table}") == ["row a | b"]


def test_a_list_to_be_ticked_off_keeps_its_ticks() -> None:
    box = "<img src='data:image/png;base64,AA' alt=checked aria-roledescription='checked checkbox'>"
    source = f"<ul><li role=checkbox>{box}<p style='display:inline-block'>done</p></li></ul>"
    assert html(source) == ["- p ☑ done"]


def test_tables_that_only_put_things_in_places_fall_apart() -> None:
    assert html("<table><tr><td><h2>a</h2></td><td>b</td></tr></table>") == ["h2 a", "p b"]
    source = "<table><thead><tr><td>a<td>b</thead><tr><td colspan=2>c<p>d</table>"
    assert html(source) == ["head a | b", "row c<br>d | "]
    source = "<table><tr><td rowspan=2>a<td>b<tr><td>c<ul><li>x<li>y</ul></table>"
    assert html(source) == ["head a | b", "row  | c<br>• x<br>• y"]


def test_changes_with_a_date_or_an_author_are_tracked_ones() -> None:
    source = "<p>a <del cite='mailto:Anna%20B' datetime='2026-01-01T00:00'>b</del><ins cite='mailto:Anna%20B'>c</ins>"
    manuscript, report = read_and_said(Kind.HTML, source.encode())
    assert lines(manuscript) == ["p a c"]
    assert report.accepted == {"deletion": 1, "insertion": 1}
    assert html(source, keep_changes=True) == ["p a deleted(Anna B){b}inserted(Anna B){c}"]


@pytest.mark.parametrize(
    ("encoding", "head"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("utf-16-le", ""), ("cp1252", "<meta charset=iso-8859-1>")]
    + [("cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">')]
    + [("gb18030", "<meta charset='gb2312'>"), ("cp932", "<meta charset=shift_jis>"), ("utf-8", "<meta charset=utf-16>")],
)  # fmt: skip
def test_a_page_is_read_in_the_encoding_that_it_is_in(encoding: str, head: str) -> None:
    text = {
        "cp1252": "“Grüße” – €",
        "cp1251": "Привет",
        "gb18030": "“你好”，世界",
        "cp932": "日本語の表",
    }.get(encoding, "日本 ü €")
    assert read_lines(Kind.HTML, f"<html><head>{head}</head><p>{text}</p>".encode(encoding)) == [
        f"p {text}"
    ]


def test_a_page_that_does_not_say_its_encoding_is_guessed() -> None:
    text = "В начале было слово, и это слово было написано неразборчиво."
    assert read_lines(Kind.HTML, f"<p>{text}</p>".encode("cp1251")) == [f"p {text}"]


@pytest.mark.parametrize(
    "data",
    [b"PK\x03\x04abc", b"%PDF-1.4", bytes(range(256)) * 20, b"{\\rtf1 a}"],
    ids=["zip", "pdf", "bytes", "rtf"],
)
def test_what_is_no_page_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(UserError, match="no web page"):
        read_lines(Kind.HTML, data)


def test_depth_is_bounded_without_a_fault() -> None:
    assert html("<div>" * 500 + "x") == ["p x"]
    assert html("<blockquote><ul><li>" * 100 + "x")[0].endswith("p x")
    with pytest.raises(UserError, match="deeply"):
        html("<div>" * 100_000 + "x")
    with pytest.raises(UserError, match="larger"):
        html("<b>" * 1_000_000)


TAGS = [
    "p",
    "b",
    "i",
    "ul",
    "ol",
    "li",
    "table",
    "tr",
    "td",
    "th",
    "h1",
    "blockquote",
    "pre",
    "a href='#x'",
    "br",
    "hr",
]
TAGS += [
    "img src=x",
    "ins cite=x",
    "div style='mso-list:l0 level3'",
    "sup",
    "q",
    "ruby",
    "rt",
    "p class=MsoListParagraph",
]


@given(
    st.lists(
        st.sampled_from(
            [f"<{tag}>" for tag in TAGS]
            + [f"</{tag.split()[0]}>" for tag in TAGS]
            + ["a ", "\u00a0", "1.", "\n"]
        )
    ),
    st.booleans(),
)
def test_whatever_tags_come_every_word_arrives_once_and_tidied(
    pieces: list[str], keep: bool
) -> None:
    source = "".join(f"w{at}x" if each == "a " else each for at, each in enumerate(pieces))
    manuscript, _ = read_and_said(Kind.HTML, source.encode(), keep_changes=keep)
    assert tidy(manuscript) == manuscript
    text = "\n".join(lines(manuscript))
    for at, each in enumerate(pieces):
        if each == "a ":
            assert text.count(f"w{at}x") == 1


@given(st.binary(max_size=300))
def test_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        manuscript, _ = read_and_said(Kind.HTML, data)
    except UserError:
        return
    assert tidy(manuscript) == manuscript


def test_comments_of_word_of_which_only_a_part_was_copied_are_no_text() -> None:
    source = (
        "<p>a<a class=msocomanchor href='#_msocom_1'>[A1]</a> b</p><div style='mso-element:comment-list'>"
        "<div style='mso-element:comment'><p class=MsoCommentText>Why?</p></div></div>"
    )
    assert html(source) == ["p a b"]
