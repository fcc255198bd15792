"""The benchmarks' options: what is not there is one plain sentence and status 2, not a traceback after a minute."""

from __future__ import annotations

import argparse
import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
CHECKED = {"existing_file", "existing_folder", "models_folder", "file_to_write", "json_target"}


class _ParsedError(Exception):
    """The script has described its options."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        super().__init__()
        self.parser = parser


@pytest.fixture
def parse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts find what they share, and stop where they would begin to measure."""
    monkeypatch.syspath_prepend(str(FOLDER))

    def stop(parser: argparse.ArgumentParser, *_: Any) -> None:
        raise _ParsedError(parser)

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", stop)
    monkeypatch.setattr(sys, "argv", ["script"])


def parser_of(name: str, monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    with pytest.raises(_ParsedError) as stopped:
        module.main()
    monkeypatch.undo()
    return stopped.value.parser


def kind_of(action: argparse.Action) -> str:
    return getattr(action.type, "__name__", "")


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_not_there_is_said_in_one_sentence(
    name: str,
    parse: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    parser = parser_of(name, monkeypatch)
    actions = [action for action in parser._actions if kind_of(action) in CHECKED]
    assert actions, "every benchmark has --json at least"
    assert not [action.dest for action in parser._actions if action.type is Path]
    for action in actions:
        missing = str(tmp_path / "no such" / "thing")
        with pytest.raises(SystemExit) as ended:
            parser.parse_args([*action.option_strings[:1], missing])
        assert ended.value.code == 2
        out, error = capsys.readouterr()
        assert (out, error.count("\n")) == ("", 1)
        assert "there is no" in error
        assert error.endswith(".\n")


def test_a_folder_without_models_is_said(
    parse: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    parser = parser_of("startup", monkeypatch)
    with pytest.raises(SystemExit) as ended:
        parser.parse_args(["--models-dir", str(tmp_path)])
    assert ended.value.code == 2
    assert "no models are installed" in capsys.readouterr().err
