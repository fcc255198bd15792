"""What the keys for Markdown make of a line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.markdown.editing import (
    BOLD,
    ITALIC,
    entered,
    indented,
    linked,
    shifted,
    shifted_heading,
    toggled,
    with_heading,
)


def parts(marked: str) -> tuple[str, int, int]:
    """A line with its selection between bars, or the caret at one bar."""
    start = marked.index("|")
    bare = marked.replace("|", "", 1)
    end = bare.find("|")
    return (bare.replace("|", ""), start, end) if end >= 0 else (bare, start, start)


def shown(line: str, selected: tuple[int, int]) -> str:
    start, end = selected
    if start == end:
        return line[:start] + "|" + line[start:]
    return line[:start] + "|" + line[start:end] + "|" + line[end:]


@pytest.mark.parametrize(
    ("before", "marks", "after"),
    [
        ("a wo|rd here", BOLD, "a **|word|** here"),
        ("a **wo|rd** here", BOLD, "a |word| here"),
        ("a |**word**| here", BOLD, "a |word| here"),
        ("a **wo|rd** here", ITALIC, "a ***|word|*** here"),
        ("a ***wo|rd*** here", BOLD, "a *|word|* here"),
        ("a ***wo|rd*** here", ITALIC, "a **|word|** here"),
        ("a | two words | b", ITALIC, "a  *|two words|*  b"),
        ("a | b", BOLD, "a **|** b"),
        ("a **|** b", BOLD, "a | b"),
        ("|- an item|", BOLD, "- **|an item|**"),
        ("|## One|", ITALIC, "## *|One|*"),
        ("她说|很好|。", BOLD, "她说**|很好|**。"),
    ],
)
def test_emphasis_comes_and_goes(before: str, marks: str, after: str) -> None:
    line, start, end = parts(before)
    edit = toggled(line, start, end, marks)
    assert shown(edit.applied(line), edit.selected) == after


@given(st.text(alphabet="ab *#-> ", max_size=12), st.data())
def test_pressed_again_the_line_is_what_it_was_where_no_marks_were(
    line: str, data: st.DataObject
) -> None:
    line = line.replace("*", "x").replace("#", "y").replace(">", "z").replace("-", "w")
    start = data.draw(st.integers(0, len(line)))
    end = data.draw(st.integers(start, len(line)))
    for marks in (BOLD, ITALIC):
        edit = toggled(line, start, end, marks)
        marked = edit.applied(line)
        assert toggled(marked, *edit.selected, marks).applied(marked) == line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("see he|re", "see [here](|)"),
        ("see |the house| now", "see [the house](|) now"),
        ("see |https://a.org/b|", "see [|](https://a.org/b)"),
        ("see | now", "see [|]() now"),
    ],
)
def test_links(before: str, after: str) -> None:
    line, start, end = parts(before)
    edit = linked(line, start, end)
    assert shown(edit.applied(line), edit.selected) == after


@pytest.mark.parametrize(
    ("before", "level", "after"),
    [
        ("On|e", 1, "# On|e"),
        ("# On|e", 2, "## On|e"),
        ("## On|e", 2, "On|e"),
        ("### O|ne", 0, "O|ne"),
        ("|", 1, "# |"),
        ("#|# One", 0, "|One"),
    ],
)
def test_headings(before: str, level: int, after: str) -> None:
    line, caret, _ = parts(before)
    edit = with_heading(line, level, caret)
    assert shown(edit.applied(line), edit.selected) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- one|", "- one\n- |"),
        ("- o|ne", "- o\n- |ne"),
        ("  * one|", "  * one\n  * |"),
        ("9. one|", "9. one\n10. |"),
        ("3) one|", "3) one\n4) |"),
        ("- [x] done|", "- [x] done\n- [ ] |"),
        ("> said|", "> said\n> |"),
        ("> - said|", "> - said\n> - |"),
        ("- |", "|"),
        ("  1. |", "|"),
        ("> |", "|"),
    ],
)
def test_enter_goes_on_with_a_list(before: str, after: str) -> None:
    line, at, _ = parts(before)
    edit = entered(line, at)
    assert edit is not None
    assert shown(edit.applied(line), edit.selected) == after


@pytest.mark.parametrize(
    "line", ["text|", "|- one", "-|", "---|", "* * *|", "1986 was|", "-one|", "|", "-- he said|"]
)
def test_enter_is_enter_elsewhere(line: str) -> None:
    text, at, _ = parts(line)
    assert entered(text, at) is None


def test_tab_puts_an_item_a_level_deeper() -> None:
    for before, after in (("- |one", "  - |one"), ("1. |", "   1. |")):
        line, at, _ = parts(before)
        edit = indented(line, at)
        assert edit is not None
        assert shown(edit.applied(line), edit.selected) == after
    assert indented("- one", 4) is None
    assert indented("one", 0) is None


def test_levels_of_headings() -> None:
    edit = shifted_heading("## One", -1)
    assert edit is not None
    assert edit.applied("## One") == "# One"
    assert shifted_heading("# One", -1) is None
    assert shifted_heading("###### One", 1) is None
    assert shifted_heading("One", 1) is None


@pytest.mark.parametrize(
    ("line", "deeper", "higher"),
    [
        ("- one", "  - one", None),
        ("  - one", "    - one", "- one"),
        (" - one", "   - one", "- one"),
        ("\t- one", "  \t- one", "- one"),
        ("10. one", "    10. one", None),
        ("    10. one", "        10. one", "10. one"),
        ("> - one", ">   - one", None),
        (">   - one", ">     - one", "> - one"),
        ("- [ ] one", "  - [ ] one", None),
        ("one", None, None),
        ("- - -", None, None),
        ("", None, None),
    ],
)
def test_items_go_a_level_deeper_or_higher(
    line: str, deeper: str | None, higher: str | None
) -> None:
    for wanted, is_deeper in ((deeper, True), (higher, False)):
        edit = shifted(line, deeper=is_deeper)
        assert (edit.applied(line) if edit else None) == wanted


def test_tab_in_a_quotation_indents_what_is_quoted() -> None:
    edit = indented("> - one", 4)
    assert edit is not None
    assert edit.applied("> - one") == ">   - one"
    assert edit.selected == (6, 6)
