"""Renaming replaces nothing, whatever stands in the way, and says what is the matter."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.documents import moving
from cowrite.documents.moving import move


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "one.md"
    path.write_text("one")
    return path


@pytest.mark.parametrize("has_links", [True, False])
def test_a_file_gets_another_name(
    file: Path, has_links: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_links:
        monkeypatch.setattr(os, "link", _refuse)
    move(file, file.with_name("two.md"))
    assert not file.exists()
    assert file.with_name("two.md").read_text() == "one"


def _refuse(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


@pytest.mark.parametrize("kind", ["file", "folder", "link to nothing"])
def test_nothing_is_replaced(file: Path, kind: str) -> None:
    there = file.with_name("two.md")
    if kind == "file":
        there.write_text("two")
    elif kind == "folder":
        there.mkdir()
    else:
        there.symlink_to("nowhere")
    with pytest.raises(UserError, match="There is a “two"):
        move(file, there)
    assert file.read_text() == "one"
    assert there.is_symlink() or there.is_dir() or there.read_text() == "two"


def test_what_comes_in_this_moment_is_not_replaced(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = file.with_name("two.md")
    there.write_text("two")
    monkeypatch.setattr(moving.os.path, "lexists", lambda _: False)
    with pytest.raises(UserError, match="already"):
        move(file, there)
    assert (file.read_text(), there.read_text()) == ("one", "two")


def test_a_folder_and_a_link_get_another_name(file: Path) -> None:
    link = file.with_name("link.md")
    link.symlink_to(file)
    move(link, file.with_name("other.md"))
    assert file.with_name("other.md").is_symlink()
    assert file.read_text() == "one"
    folder = file.with_name("folder")
    folder.mkdir()
    move(folder, file.with_name("chapters"))
    assert file.with_name("chapters").is_dir()


def test_what_is_wrong_is_said(file: Path) -> None:
    with pytest.raises(UserError, match="not there any more"):
        move(file.with_name("gone.md"), file.with_name("two.md"))
    with pytest.raises(UserError, match="cannot be renamed"):
        move(file, file.with_name("x" * 300))
    assert file.read_text() == "one"
