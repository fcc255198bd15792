"""Values from elsewhere are what they should be, or an error says which field is not."""

from __future__ import annotations

import contextlib
import json
import math
import pickle
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.records import (
    LAST_MS,
    MOST_INTEGER,
    MOST_NESTED,
    Record,
    SchemaError,
    read_json,
    read_json_file,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_what_is_right_is_read_as_it_was_written(value: Any) -> None:
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value).encode()) == value


@given(st.binary(max_size=60) | st.text('[]{}",:0123456789.eE+-\\u ').map(str.encode))
def test_anything_else_is_one_kind_of_error(data: bytes) -> None:
    with contextlib.suppress(SchemaError):
        json.dumps(read_json(data), allow_nan=False)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "not complete JSON"),
        (b"{", "not complete JSON"),
        (b"\xff{}", "not UTF-8"),
        (b"\x00", "not complete JSON"),
        (b"NaN", "not finite"),
        (b"[-Infinity]", "not finite"),
        (b"1e400", "out of range"),
        (b"9223372036854775808", "out of range"),
        (b"-9223372036854775809", "out of range"),
        (b"1" * 5000, "out of range"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" * (MOST_NESTED + 1) + b"]" * (MOST_NESTED + 1), "nested too deeply"),
        (b'{"a":' * 200 + b"1" + b"}" * 200, "nested too deeply"),
    ],
)
def test_what_other_readers_let_through_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(SchemaError, match=why):
        read_json(data)


def test_as_many_levels_as_allowed_are_read() -> None:
    data = b"[" * MOST_NESTED + b"]" * MOST_NESTED
    assert json.dumps(read_json(data)).encode() == data


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes(b"\xef\xbb\xbf{}")
    assert read_json_file(file) == {}
    with pytest.raises(SchemaError, match="too large"):
        read_json_file(file, 4)


class Word(StrEnum):
    YES = "yes"


GOOD: dict[str, Any] = {
    "integer": 5, "number": 0.5, "flag": True, "text": "a", "prose": "\ud83d", "path": "/\udcff", "word": "yes",
    "texts": ["a"], "record": {"inner": 1}, "table": {"a": {"b": 1}},
}  # fmt: skip


def read(record: Record) -> list[Any]:
    return [
        record.integer("integer", 0, 9),
        record.number("number", 0, 1),
        record.flag("flag"),
        record.text("text", 3),
        record.prose("prose"),
        record.path("path"),
        record.word("word", Word),
        record.texts("texts"),
        record.record("record").integer("inner"),
        [(name, each.integer("b")) for name, each in record.table("table")],
    ]


def test_every_kind_is_read() -> None:
    assert read(Record.of(GOOD)) == [
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
        read(Record.of(GOOD | {name: value}))
    assert caught.value.place.startswith(name)
    str(caught.value).encode()


@pytest.mark.parametrize("name", list(GOOD))
def test_a_missing_field_is_named(name: str) -> None:
    with pytest.raises(SchemaError, match=f"“{name}” is missing"):
        read(Record.of({k: v for k, v in GOOD.items() if k != name}))


def test_a_default_stands_for_what_is_missing_only() -> None:
    assert Record.of({}).text("name", default="") == ""
    with pytest.raises(SchemaError, match="“name” should be a text"):
        Record.of({"name": None}).text("name", default="")


def test_the_place_is_the_whole_way() -> None:
    record = Record.of({"documents": [{"path": "a"}, {"path": 5}]})
    with pytest.raises(SchemaError, match=r"“documents\[1\].path” should be a text"):
        [each.path("path") for each in record.records("documents")]


def test_an_error_goes_between_processes() -> None:
    error = pickle.loads(pickle.dumps(SchemaError("a.b", "is missing")))
    assert (error.place, error.problem, str(error)) == ("a.b", "is missing", "“a.b” is missing")


@pytest.mark.parametrize("moment", [0, LAST_MS])
def test_every_moment_is_a_date_in_every_time_zone(moment: int) -> None:
    from datetime import UTC, datetime, timedelta, timezone

    assert Record.of({"at": moment}).moment("at") == moment
    at = datetime.fromtimestamp(moment / 1000, UTC)
    for hours in (-12, 14):
        at.astimezone(timezone(timedelta(hours=hours)))


@pytest.mark.parametrize("moment", [-1, LAST_MS + 1, MOST_INTEGER])
def test_what_is_no_date_is_refused(moment: int) -> None:
    with pytest.raises(SchemaError, match="out of range"):
        Record.of({"at": moment}).moment("at")
