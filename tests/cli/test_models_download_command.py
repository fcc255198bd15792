"""``cowrite models download``: from a server that speaks a model hub's language to a model that goes on with a text."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import file_server as ways
from support.file_server import FileServer, serving
from support.hub_server import COMMIT, files_of, publish
from toy_catalogue import put_in

from cowrite.__main__ import EXIT_USER_ERROR, main
from cowrite.models.store import ModelStore
from cowrite.settings.paths import Paths

CONFIG = f"acme/tiny/resolve/{COMMIT}/config.json"
WEIGHTS = f"acme/tiny/resolve/{COMMIT}/model.safetensors"


@pytest.fixture
def hub() -> Iterator[FileServer]:
    with serving() as server:
        yield server


@pytest.fixture
def toy_hub(hub: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FileServer:
    """A toy in the hub, the toy's catalogue, and tools that pretend."""
    from made_up_model import PretendTools, write_model, write_wheel

    from cowrite.cli import models
    from cowrite.cli.installing import command

    for module, name in (
        (command, "real_tools"),
        (command, "load_catalogue"),
        (models, "load_catalogue"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))  # put back afterwards
    put_in(PretendTools(wheel=write_wheel(tmp_path / "toy.whl")))
    publish(hub, "acme/tiny", files_of(write_model(tmp_path / "published")))
    return hub


def download(hub: FileServer, *more: str) -> int:
    return main(["models", "download", "acme/tiny", "--from", hub.url(""), *more])


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_a_model_is_downloaded_and_goes_on_with_a_text(
    hub: FileServer,
    paths: Paths,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    from made_up_model import MEASURED
    from tiny_hf import make

    from cowrite.cli.installing import tools

    monkeypatch.setattr(tools, "_measure", lambda _: MEASURED)  # as long as of a real model

    publish(hub, "acme/tiny", files_of(make(tmp_path / "published", "llama")))
    hub.ways[WEIGHTS] = [ways.breaks_after(1000), ways.status(503)]
    assert download(hub, "--yes", "--no-exam") == 0
    out, err = capsys.readouterr()
    assert f"acme/tiny, state {COMMIT[:12]}: " in out
    assert "Installed tiny (" in out
    assert "Trying again in" in err
    assert main(["models", "use", "tiny"]) == 0
    assert main(["models", "verify", "tiny"]) == 0
    capsys.readouterr()
    assert main(["complete", "--text", "Once upon a time", "--max-words", "2", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])
    assert hub.starts(WEIGHTS) == [0, 1000, 1000]


def test_it_asks_before(
    toy_hub: FileServer,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    answer(monkeypatch, "no\n")
    assert download(toy_hub) == 0
    assert "Nothing was downloaded." in capsys.readouterr().out
    answer(monkeypatch, "")
    assert download(toy_hub) == EXIT_USER_ERROR
    assert "Add --yes" in capsys.readouterr().err
    assert not toy_hub.starts(CONFIG)
    answer(monkeypatch, "yes\n")
    assert download(toy_hub) == 0
    assert ModelStore(paths.models_dir).ids() == ["tiny"]


def test_for_a_program_it_asks_nothing_and_prints_lines(
    toy_hub: FileServer, capsys: pytest.CaptureFixture[str]
):
    assert download(toy_hub, "--json") == 0
    out, err = capsys.readouterr()
    lines = [json.loads(line) for line in out.splitlines()]
    assert (lines[0]["phase"], lines[-1]["phase"], err) == ("downloading", "done", "")


def test_interrupted_it_says_what_is_kept_and_discards_it_when_told_to(
    toy_hub: FileServer,
    paths: Paths,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    from cowrite.models import installation

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(installation.Installer, "adopt", interrupted)
    assert download(toy_hub, "--yes") == 130
    assert "What has arrived is kept" in capsys.readouterr().err
    assert download(toy_hub, "--discard") == 0
    assert "is gone" in capsys.readouterr().out
    assert list((paths.downloads_dir / "models").iterdir()) == []


@pytest.mark.parametrize("name", ["nonsense", "a/b/c", "../x"])
def test_what_is_neither_known_nor_a_repository_is_a_sentence(
    toy_hub: FileServer, name: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["models", "download", name, "--yes"]) == EXIT_USER_ERROR
    assert "no model" in capsys.readouterr().err


def test_a_mirror_that_is_none_is_a_sentence(
    toy_hub: FileServer, capsys: pytest.CaptureFixture[str]
):
    command = ["models", "download", "acme/tiny", "--yes", "--from", "http://elsewhere.example"]
    assert main(command) == EXIT_USER_ERROR
    assert "mirror" in capsys.readouterr().err
