"""What a program leaves that ended while it wrote into a file: found, offered, and cleared when not needed."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.documents.kept_bytes import interrupted_saves, keeping
from cowrite.settings.folder_lock import exclusive_lock

OLD, NEW = b"the old words", b"new words"


class KilledError(BaseException):
    """In the place of an end that nobody sees: nothing is cleared up."""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    path = shelf / "book.txt"
    path.write_bytes(OLD)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def left_by_killed(
    book: Path, folder: Path, content: bytes | None, *, private: bool = False
) -> None:
    """As after a kill in the middle: what is kept is there, and ``content`` is in the file (None: no file)."""
    with pytest.MonkeyPatch.context() as killed:
        killed.setattr("cowrite.documents.kept_bytes._remove", lambda *_: None)
        with pytest.raises(KilledError), keeping(book, OLD, NEW, folder, only_private=private):
            raise KilledError
    if content is None:
        book.unlink()
    else:
        book.write_bytes(content)


def everything(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"lock"}


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("content", [b"new wold words", b"", b"\xff\xfe", None])
def test_what_is_neither_old_nor_new_is_offered_until_it_is_discarded(
    book: Path, folder: Path, content: bytes | None, private: bool
) -> None:
    left_by_killed(book, folder, content, private=private)
    for _ in range(2):  # at every start until then
        (save,), problems = interrupted_saves(folder)
        assert problems == []
        assert save.file == book
        assert save.bytes.read() == OLD
        assert save.kept.parent == (folder if private else book.parent)
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in (save.kept, save.note)} == {0o600}
    assert "words" not in save.note.read_text()
    save.discard()
    assert interrupted_saves(folder) == ([], [])
    assert everything(folder) == set()
    assert not save.kept.exists()
    assert content is None or book.read_bytes() == content


@pytest.mark.parametrize("content", [OLD, NEW])
def test_what_is_whole_is_not_offered(book: Path, folder: Path, content: bytes) -> None:
    left_by_killed(book, folder, content)
    assert interrupted_saves(folder) == ([], [])
    assert everything(folder) == set()
    assert list(book.parent.iterdir()) == [book]


def test_kept_bytes_that_are_not_whole_are_of_a_file_that_was_not_touched(
    book: Path, folder: Path
) -> None:
    left_by_killed(book, folder, OLD + b" and what was written since")
    (save,), _ = interrupted_saves(folder)
    save.kept.write_bytes(OLD[:4])
    assert interrupted_saves(folder) == ([], [])
    assert list(book.parent.iterdir()) == [book]


def test_what_is_on_a_disk_that_is_not_there_now_is_waited_for(book: Path, folder: Path) -> None:
    left_by_killed(book, folder, b"neither")
    away = book.parent.rename(book.parent.with_name("unplugged"))
    (save,), _ = interrupted_saves(folder)
    away.rename(book.parent)
    assert save.bytes.read() == OLD
    assert len(interrupted_saves(folder)[0]) == 1


def test_while_another_process_writes_nothing_is_looked_at(book: Path, folder: Path) -> None:
    left_by_killed(book, folder, OLD)
    there = everything(folder)
    with exclusive_lock(folder / "lock", shared=True):
        assert interrupted_saves(folder) == ([], [])
        assert everything(folder) == there
    assert interrupted_saves(folder) == ([], [])
    assert everything(folder) == set()


def test_two_may_write_at_once(book: Path, folder: Path) -> None:
    with keeping(book, OLD, NEW, folder) as one, keeping(book, OLD, NEW, folder) as two:
        assert one != two
        assert interrupted_saves(folder) == ([], [])
    assert everything(folder) == set()


NOTES = st.one_of(
    st.binary(max_size=80),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
            st.sampled_from(["magic", "version", "file", "kept", "sha256", "new_sha256", "begun_ms"]), inner
        ),
        max_leaves=9,
    ).map(lambda value: json.dumps(value).encode()),
)  # fmt: skip


@given(NOTES, st.data())
def test_a_damaged_note_hides_no_other_and_is_said_once(
    tmp_path_factory: pytest.TempPathFactory, note: bytes, data: st.DataObject
) -> None:
    root = tmp_path_factory.mktemp("notes")
    book, folder = root / "book.txt", root / "kept"
    book.write_bytes(OLD)
    left_by_killed(book, folder, b"neither")
    good = json.loads(next(folder.glob("*.json")).read_bytes())
    if data.draw(st.booleans()):
        name = data.draw(st.sampled_from(sorted(good)))
        note = json.dumps(
            good | {name: data.draw(st.sampled_from([None, 1.5, True, "", "\0", "abc", []]))}
        ).encode()
    (folder / "damaged.json").write_bytes(note)
    found, problems = interrupted_saves(folder)
    assert [save.file for save in found] == [book]
    assert len(problems) == 1
    assert len(interrupted_saves(folder)[0]) == 1
    assert interrupted_saves(folder)[1] == []


@pytest.mark.parametrize(
    "place", ["thesis.txt", "shelf/other.txt", "shelf/book.txt", "shelf/.hidden"]
)
def test_a_note_never_leads_to_a_file_that_is_not_ours(
    tmp_path: Path, book: Path, folder: Path, place: str
) -> None:
    """It would be read, and deleted."""
    left_by_killed(book, folder, b"neither")
    other = tmp_path / place
    if not other.exists():
        other.write_bytes(b"all of my thesis")
    note = next(folder.glob("*.json"))
    note.write_text(json.dumps(json.loads(note.read_bytes()) | {"kept": str(other)}))
    found, problems = interrupted_saves(folder)
    assert (len(found), len(problems)) == (0, 1)
    assert other.exists()


def test_without_a_private_folder_the_bytes_are_kept_beside_the_file(book: Path) -> None:
    with keeping(book, OLD, NEW, None) as kept:
        assert kept is not None
        assert kept.parent == book.parent
        assert kept.read_bytes() == OLD
    assert list(book.parent.iterdir()) == [book]


def test_nothing_is_kept_of_an_empty_file(book: Path, folder: Path) -> None:
    with keeping(book, b"", NEW, folder) as kept:
        assert kept is None
    assert interrupted_saves(folder) == ([], [])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes of POSIX")
@pytest.mark.parametrize("what", ["the note", "the file", "the kept bytes"])
def test_a_pipe_in_its_place_is_not_waited_for(book: Path, folder: Path, what: str) -> None:
    left_by_killed(book, folder, b"neither")
    ((save,), _) = interrupted_saves(folder)
    path = {"the note": save.note, "the file": book, "the kept bytes": save.kept}[what]
    path.unlink()
    os.mkfifo(path)
    found, problems = interrupted_saves(folder)
    assert len(found) == (what != "the note")
    assert len(problems) == (what == "the note")
