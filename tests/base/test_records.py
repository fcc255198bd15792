"""Values from elsewhere are what they should be, or an error says which field is not."""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from cowrite.base.json_values import MOST_INTEGER, SchemaError
from cowrite.base.records import (
    LAST_MS,
    AbsolutePathOrEmpty,
    Integer,
    Moment,
    Name,
    Number,
    PathText,
    Prose,
    Sensible,
    Share,
    decode,
    decode_sensible,
    name_up_to,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(exclude_categories=[])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=[])), inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["name", "at", "documents", "path", "table", "word"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


class Word(StrEnum):
    YES = "yes"


GOOD: dict[str, Any] = {
    "integer": 5, "number": 0.5, "flag": True, "text": "a", "prose": "\ud83d", "path": "/\udcff", "word": "yes",
    "texts": ["a"], "record": {"inner": 1}, "table": {"a": {"b": 1}},
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    inner: Integer


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    b: Integer


@dataclass(frozen=True, slots=True, kw_only=True)
class Good:
    integer: Annotated[int, Meta(ge=0, le=9)]
    number: Share
    flag: bool
    text: Annotated[str, name_up_to(3)]
    prose: Prose
    path: PathText
    word: Word
    texts: tuple[Name, ...]
    record: Inner
    table: dict[Name, Row]


def read(value: object) -> list[Any]:
    good = decode(value, Good)
    return [
        good.integer,
        good.number,
        good.flag,
        good.text,
        good.prose,
        good.path,
        good.word,
        good.texts,
        good.record.inner,
        [(name, each.b) for name, each in good.table.items()],
    ]


def test_every_kind_is_read() -> None:
    assert read(GOOD) == [
        5, 0.5, True, "a", "\ud83d", "/\udcff", Word.YES, ("a",), 1, [("a", 1)],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, None) for name in GOOD),
        *((name, [[]]) for name in GOOD),
        *(("integer", value) for value in (True, 1.0, "5", 10, -1, 10**30)),
        *(("number", value) for value in (True, "0.5", 1.5, math.nan, math.inf, 10**400)),
        *(("flag", value) for value in (1, 0, "true")),
        *(("text", value) for value in ("\ud800", "\0", "abcd", 5, "s\udcff")),
        ("prose", 5),
        *(("path", value) for value in ("\ud800", "a\0b", 5, "a" * 5000)),
        *(("word", value) for value in ("no", 5, [], {})),
        *(("texts", value) for value in ("a", ["\ud800"], [1], {"a": 1})),
        *(("record", value) for value in ({}, {"inner": "1"}, [])),
        *(("table", value) for value in ({"a": 1}, {"\ud800": {"b": 1}}, {"a": {}})),
    ],
)
def test_every_other_value_is_refused_with_its_place(name: str, value: Any) -> None:
    with pytest.raises(SchemaError) as caught:
        read(GOOD | {name: value})
    assert caught.value.place.startswith(name)
    str(caught.value).encode()


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_field_is_named(name: str) -> None:
    with pytest.raises(SchemaError, match=f"“{name}” is missing"):
        read({k: v for k, v in GOOD.items() if k != name})


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    name: Name = ""
    at: Moment = 0
    number: Number = 0.0
    file: AbsolutePathOrEmpty = ""
    word: Word | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OneDocument:
    path: PathText

    def __post_init__(self) -> None:
        if self.path == "forbidden":
            raise SchemaError("path", "is a forbidden one")


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    documents: tuple[OneDocument, ...]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"name": "\ud800 I wrote"}, "“name” has invalid characters"),
        ({"name": "I wrote" * 1000}, "“name” is too long"),
        ({"at": -1}, "“at” is out of range"),
        ({"at": None}, "“at” should be a whole number"),
        ({"number": math.nan}, "“number” is out of range"),
        ({"number": math.inf}, "“number” is out of range"),
        ({"number": 10**400}, "“number” is out of range"),
        ({"number": "I wrote"}, "“number” should be a number"),
        ({"file": "I wrote"}, "“file” should be a path from the root on"),
        ({"word": "I wrote - at `$.name`"}, "“word” is not one of the known words"),
        ({"word": "\ud800 I wrote"}, "“word” has invalid characters"),
        ({"word": 5}, "“word” should be a text"),
        ([], "it should be an object"),
        (None, "it should be an object"),
    ],
)
def test_nothing_of_a_value_is_quoted(value: Any, said: str) -> None:
    with pytest.raises(SchemaError) as caught:
        decode(value, Named)
    assert str(caught.value) == said


def test_what_is_not_known_is_passed_over_or_refused() -> None:
    value = {"name": "a", "newer": 1, "\ud800": 2}
    assert decode(value, Named).name == "a"
    with pytest.raises(SchemaError, match="fields that are not known"):
        decode(value, Named, only_known=True)
    inner = {"documents": [{"path": "a"}, {"path": "b", "newer": 1}]}
    assert len(decode(inner, Documents).documents) == 2
    with pytest.raises(SchemaError, match=r"“documents\[1\]” has fields that are not known"):
        decode(inner, Documents, only_known=True)


def test_what_makes_sense_is_kept_and_the_rest_is_named() -> None:
    found = decode_sensible({"name": 5, "at": 7, "word": "no", "x": 1, "\ud800": 1}, Named)
    assert found == Sensible(record=Named(at=7), left_out=("name", "word"))
    missing = decode_sensible({}, OneDocument, usual={"path": "/usual"})
    assert (missing.record.path, missing.left_out) == ("/usual", ("path",))
    with pytest.raises(SchemaError, match="an object"):
        decode_sensible([], Named)


@given(JSON)
def test_any_value_is_read_or_refused_and_never_ends_otherwise(value: Any) -> None:
    for kind in (Good, Named, Documents):
        with contextlib.suppress(SchemaError):
            decode(value, kind)
        with contextlib.suppress(SchemaError):
            decode_sensible(value, Named)
    with contextlib.suppress(SchemaError):
        decode({"name": value, "word": value, "file": value, "number": value}, Named)


def test_a_default_stands_for_what_is_missing_only() -> None:
    assert decode({}, Named).name == ""
    with pytest.raises(SchemaError, match="“name” should be a text"):
        decode({"name": None}, Named)


def test_the_place_is_the_whole_way() -> None:
    with pytest.raises(SchemaError, match=r"“documents\[1\].path” should be a text"):
        decode({"documents": [{"path": "a"}, {"path": 5}]}, Documents)
    with pytest.raises(SchemaError, match=r"“here.documents\[1\].path” is missing"):
        decode({"documents": [{"path": "a"}, {}]}, Documents, "here")
    with pytest.raises(SchemaError, match=r"“documents\[0\].path” is a forbidden one"):
        decode({"documents": [{"path": "forbidden"}]}, Documents)


@pytest.mark.parametrize("moment", [0, LAST_MS])
def test_every_moment_is_a_date_in_every_time_zone(moment: int) -> None:
    from datetime import UTC, datetime, timedelta, timezone

    assert decode({"at": moment}, Named).at == moment
    at = datetime.fromtimestamp(moment / 1000, UTC)
    for hours in (-12, 14):
        at.astimezone(timezone(timedelta(hours=hours)))


@pytest.mark.parametrize("moment", [-1, LAST_MS + 1, MOST_INTEGER])
def test_what_is_no_date_is_refused(moment: int) -> None:
    with pytest.raises(SchemaError, match="out of range"):
        decode({"at": moment}, Named)
