"""What is no strict JSON is one kind of error."""

from __future__ import annotations

import contextlib
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.json_values import MOST_NESTED, SchemaError, read_json, read_json_file

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


def test_an_error_goes_between_processes() -> None:
    error = pickle.loads(pickle.dumps(SchemaError("a.b", "is missing")))
    assert (error.place, error.problem, str(error)) == ("a.b", "is missing", "“a.b” is missing")
