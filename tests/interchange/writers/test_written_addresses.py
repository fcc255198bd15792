"""Addresses of links, as they stand in a file."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.interchange.writers.common.addresses import as_uri, written_address


@pytest.mark.parametrize(
    ("typed", "written", "uri"),
    [
        (
            "https://e.org/a_b?c=(d)&e=f",
            "https://e.org/a_b?c=(d)&e=f",
            "https://e.org/a_b?c=(d)&e=f",
        ),
        ("http://例.cn/路", "http://例.cn/路", "http://xn--fsq.cn/%E8%B7%AF"),
        ("http://u@ẞ.de:80/#é", "http://u@ẞ.de:80/#é", "http://u@ss.de:80/#%C3%A9"),
        ("https://e.org/a b[c]", "https://e.org/a%20b[c]", "https://e.org/a%20b%5Bc%5D"),
        ("http://[::1]:8/100%", "http://[::1]:8/100%25", "http://[::1]:8/100%25"),
        ("mailto:a@e.org", "mailto:a@e.org", "mailto:a@e.org"),
    ],
)
def test_addresses_are_escaped_once(typed: str, written: str, uri: str) -> None:
    assert written_address(typed) == written
    assert written_address(written) == written
    assert as_uri(written) == uri


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "http://[x",
        "http://e.org:x/",
        "http://a..b/",
        "https:",
        "other.md",
        "#",
    ],
)
def test_what_leads_nowhere_is_none(typed: str) -> None:
    assert written_address(typed) is None


@given(st.text(max_size=20), st.sampled_from(["http://", "https://e.org/", "mailto:", ""]))
def test_whatever_is_typed_is_an_address_or_none(text: str, start: str) -> None:
    written = written_address(start + text)
    if written is not None and not written.startswith("#"):
        assert as_uri(written).isascii()
