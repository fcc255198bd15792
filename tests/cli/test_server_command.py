"""``cowrite server``: what is sent where, and the key of a server."""

from __future__ import annotations

import json

import pytest
from scripted_server import MODEL, Script, serving

from cowrite.__main__ import main
from cowrite.remote.keys import ServerKeys
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore
from cowrite.tasks.exam.elsewhere import FILE


@pytest.fixture(autouse=True)
def no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cowrite.remote.keys._keyring", lambda: None)


def run(paths: Paths, *words: str) -> int:
    return main(["--home", str(paths.home), "server", *words])


def test_what_is_sent_where(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(paths, "status", "--json") == 0
    assert json.loads(capsys.readouterr().out)["verdict"] == "ok"
    with serving(Script()) as url:
        chosen = Preferences(server=url, server_use="all")
        PreferencesStore(paths.settings_file).save(chosen)
        assert run(paths, "status") == 0
    said = capsys.readouterr().out
    assert MODEL in said
    assert "the text before the caret" in said
    assert run(paths, "status") == 0
    assert "cannot be reached" in capsys.readouterr().out


def test_a_key_is_forgotten(
    paths: Paths, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(paths, "forget-key") == 0
    assert "No server is chosen" in capsys.readouterr().out
    forgotten: list[str] = []

    def forget(_: ServerKeys, origin: str) -> bool:
        forgotten.append(origin)
        return len(forgotten) == 1

    monkeypatch.setattr(ServerKeys, "forget", forget)
    for said in ("is forgotten", "No key is kept"):
        assert run(paths, "forget-key", "--address", "https://example.org") == 0
        assert said in capsys.readouterr().out
    assert forgotten == ["https://example.org:443"] * 2
    assert run(paths, "forget-key", "--address", "a b") == 2


def test_the_exam_of_the_server_in_use(paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(paths, "exam") == 0
    assert "No server is in use" in capsys.readouterr().out
    assert run(paths, "exam", "--json") == 0
    assert "No server is in use" in json.loads(capsys.readouterr().out)["problem"]
    with serving(Script()) as url:
        PreferencesStore(paths.settings_file).save(Preferences(server=url, server_use="all"))
        assert run(paths, "exam") == 0
    assert "Translate" in capsys.readouterr().out
    assert (paths.models_dir / FILE).exists()
