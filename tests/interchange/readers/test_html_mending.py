# ruff: noqa: E501
"""HTML that leaves things open or that an old parser does not know, fonts of signs, and chapters in lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interchange.readers.read_lines import lines, read_and_said

from cowrite.interchange.kinds import Kind
from cowrite.interchange.readers.html.mending import mended


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>light<wbr>house</p><p>next", ["p lighthouse", "p next"]),
        ('<p>x<picture><source srcset="a.webp"><img src="https://e.org/c.png" alt="C"></picture>y', ["p x![C](https://e.org/c.png)y"]),
        ("<b><p>bold</p></b><i><p>x</p>y</i><p>not", ["p b{bold}", "p i{x}", "p i{y}", "p not"]),
        ("<p><b>bold<p>still</b><p>not", ["p b{bold}", "p b{still}", "p not"]),
        ("<ul><li><b>one<li>two</ul><p>z", ["- p b{one}", "- p two", "p z"]),
        ("<table><tr><td><b>x<td>y<tr><td><i>z<td>w</table>", ["head b{x} | y", "row i{z} | w"]),
        ("<b><ul><li>one<li>two</ul></b>", ["- p b{one}", "- p b{two}"]),
        ("<ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby>", ["p 漢(かん)字（じ）"]),
        ("<ruby>明日<rp>（<rt>あした<rp>）</ruby>。", ["p 明日（あした）。"]),
        ('<p><span style="font-family:Wingdings">J</span> <font face="Symbol">a</font> <span style="mso-char-type:symbol;mso-symbol-font-family:Wingdings">à</span>', ["p ☺ α →"]),
        ('<p><span style="text-emphasis: dot">重点</span>', ["p i{重点}"]),
        ('<p>f<span class="katex"><math><semantics><mi>x</mi><annotation>x^2</annotation></semantics></math><span class="katex-html">x2</span></span>', ["p fx^2"]),
        ('<ul><li><img alt="checked" src="x.png" aria-roledescription="checkbox">task</ul>', ["- p ☑ task"]),
        ("<ol><li><h1>One</h1><ol><li><h2>In it</h2></ol><li><h1>Two</h1></ol><p>x", ["h1 One", "h2 In it", "h1 Two", "p x"]),
        ("<ol><li><h3>Head</h3><p>text</ol>", ["1. h3 Head", "1. p text"]),
    ],
)  # fmt: skip
def test_as_a_browser_shows_it(source: str, expected: list[str]) -> None:
    manuscript, _ = read_and_said(Kind.HTML, f"<html><body>{source}</body></html>".encode())
    assert lines(manuscript) == expected


@pytest.mark.parametrize("head", ["", "<meta charset='utf-8'>", "<head><title>T</title>"])
def test_a_style_begins_the_text(head: str) -> None:
    source = f"{head}<b style='font-weight:normal'><h2>On the pier</h2><p>x</p></b>"
    manuscript, _ = read_and_said(Kind.HTML, source.encode(), is_fragment=True)
    assert lines(manuscript) == ["h2 On the pier", "p x"]


def test_merged_cells_are_said() -> None:
    _, report = read_and_said(Kind.HTML, b"<table><tr><td colspan=2>m<tr><td>a<td>b</table>")
    assert [each.what for each in report.left_out] == [
        "merged cells; their text stands in the first one"
    ]


@given(st.lists(st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<td>", "</td>", "<li>", "<ul>", "</ul>", "<table>", "</table>", "<rt>", "<rp>", "</ruby>", "w", "<p>"])))  # fmt: skip
def test_no_character_is_lost_or_doubled(pieces: list[str]) -> None:
    assert mended("".join(pieces)).count("w") == pieces.count("w")
