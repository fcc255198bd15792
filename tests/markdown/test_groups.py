"""What is known of the lines of a text is the same after any edits as if it had been read anew."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.markdown.groups import MOST_LINES, MarkdownLines
from cowrite.markdown.plain import PlainLines

LINES = st.one_of(
    st.sampled_from(
        ["", "", "word", "**bold** word", "a *begins", "ends* here", "# One", "## Two #", "===", "---", "***", "* * *",
         "#", "```", "~~~", "    code", "- item", "  more", "1. one", "> said", "<!--", "-->", "%%", "%% x %%", "<div>",
         "</div>", "<script>", "</script>", "[a]: https://a.org", "see [a] here", "[^1]: note", "    and on",
         "| a | b |",          "|---|---|", "key: value", "  ```", "   ", "Chapter 2", "Part One"]
    ),
    st.text("ab *_`#-<>[]", max_size=6),
)  # fmt: skip
TEXT = st.lists(LINES, min_size=1, max_size=25)
EDITS = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.integers(1, 8),
        st.lists(LINES, min_size=1, max_size=6),
        st.integers(0, 9),
    ),
    max_size=8,
)


def everything(known: MarkdownLines | PlainLines) -> object:
    return (
        [known.marks(number) for number in range(len(known))],
        list(known.headings()),
        list(known.breaks()),
    )


@settings(max_examples=250, deadline=None)
@given(TEXT, EDITS, st.sampled_from([1, 3, 2000]), st.sampled_from([MarkdownLines, PlainLines]))
def test_edits_lead_to_what_reading_anew_finds(
    start: list[str],
    edits: list[tuple[int, int, list[str], int]],
    most: int,
    make: type[MarkdownLines] | type[PlainLines],
) -> None:
    lines = list(start)
    known = make(lambda number: lines[number], len(lines))
    told = list(map(known.marks, range(len(lines))))
    for first, old, new, asked in edits:
        at = min(first, len(lines) - 1)
        count = min(old, len(lines) - at)
        lines[at : at + count] = new
        told[at : at + count] = [None] * len(new)  # type: ignore[list-item]
        affected = [known.replace(at, count, len(new), most)]
        if asked % 2:
            known.marks(min(asked, len(lines) - 1))
        while (more := known.settle(5)) is not None:
            affected.append(more)
        for begin, end in affected:
            told[begin:end] = [known.marks(number) for number in range(begin, end)]
    while known.settle(7) is not None:
        pass
    anew = make(lambda number: lines[number], len(lines))
    anew.settle(len(lines))
    assert everything(known) == everything(anew)
    # Whoever looked anew only where it was told to knows all.
    assert told == [anew.marks(number) for number in range(len(lines))]


def test_a_long_paragraph_is_read_to_its_limit() -> None:
    lines = ["some *words"] * (MOST_LINES * 3) + ["end*"]
    known = MarkdownLines(lines.__getitem__, len(lines))
    assert known.group(0) == (0, MOST_LINES)
    assert known.group(MOST_LINES * 2) == (MOST_LINES * 2, MOST_LINES * 2 + 1)


def test_headings_and_breaks() -> None:
    text = "Title\n=====\n\n# One\ntext\n\n* * *\n\n#\n\n⁂\n\ntext\n---\n\n```\n# no\n```\n\n- # in a list\n\n***"
    lines = text.split("\n")
    known = MarkdownLines(lines.__getitem__, len(lines))
    known.settle(len(lines))
    assert list(known.headings()) == [(0, 1), (3, 1), (12, 2)]
    assert list(known.breaks()) == [6, 8, 10, 21]


def test_chapters_of_a_plain_text() -> None:
    lines = [
        "PART ONE",
        "Chapter 1",
        "Chapter and verse.",
        "",
        "* * *",
        "Chapter Two: On",
        "第三章 归来",
        "Epilogue",
    ]
    known = PlainLines(lines.__getitem__, len(lines))
    known.settle(len(lines))
    assert list(known.headings()) == [(0, 1), (1, 2), (5, 2), (6, 2), (7, 2)]
    assert list(known.breaks()) == [4]
