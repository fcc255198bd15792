"""Which document is which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cowrite.documents.identity import document_id_for


def test_a_document_without_a_file_is_a_new_one_each_time() -> None:
    assert document_id_for(None) != document_id_for(None)


def test_a_file_is_the_same_document_every_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = document_id_for(tmp_path / "Käse %20.txt")
    assert name == document_id_for(Path("Käse %20.txt"))
    assert name == document_id_for(tmp_path / "x" / ".." / "Käse %20.txt")
    assert name != document_id_for(tmp_path / "other.txt")
    assert name.isalnum()


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_lead_to_the_same_document(tmp_path: Path) -> None:
    (tmp_path / "real.txt").touch()
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    assert document_id_for(tmp_path / "link.txt") == document_id_for(tmp_path / "real.txt")


@pytest.mark.skipif(os.name != "posix", reason="names of POSIX are bytes")
def test_a_name_that_is_no_text_has_an_identity() -> None:
    assert document_id_for(Path(os.fsdecode(b"/tmp/\xff.txt")))
