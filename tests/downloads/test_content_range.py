"""What a server says of the part it sends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.downloads.content_range import ContentRange, parse_content_range

NUMBERS = st.integers(0, 10**17)


@given(NUMBERS, NUMBERS, st.none() | NUMBERS)
def test_what_was_said_is_read(start: int, length: int, after: int | None):
    end = start + length + 1
    total = None if after is None else end + after
    said = f"bytes {start}-{end - 1}/{'*' if total is None else total}"
    assert parse_content_range(said) == ContentRange(start, end, total)


def test_what_cannot_be_sent_has_only_a_size():
    assert parse_content_range("bytes */30") == ContentRange(None, None, 30)


@pytest.mark.parametrize(
    "said",
    ["", "bytes", "bytes 5-4/9", "bytes 0-9/9", "bytes -5/9", "items 0-1/2", "bytes */*",
     "bytes 0-1", "bytes ٣-٤/٩", "bytes 0-1/2, 3-4/9"],
)  # fmt: skip
def test_what_makes_no_sense_is_none(said: str):
    assert parse_content_range(said) is None


@given(st.text("bytes 0123456789-/*", max_size=40))
def test_anything_is_read_or_refused(said: str):
    found = parse_content_range(said)
    if found is not None and found.start is not None:
        assert found.end is not None
        assert found.start < found.end
