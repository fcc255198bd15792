"""What is chosen for single documents is kept, but for private ones, and forgotten on request."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.spelling.document_choices import DocumentChoice, DocumentChoices

BRITISH = DocumentChoice(language="en_GB", words=("gnorp",))


def choices_in(file: Path) -> DocumentChoices:
    choices = DocumentChoices(file, lambda write: write())
    choices.know(choices.read())
    return choices


def test_they_are_kept_and_forgotten(tmp_path: Path) -> None:
    file = tmp_path / "spelling.json"
    choices = choices_in(file)
    choices.choose("a", BRITISH, keep=True)
    choices.choose("b", BRITISH, keep=True)
    choices.choose("secret", BRITISH, keep=False)
    assert choices.of("secret") == BRITISH
    later = choices_in(file)
    assert [later.of(each) for each in ("a", "b", "secret")] == [BRITISH, BRITISH, DocumentChoice()]
    later.forget(["a"])
    assert choices_in(file).of("a") == DocumentChoice()
    later.forget([], everything=True)
    assert choices_in(file).of("b") == DocumentChoice()


def test_the_oldest_go_when_there_are_very_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cowrite.spelling.document_choices._MOST_DOCUMENTS", 200)
    choices = DocumentChoices(tmp_path / "spelling.json", lambda write: None)
    for number in range(201):
        choices.choose(str(number), BRITISH, keep=True)
    assert choices.of("0") == DocumentChoice()
    assert choices.of("1") == BRITISH


@pytest.mark.expects_warnings
def test_a_damaged_file_is_no_obstacle(tmp_path: Path) -> None:
    file = tmp_path / "spelling.json"
    file.write_bytes(b'{"format": 1, "documents": {"a": {"language": 3}}}')
    assert choices_in(file).of("a") == DocumentChoice()
