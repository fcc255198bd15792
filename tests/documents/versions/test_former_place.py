"""Whose text a file holds that was moved by another program: an answer only where it is certain."""

from __future__ import annotations

from pathlib import Path

import pytest

from cowrite.documents.versions.former_place import FormerPlace, former_place
from cowrite.documents.versions.snapshots import SUFFIX, Reason, SnapshotStore

TEXT = "It was a dark and stormy night, and nobody knew where the chapter had gone. " * 3


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return SnapshotStore(tmp_path / "versions")


@pytest.fixture
def gone(tmp_path: Path) -> Path:
    return tmp_path / "gone.md"


def take(store: SnapshotStore, path: Path | None, text: str = TEXT, document_id: str = "a") -> None:
    store.take(document_id, text, at_ms=1, reason=Reason.SAVED, path=path)


def test_the_only_document_with_that_text_whose_file_is_gone(
    store: SnapshotStore, gone: Path
) -> None:
    take(store, gone, "something before that")
    take(store, gone)
    take(store, gone.with_name("other.md"), "another text " * 20, "b")
    assert former_place(store.folder, TEXT) == FormerPlace(document_id="a", path=gone)
    assert former_place(store.folder, TEXT + "!") is None


def test_a_copy_is_another_document(store: SnapshotStore, gone: Path) -> None:
    take(store, gone)
    gone.write_text(TEXT)
    assert former_place(store.folder, TEXT) is None


def test_two_with_that_text_are_not_certain(store: SnapshotStore, gone: Path) -> None:
    take(store, gone)
    take(store, gone.with_name("other.md"), document_id="b")
    assert former_place(store.folder, TEXT) is None


def test_a_disk_that_is_away_is_not_certain(store: SnapshotStore, tmp_path: Path) -> None:
    take(store, tmp_path / "stick" / "gone.md")
    assert former_place(store.folder, TEXT) is None


def test_an_older_version_and_a_short_text_are_not_certain(
    store: SnapshotStore, gone: Path
) -> None:
    take(store, gone, "Title")
    assert former_place(store.folder, "Title") is None
    take(store, gone)
    take(store, gone, "what came later")
    assert former_place(store.folder, TEXT) is None


def test_without_a_file_it_was_nowhere(store: SnapshotStore, gone: Path) -> None:
    take(store, gone)
    take(store, None)
    assert former_place(store.folder, TEXT) is None


def test_where_it_is_now_is_noted(store: SnapshotStore, gone: Path) -> None:
    store.note_file("a", gone)
    assert not store.folder.exists(), "no file for a document of which nothing is kept"
    take(store, gone.with_name("first.md"))
    store.note_file("a", gone)
    assert former_place(store.folder, TEXT) == FormerPlace(document_id="a", path=gone)


def test_damaged_and_older_files_are_left_alone(store: SnapshotStore, gone: Path) -> None:
    take(store, gone)
    damaged = store.folder / f"c{SUFFIX}"
    damaged.write_bytes(b"no database at all")
    (store.folder / f"d{SUFFIX}").write_bytes(b"")
    assert former_place(store.folder, TEXT) == FormerPlace(document_id="a", path=gone)
    assert damaged.read_bytes() == b"no database at all"
