"""How the program starts itself again: from a checkout, from a package, out of an AppImage."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cowrite.personalize.training.progress import training_command
from cowrite.settings.this_program import is_packaged, program_command, this_program


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The program of a package."""
    program = tmp_path / "mounted" / "usr" / "lib" / "cowrite" / "cowrite"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    return program


def test_a_checkout_is_started_by_its_python():
    assert not is_packaged()
    assert program_command() == [sys.executable, "-m", "cowrite"]


def test_a_package_is_started_as_it_is(packaged: Path):
    assert is_packaged()
    assert program_command({}) == [str(packaged)]
    home = packaged.parent
    assert this_program(home) == [str(packaged), "--home", str(home)]
    assert training_command(home) == [str(packaged), "train-process", str(home)]


def test_out_of_an_appimage_it_is_the_image(packaged: Path, tmp_path: Path):
    environ = {"APPIMAGE": "/home/who/Cowrite.AppImage", "APPDIR": str(tmp_path / "mounted")}
    assert program_command(environ) == ["/home/who/Cowrite.AppImage"]


def test_the_image_of_another_program_is_left_alone(packaged: Path, tmp_path: Path):
    environ = {"APPIMAGE": "/home/who/Terminal.AppImage", "APPDIR": str(tmp_path / "elsewhere")}
    assert program_command(environ) == [str(packaged)]
