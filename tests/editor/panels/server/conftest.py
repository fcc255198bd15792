"""A scripted server, and no keyring, for the windows about servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from scripted_server import Script, serving


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    with serving(script) as found:
        yield found


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cowrite.remote.keys._keyring", lambda: None)
