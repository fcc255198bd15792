"""Keys of servers: in the system's keyring where there is one, else in memory; never in a file or a log."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace

import pytest

from cowrite.base.errors import UserError
from cowrite.remote.keys import ServerKeys

ORIGIN = "https://example.org:443"


class Ring:
    """Stands in for the library."""

    def __init__(self, priority: float = 5, *, works: bool = True) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.priority, self.works = priority, works

    def get_keyring(self) -> object:
        return SimpleNamespace(priority=self.priority)

    def get_password(self, service: str, name: str) -> str | None:
        if not self.works:
            raise RuntimeError("locked")
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, key: str) -> None:
        if not self.works:
            raise RuntimeError("locked")
        self.kept[service, name] = key

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


def install(monkeypatch: pytest.MonkeyPatch, ring: Ring) -> Ring:
    library, backends = ModuleType("keyring"), ModuleType("keyring.backends")
    for name in ("get_keyring", "get_password", "set_password", "delete_password"):
        setattr(library, name, getattr(ring, name))
    backends.fail = SimpleNamespace(Keyring=type("F", (), {}))  # type: ignore[attr-defined]
    backends.null = SimpleNamespace(Keyring=type("N", (), {}))  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "keyring", library)
    monkeypatch.setitem(sys.modules, "keyring.backends", backends)
    return ring


def test_a_key_is_in_the_keyring_and_goes_from_there(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = install(monkeypatch, Ring())
    assert ServerKeys().put(ORIGIN, "k3y")
    assert ring.kept == {("cowrite", ORIGIN): "k3y"}
    assert ServerKeys().get(ORIGIN) == "k3y"
    assert ServerKeys().get("https://example.org:8443") == ""
    assert ServerKeys().forget(ORIGIN)
    assert not ring.kept
    assert not ServerKeys().forget(ORIGIN)


def test_what_the_keyring_does_not_let_go_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ring = install(monkeypatch, Ring())
    keys = ServerKeys()
    keys.put(ORIGIN, "k3y")
    ring.works = False
    with pytest.raises(UserError, match="could not be taken out"):
        keys.forget(ORIGIN)
    caplog.clear()


@pytest.mark.parametrize("ring", [Ring(0.5), Ring(works=False)], ids=["plain file", "locked"])
def test_without_a_keyring_it_is_known_until_the_end(
    monkeypatch: pytest.MonkeyPatch, ring: Ring, caplog: pytest.LogCaptureFixture
) -> None:
    install(monkeypatch, ring)
    keys = ServerKeys()
    assert not keys.put(ORIGIN, "k3y")
    assert keys.get(ORIGIN) == "k3y"
    assert ServerKeys().get(ORIGIN) == ""
    assert "k3y" not in caplog.text
    if ring.works:
        assert keys.forget(ORIGIN)
        assert keys.get(ORIGIN) == ""
    caplog.clear()


def test_without_the_library_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    keys = ServerKeys()
    assert not keys.put(ORIGIN, "k3y")
    assert keys.get(ORIGIN) == "k3y"
