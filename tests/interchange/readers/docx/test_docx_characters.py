"""Single characters, blanks, breaks between lines, pages and scenes."""

from __future__ import annotations

import pytest
from support.docx_files import lines, par, run, said, style


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<w:t>a</w:t><w:br/><w:t>b</w:t>", ["p a<br>b"]),
        ("<w:t>a</w:t><w:cr/><w:t>b</w:t>", ["p a<br>b"]),
        ('<w:t>a</w:t><w:br w:type="textWrapping" w:clear="all"/><w:t>b</w:t>', ["p a<br>b"]),
        ("<w:t>a</w:t><w:tab/><w:t>b</w:t>", ["p a b"]),
        ("<w:t>a</w:t><w:ptab/><w:t>b</w:t>", ["p a b"]),
        ("<w:t>e</w:t><w:noBreakHyphen/><w:t>mail</w:t>", ["p e\u2011mail"]),
        ("<w:t>hy</w:t><w:softHyphen/><w:t>phen</w:t>", ["p hy\u00adphen"]),
        ("<w:t>a\u00a0b\u202fc\u3000d</w:t>", ["p a\u00a0b\u202fc\u3000d"]),
        ("<w:t>a</w:t><w:lastRenderedPageBreak/><w:t>b</w:t>", ["p ab"]),
        ('<w:t>a</w:t><w:br w:type="page"/><w:t>b</w:t>', ["p a", "p b"]),
        ('<w:br w:type="page"/><w:t>b</w:t>', ["p b"]),
        ('<w:t>a</w:t><w:br w:type="column"/>', ["p a"]),
        ('<w:sym w:font="Symbol" w:char="F061"/>', ["p α"]),
        ('<w:sym w:font="Symbol" w:char="0061"/>', ["p α"]),
        ('<w:sym w:font="Wingdings" w:char="F0FC"/>', ["p ✓"]),
        ('<w:sym w:font="Segoe UI Symbol" w:char="2660"/>', ["p ♠"]),
        ('<w:rPr><w:rFonts w:ascii="Wingdings"/></w:rPr><w:t>\uf04a</w:t>', ["p ☺"]),
        ("<w:t>\n   a\n   b\n</w:t>", ["p a b"]),
        ('<w:t xml:space="preserve"> a </w:t><w:t xml:space="preserve"> b</w:t>', ["p a b"]),
        ("<w:t>👨\u200d👩\u200d👧 naïve</w:t>", ["p 👨\u200d👩\u200d👧 naïve"]),
        (
            "<w:ruby><w:rt><w:r><w:t>かんじ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>漢字</w:t></w:r></w:rubyBase></w:ruby>",
            ["p 漢字（かんじ）"],
        ),
    ],
)  # fmt: skip
def test_in_a_run(inner: str, expected: list[str]) -> None:
    assert lines(f"<w:p><w:r>{inner}</w:r></w:p>") == expected


@pytest.mark.parametrize("char", ["F0EE", "xyz", "", "D800", "FFFFFFFF"])
def test_signs_that_are_not_known_are_said(char: str) -> None:
    body = par(run("a") + f'<w:r><w:sym w:font="Marlett" w:char="{char}"/></w:r>')
    assert lines(body) == ["p a"]
    assert said(body) == {"sign of a font that is not known"}


RULE = '<w:r><w:pict><v:rect style="height:1.5pt" o:hr="t" o:hrstd="t"/></w:pict></w:r>'


def border(*sides: str) -> str:
    return (
        "<w:pBdr>" + "".join(f'<w:{side} w:val="single" w:sz="6"/>' for side in sides) + "</w:pBdr>"
    )


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        (par("***"), ["hr"]),
        (par("* * *"), ["hr"]),
        (par("#", '<w:jc w:val="center"/>'), ["hr #"]),
        (par("⁂"), ["hr ⁂"]),
        (par(RULE), ["hr"]),
        (par("", border("bottom")), ["hr"]),
        (par("", border("top")), ["hr"]),
        (par("", border("bottom")) + par("", border("bottom")), ["hr"]),
        (par("", border("top", "left", "bottom", "right")), []),
        (par("", border("left")), []),
        (par("", '<w:pBdr><w:bottom w:val="nil"/></w:pBdr>'), []),
        (par(""), []),
        (par(run("  ")), []),
        (par("", '<w:pStyle w:val="HL"/>'), ["hr"]),
        (par("Text", '<w:pStyle w:val="HL"/>'), ["p Text"]),
        (par("Text", border("bottom")), ["p Text", "hr"]),
        (par("Text", border("top")), ["hr", "p Text"]),
        (par("Text", border("top", "bottom", "left", "right")), ["p Text"]),
        (par("One", border("bottom")) + par("Two", border("bottom")), ["p One", "p Two", "hr"]),
        (par(run("Text") + RULE), ["p Text", "hr"]),
    ],
)
def test_between_scenes(between: str, expected: list[str]) -> None:
    styles = style("HL", "Horizontal Line", f"<w:pPr>{border('bottom')}</w:pPr>")
    assert lines(par("A") + between + par("B"), styles=styles) == ["p A", *expected, "p B"]


def test_the_large_letter_of_a_chapter_belongs_to_its_word() -> None:
    drop = par("T", '<w:framePr w:dropCap="drop" w:lines="3" w:wrap="around"/>')
    assert lines(drop + par("he ferry left.")) == ["p The ferry left."]
    assert lines(par("Boxed.", '<w:framePr w:w="2000"/>') + par("Text.")) == ["p Boxed.", "p Text."]


def test_equations_keep_their_characters_and_that_is_said() -> None:
    body = par(
        run("See ")
        + "<m:oMath><m:r><m:t>x</m:t></m:r><m:sSup><m:e><m:r><m:t>y</m:t></m:r></m:e></m:sSup></m:oMath>"
    )
    assert lines(body) == ["p See xy"]
    assert any("equation" in each for each in said(body))
    assert lines("<m:oMathPara><m:oMath><m:r><m:t>a=b</m:t></m:r></m:oMath></m:oMathPara>") == [
        "p a=b"
    ]
