"""RECORD, the list in a wheel: read as it is written, and nothing believed that is not a hash."""

from __future__ import annotations

import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_up_packs import record_row

from cowrite.packs.record import RecordError, is_not_listed, read_record

names = st.from_regex(r"[a-z_]{1,8}(/[a-z_]{1,8}){0,3}\.py", fullmatch=True)


@given(st.dictionaries(names, st.binary(max_size=40), max_size=8))
def test_what_is_written_is_read(files: dict[str, bytes]) -> None:
    listing = "\n".join(record_row(name, data) for name, data in files.items())
    read = read_record(listing.encode())
    assert read == {name: hashlib.sha256(data).digest() for name, data in files.items()}


@given(st.binary(max_size=300))
def test_anything_else_is_refused_or_a_list_of_hashes(data: bytes) -> None:
    with contextlib.suppress(RecordError):
        assert all(len(digest) == 32 for digest in read_record(data).values())


@pytest.mark.parametrize(
    "row",
    [
        "a.py,,",
        "a.py",
        "a.py,sha1=AAAA,3",
        "a.py,sha256=AAAA,3",
        "a.py,sha256=!,3",
        ",sha256=,",
        "a,b,c,d",
    ],
)
def test_a_file_needs_a_hash(row: str) -> None:
    with pytest.raises(RecordError):
        read_record(row.encode())


def test_a_file_is_named_once() -> None:
    row = record_row("a.py", b"")
    with pytest.raises(RecordError):
        read_record(f"{row}\n{row}".encode())


@pytest.mark.parametrize(
    ("name", "is_so"),
    [
        ("toy-1.dist-info/RECORD", True),
        ("toy-1.dist-info/RECORD.p7s", True),
        ("RECORD", False),
        ("a/toy-1.dist-info/RECORD", False),
        ("toy-1.dist-info/METADATA", False),
    ],
)
def test_only_the_list_itself_and_its_signatures_need_none(name: str, is_so: bool) -> None:
    assert is_not_listed(name) is is_so
