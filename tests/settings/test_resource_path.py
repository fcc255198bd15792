"""What comes with the program is found wherever the program was put."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cowrite.base.errors import BugError
from cowrite.settings import resources
from cowrite.settings.resources import resource_path


def test_in_a_checkout() -> None:
    assert resource_path("themes.json").is_file()
    assert resource_path("icons").is_dir()


def test_in_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site-packages" / "cowrite"
    for folder in (package / "resources", package.parent / "resources"):  # another package's
        folder.mkdir(parents=True)
        (folder / "a.txt").touch()
    monkeypatch.setattr(resources, "_PACKAGE", package)
    assert resource_path("a.txt") == package / "resources" / "a.txt"


def test_in_a_frozen_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "resources").mkdir()
    (tmp_path / "resources" / "themes.json").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resource_path("themes.json") == tmp_path / "resources" / "themes.json"


def test_what_is_missing_is_named() -> None:
    with pytest.raises(BugError, match=r"nothing\.txt"):
        resource_path("nothing.txt")
