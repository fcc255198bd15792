# ruff: noqa: E501
"""What LibreOffice writes into ODT: labels of headings, links to them, fonts of signs, formulas, merged cells."""

from __future__ import annotations

from interchange.readers.read_lines import lines, read_and_said
from interchange.readers.test_odt_reader import SPACES, odt

from cowrite.interchange.kinds import Kind

MATH = 'xmlns="http://www.w3.org/1998/Math/MathML"'
LISTS = (
    '<text:list-style style:name="Ch"><text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." style:num-prefix="第" style:num-suffix="章"/>'
    '<text:list-level-style-number text:level="2" style:num-format="A" style:num-prefix="Section " text:display-levels="2"/></text:list-style>'
    '<style:style style:name="W" style:family="text"><style:text-properties style:font-name="Wingdings1"/></style:style>'
    '<style:style style:name="D" style:family="text"><style:text-properties style:text-emphasize="dot above"/></style:style>'
)


def outline(level: int, form: str, prefix: str) -> str:
    return f'<text:outline-level-style text:level="{level}" style:num-format="{form}" style:num-prefix="{prefix}"/>'


def read(body: str, parts: dict[str, bytes] | None = None) -> tuple[list[str], set[str]]:
    manuscript, report = read_and_said(Kind.ODT, odt(body, styles=LISTS, parts=parts))
    return lines(manuscript), {each.what for each in report.left_out}


def heading(text: str, level: int = 1, more: str = "") -> str:
    return f'<text:h text:outline-level="{level}"{more}>{text}</text:h>'


def item(content: str) -> str:
    return f"<text:list-item>{content}</text:list-item>"


def test_labels_of_headings_by_the_outline() -> None:
    style = f'<text:outline-style style:name="O">{outline(1, "I", "Chapter ")}{outline(2, "1", "")}</text:outline-style>'
    styles = f"<office:document-styles {SPACES}><office:styles>{style}</office:styles></office:document-styles>"
    body = (
        heading("One") + heading("In it", 2) + heading("Two")
        + heading("Begins", 1, ' text:restart-numbering="true" text:start-value="7"')
        + heading("Without", 1, ' text:is-list-header="true"')
    )  # fmt: skip
    found, said = read(body, {"styles.xml": styles.encode()})
    assert found == ["h1 Chapter I One", "h2 In it", "h1 Chapter II Two", "h1 Chapter VII Begins", "h1 Without"]  # fmt: skip
    assert said == {"numbers of headings"}


def test_labels_of_headings_in_lists() -> None:
    inner = f"<text:list>{item(heading('小节', 2))}</text:list>"
    first, last = (
        item(heading("风暴") + inner),
        item(heading("归途")) + item("<text:p>text</text:p>"),
    )
    body = (
        f'<text:list text:style-name="Ch" xml:id="l1">{first}</text:list><text:p>x</text:p>'
        f'<text:list text:style-name="Ch" text:continue-numbering="true">{last}</text:list>'
    )
    found, _ = read(body)
    assert found == [
        "h1 第一章 风暴",
        "h2 Section 一.A 小节",
        "p x",
        "h1 第二章 归途",
        "p 第三章 text",
    ]


def test_links_to_headings_have_their_names() -> None:
    body = (
        '<text:p><text:a xlink:href="#2.1.The pier|outline">a</text:a> <text:a xlink:href="#mark">b</text:a> '
        '<text:a xlink:href="#_Toc1">c</text:a> <text:a xlink:href="#elsewhere">d</text:a> <text:a xlink:href="#Gone|outline">e</text:a></text:p>'
        + heading('<text:bookmark-start text:name="mark"/>The pier<text:bookmark-end text:name="mark"/>')
    )  # fmt: skip
    manuscript, report = read_and_said(Kind.ODT, odt(body))
    links = [
        each.link.address if each.link else "" for each in manuscript.blocks[0].content if each.text.strip()
    ]  # fmt: skip
    assert links == ["#the-pier", "", "#elsewhere", "#Gone|outline"]
    assert [each.what for each in report.left_out] == [
        "link to a place that is no heading; its words are kept"
    ]


def test_signs_dots_formulas_and_merged_cells() -> None:
    formula = f"<math {MATH}><semantics><mrow><mi>a</mi><mo>=</mo><mn>1</mn></mrow><annotation>a = 1</annotation></semantics></math>"
    body = (
        '<text:p><text:span text:style-name="W">J\uf0fc</text:span> <text:span text:style-name="D">重点</text:span> '
        '<draw:frame><draw:object xlink:href="./Object 1"/><draw:image xlink:href="x"/></draw:frame></text:p>'
        '<table:table><table:table-row><table:table-cell table:number-columns-spanned="2"><text:p>m</text:p></table:table-cell><table:covered-table-cell/></table:table-row></table:table>'
    )
    found, said = read(body, {"Object 1/content.xml": formula.encode()})
    assert found == ["p ☺✓ i{重点} a=1", "head m | "]
    assert said == {
        "layout of an equation; its characters are kept",
        "merged cells; their text stands in the first one",
    }
