"""The numbers that Word shows, and levels."""

from __future__ import annotations

import pytest
from support.docx_files import lines, par, style


def level(index: int, form: str = "decimal", text: str | None = None, more: str = "") -> str:
    shown = f"%{index + 1}." if text is None else text
    return f'<w:lvl w:ilvl="{index}">{more}<w:numFmt w:val="{form}"/><w:lvlText w:val="{shown}"/></w:lvl>'


def definition(mark: int, *levels: str, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{mark}">{more}{"".join(levels)}</w:abstractNum>'


def num(mark: int, abstract: int, more: str = "") -> str:
    return f'<w:num w:numId="{mark}"><w:abstractNumId w:val="{abstract}"/>{more}</w:num>'


def start_at(index: int, number: int) -> str:
    return f'<w:lvlOverride w:ilvl="{index}"><w:startOverride w:val="{number}"/></w:lvlOverride>'


def item(text: str, list_id: int, index: int = 0) -> str:
    return par(text, f'<w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{list_id}"/></w:numPr>')


IN_FIRST = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
NUMBERS = (
    definition(0, level(0), level(1, "lowerLetter"), level(2, "lowerRoman"))
    + definition(1, level(0, "bullet", "•"), level(1, "bullet", "o"))
    + definition(2, level(0, more='<w:start w:val="5"/>'), level(1, more='<w:lvlRestart w:val="0"/>'))
    + definition(3, level(0, "none", ""), level(1, "decimal", ""))
    + definition(4, level(0, "decimal", "Step %1:"))
    + num(1, 0) + num(2, 1) + num(3, 2) + num(4, 0) + num(5, 0, start_at(0, 1)) + num(6, 3) + num(7, 4)
    + definition(5, level(0, "bullet", ""), level(1, "bullet", "", '<w:lvlPicBulletId w:val="0"/>')) + num(8, 5)
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(
            item("a", 1) + par("Text.") + item("b", 1) + item("c", 1),
            ["1. a", "p Text.", "2. b", "3. c"],
            id="goes on after a paragraph",
        ),
        pytest.param(item("a", 3) + item("b", 3), ["5. a", "6. b"], id="begins at five"),
        pytest.param(
            item("a", 1) + item("b", 5) + item("c", 5), ["1. a", "1. b", "2. c"], id="begins again"
        ),
        pytest.param(
            item("a", 1) + par("T") + item("b", 4), ["1. a", "p T", "2. b"],
            id="two lists of one definition count together",
        ),
        pytest.param(
            item("a", 1) + item("b", 1, 1) + item("c", 1, 1) + item("d", 1) + item("e", 1, 1),
            ["1. a", "   1. b", "   2. c", "2. d", "   1. e"],
            id="levels, and inner ones begin again",
        ),
        pytest.param(
            item("a", 3) + item("b", 3, 1) + item("c", 3) + item("d", 3, 1),
            ["5. a", "   1. b", "6. c", "   2. d"],
            id="an inner level that never begins again",
        ),
        pytest.param(
            item("a", 2) + item("b", 2, 1) + item("c", 2), ["- a", "  - b", "- c"], id="bullets"
        ),
        pytest.param(
            item("a", 2) + item("b", 1, 1) + item("c", 1, 1), ["- a", "  1. b", "  2. c"],
            id="numbers in bullets",
        ),
        pytest.param(item("a", 1, 2) + item("b", 1), ["1. a", "1. b"], id="begins deep"),
        pytest.param(item("a", 8) + item("b", 8, 1), ["p a", "- b"], id="bullets without a sign"),
        pytest.param(item("a", 6) + item("b", 6, 1), ["p a", "p b"], id="a list that shows nothing"),
        pytest.param(item("a", 0), ["p a"], id="taken out of its list"),
        pytest.param(item("a", 99), ["p a"], id="a list that there is not"),
        pytest.param(item("a", 7) + item("b", 7), ["p Step 1: a", "p Step 2: b"], id="words"),
        pytest.param(
            item("a", 1) + item("", 1) + item("c", 1), ["1. a", "3. c"], id="an empty item counts"
        ),
        pytest.param(item("a", 2) + par("") + item("b", 2, 1), ["- a", "  - b"], id="an empty line"),
        pytest.param(
            item("a", 1) + par("", IN_FIRST + '<w:rPr><w:del w:id="1"/></w:rPr>') + item("b", 1),
            ["1. a", "2. b"], id="a deleted item does not count",
        ),
    ],
)  # fmt: skip
def test_numbers(body: str, expected: list[str]) -> None:
    found = lines(body, numbering=NUMBERS)
    assert [line.rstrip() for line in found] == expected


def test_numbers_of_styles() -> None:
    linked = definition(
        0, level(0, more='<w:pStyle w:val="L1"/>'), level(1, more='<w:pStyle w:val="L2"/>')
    )
    styles = (
        style("L1", "List Number", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
        + style("L2", "List Number 2", '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
        + style("L3", "Mine", '<w:basedOn w:val="L1"/>')
        + style("Off", "Off", '<w:basedOn w:val="L1"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>')
        + style("More", "List Continue")
    )  # fmt: skip
    body = "".join(
        par(text, f'<w:pStyle w:val="{each}"/>')
        for text, each in (("a", "L1"), ("b", "L2"), ("more", "More"), ("c", "L3"), ("d", "Off"))
    )
    assert lines(body, numbering=linked + num(1, 0), styles=styles) == [
        "1. a", "   1. b", "      p more", "2. c", "p d",
    ]  # fmt: skip


def test_lists_through_a_style_of_lists_and_levels_that_are_replaced() -> None:
    numbering = (
        definition(0, more='<w:numStyleLink w:val="MyList"/>')
        + definition(1, level(0, "decimal"), more='<w:styleLink w:val="MyList"/>')
        + num(1, 0)
        + num(2, 1)
        + num(3, 1, f'<w:lvlOverride w:ilvl="0">{level(0, "bullet", "•")}</w:lvlOverride>')
    )
    named = '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>'
    styles = style("MyList", "My list", named, "numbering")
    body = item("a", 1) + item("b", 2) + item("c", 3)
    assert lines(body, numbering=numbering, styles=styles) == ["1. a", "2. b", "- c"]


def test_a_level_alone_belongs_to_the_list_of_the_style() -> None:
    styles = style("L", "L", '<w:pPr><w:numPr><w:numId w:val="2"/></w:numPr></w:pPr>')
    deeper = '<w:pStyle w:val="L"/><w:numPr><w:ilvl w:val="1"/></w:numPr>'
    body = par("a", '<w:pStyle w:val="L"/>') + par("b", deeper)
    assert lines(body, numbering=NUMBERS, styles=styles) == ["- a", "  - b"]


def set_in(text: str, left: int, style_id: str = "") -> str:
    named = f'<w:pStyle w:val="{style_id}"/>' if style_id else ""
    return par(text, f'{named}<w:ind w:left="{left}"/>')


STEPS = (
    definition(0, *(level(n, more=f'<w:pPr><w:ind w:left="{720 * (n + 1)}" w:hanging="360"/></w:pPr>') for n in (0, 1)))
    + num(1, 0)
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (item("a", 1) + set_in("more", 720) + item("b", 1), ["1. a", "   p more", "2. b"]),
        (item("a", 1) + par("Text.") + item("b", 1), ["1. a", "p Text.", "2. b"]),
        (item("a", 1) + set_in("less", 360) + set_in("late", 720), ["1. a", "p less", "p late"]),
        (
            item("a", 1) + item("b", 1, 1) + set_in("of b", 1440) + set_in("of a", 720) + item("c", 1),
            ["1. a", "   1. b", "      p of b", "   p of a", "2. c"],
        ),
        (
            item("a", 1) + set_in("said", 1200, "Q") + par("Top.", '<w:pStyle w:val="Q"/>'),
            ["1. a", "   > p said", "> p Top."],
        ),
        (item("a", 1) + set_in("x = 1", 720, "C"), ["1. a", "   code 'x = 1'"]),
        (set_in("twice", 960, "Q"), ["> > p twice"]),
        (
            item("a", 1) + par("more", '<w:pStyle w:val="LP"/>') + item("b", 1) + par("Text."),
            ["1. a", "   p more", "2. b", "p Text."],
        ),
    ],
)  # fmt: skip
def test_what_stands_under_an_item_belongs_to_it(body: str, expected: list[str]) -> None:
    styles = (
        style("Q", "Quote", '<w:pPr><w:ind w:left="480"/></w:pPr>')
        + style("C", "Source Code")
        + style("LP", "List Paragraph", '<w:pPr><w:ind w:left="720"/></w:pPr>')
    )  # fmt: skip
    assert lines(body, numbering=STEPS, styles=styles) == expected


def test_items_deep_in_a_list_that_begins_there_are_of_one_list() -> None:
    body = item("a", 2, 2) + item("b", 2, 2) + item("c", 2, 1)
    deep = definition(1, *(level(n, "bullet", "•") for n in range(3))) + num(2, 1)
    assert lines(body, numbering=deep) == ["- a", "- b", "- c"]


def test_bullets_of_a_style_whose_list_is_nowhere() -> None:
    styles = style("LB", "List Bullet") + style("LB2", "List Bullet 2")
    body = "".join(
        par(text, f'<w:pStyle w:val="{name}"/><w:numPr><w:numId w:val="77"/></w:numPr>')
        for text, name in (("a", "LB"), ("b", "LB2"), ("c", "LB"))
    )
    assert lines(body, styles=styles) == ["- a", "  - b", "- c"]
