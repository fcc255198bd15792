"""What was dismissed is known again, tells nothing, and can be forgotten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cowrite.check.dismissals import Dismissals


def kept(file: Path) -> Dismissals:
    dismissals = Dismissals(file, lambda work: work())
    dismissals.know(dismissals.read())
    return dismissals


def test_it_is_remembered_by_document(tmp_path: Path) -> None:
    file = tmp_path / "check.json"
    kept(file).dismiss("one", "k1", keep=True)
    kept(file).dismiss("one", "k2", keep=True)
    kept(file).dismiss("two", "k1", keep=True)
    assert kept(file).of("one") == {"k1", "k2"}
    assert kept(file).of("two") == {"k1"}
    assert kept(file).of("three") == frozenset()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_private_document_leaves_no_trace(tmp_path: Path) -> None:
    file = tmp_path / "check.json"
    dismissals = kept(file)
    dismissals.dismiss("secret", "k1", keep=False)
    assert dismissals.of("secret") == {"k1"}
    assert not file.exists()


def test_all_of_it_comes_back_and_is_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "check.json"
    dismissals = kept(file)
    dismissals.dismiss("one", "k1", keep=True)
    dismissals.dismiss("two", "k1", keep=True)
    dismissals.bring_back("one", keep=True)
    assert kept(file).of("one") == frozenset()
    kept(file).forget(["two"])
    assert json.loads(file.read_text())["documents"] == {}


@pytest.mark.expects_warnings
def test_a_damaged_file_is_read_as_far_as_it_makes_sense(tmp_path: Path) -> None:
    file = tmp_path / "check.json"
    file.write_text("{")
    assert kept(file).of("one") == frozenset()
