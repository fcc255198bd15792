"""Which parts may be asked for, and which addresses are believed."""

from __future__ import annotations

from typing import Any

import pytest

from cowrite.downloads.network import Network, host_of, is_loopback, may_lead_to
from cowrite.downloads.parts import Part, require_names_once

GOOD: dict[str, Any] = {"name": "a.bin", "sources": ("https://h/a",), "size": 3, "sha256": "0" * 64}


@pytest.mark.parametrize(
    "change",
    [
        {"name": "../a"}, {"name": "a/b"}, {"name": ""}, {"name": ".lock"}, {"name": "a.part"}, {"name": "a.state"},
        {"name": "CON"}, {"name": "a."}, {"name": "a\0"}, {"sources": ()}, {"size": -1}, {"sha256": "0"},
        {"sha256": "Z" * 64}, {"sha256": "A" * 64}, {"git_sha1": "0" * 64}, {"git_sha1": "0" * 40, "size": None},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_mistake_of_the_program(change: dict[str, Any]):
    with pytest.raises(ValueError, match=r"."):
        Part(**GOOD | change)


def test_names_of_wheels_are_names():
    assert Part(
        **GOOD | {"name": "torch-2.13.0+cu130-cp311-manylinux_2_28_x86_64.whl"}
    ).has_checksum


def test_two_parts_are_two_files_on_every_system():
    with pytest.raises(ValueError, match="same name"):
        require_names_once([Part(**GOOD), Part(**GOOD | {"name": "A.bin"})])


@pytest.mark.parametrize(
    ("before", "after", "may"),
    [
        ("https://a/x", "https://b/y", True),
        ("https://a/x", "http://a/x", False),
        ("https://a/x", "http://127.0.0.1/x", False),
        ("http://a/x", "https://a/x", True),
        ("http://a/x", "http://a/y", True),
        ("http://a/x", "http://b/y", False),
        ("http://127.0.0.1:1/x", "http://localhost:2/y", True),
        ("http://[::1]:1/x", "http://127.0.0.9/y", True),
        ("http://127.0.0.1/x", "http://b/y", False),
        ("https://a/x", "file:///etc/passwd", False),
        ("https://a/x", "ftp://a/x", False),
        ("https://a/x", "https://", False),
        ("https://a/x", "http://[", False),
    ],
)
def test_where_a_server_may_send_on_to(before: str, after: str, may: bool):
    assert may_lead_to(before, after) is may


def test_hosts():
    assert host_of("https://u:p@Files.example:8/x") == "files.example"
    assert host_of("http://[") == "http://["
    assert is_loopback("LOCALHOST")
    assert is_loopback("[::1]")
    assert not is_loopback("10.0.0.1")


def test_it_waits_longer_and_longer_but_not_forever():
    waits = [Network().wait_s(count) for count in (1, 2, 3, 6, 10_000)]
    assert waits == [1, 2, 4, 30, 30]
