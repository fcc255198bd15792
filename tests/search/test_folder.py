"""Which files of a folder are searched."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.documents.importing import is_imported
from cowrite.search import folder
from cowrite.search.folder import text_files


def names(root: Path) -> list[str]:
    return [str(path.relative_to(root)) for path in text_files(root)]


def test_texts_are_found_in_order_and_nothing_else(tmp_path: Path) -> None:
    for name in ("b/c.md", "a.txt", ".hidden.md", ".git/x.md", "book.docx", "b/empty.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"" if "empty" in name else b"words")
    (tmp_path / "picture.dat").write_bytes(b"\x89PNG\0\0")
    (tmp_path / "wide.txt").write_bytes("words".encode("utf-16"))
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert names(tmp_path) == ["a.txt", "wide.txt", "b/c.md"]


@pytest.mark.parametrize("ending", ["html", "htm", "xhtml", "rtf", "docx", "odt"])
def test_what_opens_as_a_new_text_is_left_out(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"page.{ending}"
    path.write_text("words")
    assert is_imported(path)
    assert names(tmp_path) == []


def test_what_is_huge_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folder, "LARGEST_FILE_BYTES", 4)
    (tmp_path / "large.txt").write_text("large")
    (tmp_path / "tiny.txt").write_text("tiny")
    assert names(tmp_path) == ["tiny.txt"]


def test_it_ends_when_it_is_cancelled_or_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text("x")
    assert list(text_files(tmp_path, lambda: True)) == []
    monkeypatch.setattr(folder, "MOST_FILES", 2)
    assert names(tmp_path) == ["0.txt", "1.txt"]


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert names(tmp_path / "gone") == []
