"""Which kind of installation runs: the source, the Debian package, the AppImage, a folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cowrite.settings import installation as module
from cowrite.settings.installation import Installation, installation, repair_advice


@pytest.fixture
def packaged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    program = tmp_path / "usr" / "lib" / "cowrite" / "cowrite"
    program.parent.mkdir(parents=True)
    program.touch()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(sys, "platform", "linux")
    return program


def test_the_source_is_told_from_a_package():
    assert installation({"APPIMAGE": "/x", "APPDIR": "/"}) is Installation.SOURCE
    assert "dev.py" in repair_advice()


def test_a_folder(packaged: Path):
    assert installation({}) is Installation.FOLDER
    assert repair_advice().startswith("Install Cowrite again")


def test_the_debian_package_also_by_its_link(packaged: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "DEB_FOLDER", packaged.parent)
    link = packaged.parent.parent.parent / "bin"
    link.mkdir()
    (link / "cowrite").symlink_to("../lib/cowrite/cowrite")
    monkeypatch.setattr(sys, "executable", str(link / "cowrite"))
    assert installation({}) is Installation.DEB


def test_the_appimage(packaged: Path):
    mounted = packaged.parents[3]
    found = installation({"APPIMAGE": "/home/x/Cowrite.AppImage", "APPDIR": str(mounted)})
    assert found is Installation.APPIMAGE


def test_another_programs_appimage_is_not_ours(packaged: Path):
    assert installation({"APPIMAGE": "/x.AppImage", "APPDIR": "/elsewhere"}) is Installation.FOLDER


@pytest.mark.parametrize(
    ("platform", "kind"), [("win32", Installation.WINDOWS), ("darwin", Installation.MACOS)]
)
def test_the_other_systems(
    packaged: Path, monkeypatch: pytest.MonkeyPatch, platform: str, kind: Installation
):
    monkeypatch.setattr(sys, "platform", platform)
    assert installation({}) is kind


def test_every_kind_has_words():
    assert len({kind.words for kind in Installation}) == len(Installation)
