"""Which document is which."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cowrite.documents.identity import Identities, document_id_for, ids_of


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


def test_what_was_begun_without_a_file_keeps_its_identity_in_it(tmp_path: Path) -> None:
    file, letter, other = tmp_path / "identities.json", tmp_path / "letter", tmp_path / "other"
    identities = Identities(file)
    assert identities.of(letter) == document_id_for(letter)
    identities.note(letter, "begun")
    assert identities.of(letter) == Identities(file).of(letter) == "begun"
    assert identities.of(other) == document_id_for(other)
    assert ids_of([letter], identities) == {"begun", document_id_for(letter)}
    assert identities.is_in_a_file("begun")
    assert "letter" not in file.read_text(), "names of files are nobody's business"


def test_another_document_in_the_same_file_takes_its_place(tmp_path: Path) -> None:
    identities = Identities(tmp_path / "identities.json")
    identities.note(tmp_path / "a", "one")
    identities.note(tmp_path / "a", "two")
    assert identities.of(tmp_path / "a") == "two"
    identities.note(tmp_path / "a", document_id_for(tmp_path / "a"))
    assert not identities.is_in_a_file("two")


def test_what_is_forgotten_is_as_if_it_had_never_been_noted(tmp_path: Path) -> None:
    file = tmp_path / "identities.json"
    identities = Identities(file)
    for name in "abc":
        identities.note(tmp_path / name, f"document-{name}")
    identities.forget({"document-a"})
    left = Identities(file)
    assert left.of(tmp_path / "a") == document_id_for(tmp_path / "a")
    assert left.of(tmp_path / "b") == "document-b"
    identities.forget(everything=True)
    assert "document" not in file.read_text().replace("documents", "")


def test_a_private_window_knows_what_was_noted_and_notes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "identities.json"
    identities = Identities(file)
    private = identities.unkept()
    identities.note(tmp_path / "a", "one")
    private.note(tmp_path / "b", "two")
    assert private.of(tmp_path / "a") == "one"
    assert identities.of(tmp_path / "b") == document_id_for(tmp_path / "b")


@pytest.mark.expects_warnings
@pytest.mark.parametrize(
    "damaged",
    [b"", b"{", b"[]", b'{"format": 0}', b"\xff", b"[" * 100_000, b'{"format": 1, "documents": 1}'],
)
def test_a_damaged_note_is_set_aside_and_said(tmp_path: Path, damaged: bytes) -> None:
    file = tmp_path / "identities.json"
    file.write_bytes(damaged)
    identities = Identities(file)
    assert identities.of(tmp_path / "a") == document_id_for(tmp_path / "a")
    assert "damaged" in identities.problem
    assert not file.exists()
    assert Identities(file).problem == ""


@pytest.mark.parametrize("damaged", ["1", '"../x"', '""', "null", '"a b"', "[]", '"\\ud800"'])
def test_one_damaged_note_hides_no_other(tmp_path: Path, damaged: str) -> None:
    file, good = tmp_path / "identities.json", document_id_for(tmp_path / "good")
    bad = document_id_for(tmp_path / "bad")
    content = f'{{"format": 1, "documents": {{"{bad}": {damaged}, "{good}": "begun"}}}}'
    file.write_text(content)
    identities = Identities(file)
    assert identities.of(tmp_path / "good") == "begun"
    assert identities.of(tmp_path / "bad") == bad
    assert "damaged" in identities.problem
    assert [each.read_text() for each in tmp_path.glob("*.before-repair-*")] == [content]


@pytest.mark.expects_warnings
def test_a_full_disk_costs_the_note_and_no_more(tmp_path: Path) -> None:
    (tmp_path / "in the way").touch()
    identities = Identities(tmp_path / "in the way" / "identities.json")
    identities.note(tmp_path / "a", "one")
    assert identities.of(tmp_path / "a") == "one"


def test_a_document_goes_with_its_file_and_what_comes_there_is_another(tmp_path: Path) -> None:
    identities = Identities(tmp_path / "identities.json")
    one, two, three = (tmp_path / name for name in ("one.md", "two.md", "three.md"))
    first = identities.of(one)
    identities.moved([(document_id_for(one), document_id_for(two))])
    assert identities.of(two) == first
    second = identities.of(one)
    assert second != first
    identities.moved([(document_id_for(one), document_id_for(three))])
    identities.moved([(document_id_for(two), document_id_for(one))])
    assert identities.of(one) == first
    assert identities.of(three) == second
    again = Identities(tmp_path / "identities.json")
    assert [again.of(path) for path in (one, three)] == [first, second]
    assert again.of(two) not in (first, second)
