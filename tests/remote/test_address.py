"""Addresses of servers: what is one, how far it is, and whether text may go there."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.remote.address import Address, Reach, locate, reach_of, require_permission


@pytest.mark.parametrize(
    ("typed", "url", "name"),
    [
        ("localhost:8080", "http://localhost:8080/v1", "localhost:8080"),
        ("http://nas.local", "http://nas.local:80/v1", "nas.local"),
        ("https://Example.org/api/v1/", "https://example.org:443/api/v1", "example.org"),
        ("http://[fd00::1]:9", "http://[fd00::1]:9/v1", "[fd00::1]:9"),
        ("  http://10.0.0.5:11434/v1 ", "http://10.0.0.5:11434/v1", "10.0.0.5:11434"),
        ("bücher.local:9", "http://xn--bcher-kva.local:9/v1", "xn--bcher-kva.local:9"),
    ],
)
def test_what_is_typed_is_understood(typed: str, url: str, name: str) -> None:
    address = Address.parse(typed)
    assert address.url == url
    assert address.name == name


@pytest.mark.parametrize(
    "typed",
    ["", "ftp://x", "http://", "http://a:b@c", "http://x:99999", "two words", "http://x?key=1"],
)
def test_what_is_no_address_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(UserError):
        Address.parse(typed)


@given(st.text(max_size=60))
def test_anything_typed_is_an_address_or_a_sentence(typed: str) -> None:
    try:
        address = Address.parse(typed)
    except UserError:
        return
    assert Address.parse(address.url) == address


@pytest.mark.parametrize(
    ("number", "reach"),
    [
        ("127.0.0.1", Reach.THIS_MACHINE),
        ("::1", Reach.THIS_MACHINE),
        ("::ffff:127.0.0.1", Reach.THIS_MACHINE),
        ("192.168.1.9", Reach.PRIVATE_NETWORK),
        ("172.31.0.1", Reach.PRIVATE_NETWORK),
        ("169.254.3.4", Reach.PRIVATE_NETWORK),
        ("fe80::1%eth0", Reach.PRIVATE_NETWORK),
        ("fd12::1", Reach.PRIVATE_NETWORK),
        ("172.32.0.1", Reach.INTERNET),
        ("100.64.0.1", Reach.INTERNET),
        ("8.8.8.8", Reach.INTERNET),
        ("0.0.0.0", Reach.INTERNET),
        ("::ffff:8.8.8.8", Reach.INTERNET),
        ("2001:4860::1", Reach.INTERNET),
        ("nonsense", Reach.INTERNET),
    ],
)
def test_how_far_an_address_is(number: str, reach: Reach) -> None:
    assert reach_of(number) is reach


@given(st.ip_addresses(v=4))
def test_no_address_of_the_internet_counts_as_near(number: ipaddress.IPv4Address) -> None:
    if number.is_global:
        assert reach_of(str(number)) is Reach.INTERNET


def test_of_a_name_with_several_numbers_the_farthest_counts() -> None:
    place = locate(Address.parse("http://nas.local"), lambda *_: ["192.168.1.2", "8.8.8.8"])
    assert place.reach is Reach.INTERNET
    assert place.numbers == ("192.168.1.2", "8.8.8.8")


def test_a_name_that_nobody_has() -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError(host, port)

    for ask in (nobody, lambda *_: []):
        with pytest.raises(UserError, match="cannot be found"):
            locate(Address.parse("http://nowhere.local"), ask)


def test_near_needs_no_word_and_far_needs_encryption_and_consent() -> None:
    def permitted(url: str, number: str, *confirmed: str) -> bool:
        place = locate(Address.parse(url), lambda *_: [number])
        try:
            require_permission(place, confirmed)
        except UserError:
            return False
        return True

    assert permitted("http://nas.local", "192.168.1.2")
    assert permitted("http://localhost", "127.0.0.1")
    assert not permitted("http://example.org", "8.8.8.8", "http://example.org:80")
    assert not permitted("https://example.org", "8.8.8.8")
    assert permitted("https://example.org", "8.8.8.8", "https://example.org:443")
    assert not permitted("https://example.org:8443", "8.8.8.8", "https://example.org:443")
    assert not permitted("https://nas.local", "8.8.8.8"), (
        "a name of this network that means another"
    )
