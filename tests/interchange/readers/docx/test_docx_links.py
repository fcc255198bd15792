"""Links and other fields, whole and broken."""

from __future__ import annotations

import pytest
from support.docx_files import lines, par, relation, run, said


def char(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def instruction(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def field(code: str, shown: str | None) -> str:
    result = "" if shown is None else char("separate") + run(shown)
    return char("begin") + instruction(code) + result + char("end")


RELATED = (
    relation("rId5", "hyperlink", "https://example.org/a_b?x=1&amp;y=2", external=True)
    + relation("rId6", "hyperlink", "javascript:alert(1)", external=True)
    + relation("rId7", "hyperlink", "file:///C:/secret.doc", external=True)
    + relation("rId8", "hyperlink", "mailto:ann@example.org", external=True)
)


def linked(mark: str, content: str = "", more: str = "") -> str:
    return f'<w:hyperlink r:id="{mark}" {more}>{content or run("here")}</w:hyperlink>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (linked("rId5"), "[here](https://example.org/a_b?x=1&y=2)"),
        (linked("rId5", more='w:anchor="p"'), "[here](https://example.org/a_b?x=1&y=2#p)"),
        (linked("rId5", run("a") + run("b", "<w:i/>")), "[a](https://example.org/a_b?x=1&y=2)[<i>b</i>](https://example.org/a_b?x=1&y=2)"),
        (linked("rId8"), "[here](mailto:ann@example.org)"),
        (linked("rId6"), "here"),
        (linked("rId7"), "here"),
        (linked("nowhere"), "here"),
        (f'<w:hyperlink w:anchor="ch2">{run("here")}</w:hyperlink>', "[here](#ch2)"),
        (field(' HYPERLINK "https://e.org/x" ', "here"), "[here](https://e.org/x)"),
        (field(' HYPERLINK "https://e.org/x" \\l "part two" \\o "A tip" \\t "_blank"', "here"), "[here](https://e.org/x#part%20two)"),
        (field(' HYPERLINK \\l "part"', "here"), "[here](#part)"),
        (field("HYPERLINK https://e.org/x", "here"), "[here](https://e.org/x)"),
        (field(' hyperlink "javascript:alert(1)"', "here"), "here"),
        (field(" PAGEREF x \\h ", "17"), "17"),
        (field(' DATE \\@ "d. M. yyyy" ', "3. 4. 1911"), "3. 4. 1911"),
        (field(" XE &quot;ferry&quot; ", None), ""),
        (field(' IF 1 = 1 "a" "b" ', "a"), "a"),
        (f'<w:fldSimple w:instr=" HYPERLINK &quot;https://e.org/&quot; ">{run("here")}</w:fldSimple>', "[here](https://e.org/)"),
        (f'<w:fldSimple w:instr=" AUTHOR ">{run("Ann")}</w:fldSimple>', "Ann"),
        (field(r" EQ \* jc2 \* hps10 \o\ad(\s\up 9(かんじ),漢字)", None), "漢字"),
        (field(r" eq \o\ac(○,秘)", None), "秘"),
        (field(r" EQ \f(1,2)", None), ""),
        (char("end") + run("x"), "x"),
        (char("separate") + run("x"), "x"),
        (char("begin") + instruction(" REF a ") + run("x"), ""),
        (
            char("begin") + instruction(" OUTER ") + field(" INNER ", "1") + char("separate") + run("x")
            + char("end"),
            "x",
        ),
    ],
)  # fmt: skip
def test_fields_and_links(content: str, expected: str) -> None:
    body = par(run("a ") + content + run(" b")) + par("Next.")
    end = "" if content.startswith(char("begin") + instruction(" REF a ")) else " b"
    assert lines(body, related=RELATED) == [" ".join(f"p a {expected}{end}".split()), "p Next."]


@pytest.mark.parametrize("mark", ["rId6", "rId7"])
def test_links_that_lead_to_what_is_not_the_web_are_said(mark: str) -> None:
    assert any("link" in each for each in said(par(linked(mark)), related=RELATED))


@pytest.mark.parametrize(
    "content",
    [
        char("begin") + instruction(' HYPERLINK "https://e.org/" ') + char("separate") + run("here"),
        char("begin") + instruction(' HYPERLINK "https://e.org/" ') + char("separate") + run("here")
        + f'<w:del w:id="1">{char("end")}</w:del>',
    ],
)  # fmt: skip
def test_a_link_without_an_end_goes_no_further_than_its_paragraph(content: str) -> None:
    assert lines(par(content) + par("Next.")) == ["p [here](https://e.org/)", "p Next."]


def test_a_link_whose_beginning_was_deleted_is_none() -> None:
    begun = char("begin") + instruction(' HYPERLINK "https://e.org/" ') + char("separate")
    body = par(f'<w:del w:id="1">{begun}</w:del>{run("here")}{char("end")}{run(" b")}')
    assert lines(body) == ["p here b"]


def test_a_field_over_paragraphs() -> None:
    body = (
        par(char("begin") + instruction(" INDEX ") + char("separate") + run("one")) + par("two")
        + par(run("three") + char("end")) + par("Next.")
    )  # fmt: skip
    assert lines(body) == ["p one", "p two", "p three", "p Next."]


def test_links_to_headings_call_them_by_their_words() -> None:
    def place(name: str) -> str:
        return f'<w:bookmarkStart w:id="1" w:name="{name}"/>'

    level = '<w:outlineLvl w:val="0"/>'
    body = (
        par(f'<w:hyperlink w:anchor="_toc1">{run("there")}</w:hyperlink>')
        + par(place("_Toc1") + run("In the Harbour!"), level)
        + par(place("_Toc2") + run("In the harbour"), level)
        + par(field(' HYPERLINK \\l "_Toc2"', "again") + place("text") + linked_to("text"))
    )
    assert lines(body) == [
        "p [there](#in-the-harbour)",
        "h1 In the Harbour!",
        "h1 In the harbour",
        "p [again](#in-the-harbour-1)[here](#text)",
    ]


def linked_to(anchor: str) -> str:
    return f'<w:hyperlink w:anchor="{anchor}">{run("here")}</w:hyperlink>'
