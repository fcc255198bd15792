"""What is read back of where characters are from makes sense, or is not used."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.utf16 import in_units, utf16_length
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.statement import make_statement, to_json, to_markdown
from cowrite.provenance.store import at_characters, from_json

NONSENSE = st.sampled_from(
    [None, True, -1, 0, 1, 2, 10**30, 1.5, math.nan, math.inf, "", "typed", "accepted", "s", [], {}]
)
ROW = st.lists(NONSENSE, max_size=5) | st.tuples(
    st.integers(1, 4), st.sampled_from(["typed", "accepted", "rewritten"]), st.just("s"), NONSENSE
).map(list)
SOURCE = st.fixed_dictionaries(
    {
        "text": st.text(max_size=4) | NONSENSE,
        "pieces": st.lists(st.tuples(NONSENSE, NONSENSE).map(list), max_size=2) | NONSENSE,
        "model": NONSENSE,
        "adapter": NONSENSE,
        "accepted_ms": NONSENSE,
        "followed": NONSENSE,
    }
)
STORED = st.fixed_dictionaries(
    {
        "format": st.just(1) | NONSENSE,
        "runs": st.lists(ROW, max_size=4) | NONSENSE,
        "sources": st.fixed_dictionaries({"s": SOURCE | NONSENSE}) | NONSENSE,
    }
)


@given(STORED | NONSENSE)
def test_what_is_read_can_be_used_and_all_else_is_refused(stored: Any) -> None:
    try:
        known = from_json(stored)
    except ValueError:
        return
    text = "x" * known.ranges.length
    statement = make_statement(
        "name", text, known.ranges, known.sources, moments=[], made_ms=0, annotations=True
    )
    assert to_markdown(statement)
    assert to_json(statement)


@pytest.mark.parametrize(
    "run",
    [
        [0, "typed"],
        [-1, "typed"],
        [1.0, "typed"],
        [True, "typed"],
        [1, "x"],
        [math.inf, "typed"],
        [2**31, "typed"],
    ],
)
def test_a_run_that_is_none_is_refused(run: list[object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        from_json({"format": 1, "runs": [run], "sources": {}})


@given(st.text(max_size=12), st.data())
def test_ranges_begin_and_end_at_characters(text: str, data: st.DataObject) -> None:
    length = utf16_length(text)
    cuts = sorted(data.draw(st.sets(st.integers(1, max(1, length - 1)), max_size=length)))
    ends = [cut for cut in cuts if cut < length] + [length] * bool(length)
    origins = [Origin.TYPED, Origin.PASTED, Origin.LOADED]
    runs = [
        Run(end - begin, origins[number % 3])
        for number, (begin, end) in enumerate(zip([0, *ends], ends, strict=False))
    ]
    snapped = at_characters(Ranges(runs), text)
    assert snapped.length == length
    units = in_units(text)
    for start, _ in snapped.placed():
        assert not (
            "\udc00" <= units[start] <= "\udfff"
            and start
            and "\ud800" <= units[start - 1] <= "\udbff"
        )
    if text.isascii():
        assert snapped == Ranges(runs)
