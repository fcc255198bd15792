"""No two open documents have one identity or one file, by whatever name the file is reached."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from cowrite.base.errors import UserError
from cowrite.documents.identity import Identities, document_id_for
from cowrite.documents.open_documents import OpenDocuments, same_file

posix = pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "folder" / "letter.txt"
    path.parent.mkdir()
    path.write_text("Dear Bob")
    return path


def symlink(letter: Path) -> Path:
    link = letter.with_name("link.txt")
    link.symlink_to(letter.name)
    return link


def chain(letter: Path) -> Path:
    link = letter.with_name("chain.txt")
    link.symlink_to(symlink(letter))
    return link


def symlinked_folder(letter: Path) -> Path:
    folder = letter.parent.with_name("linked")
    folder.symlink_to(letter.parent.name)
    return folder / letter.name


def hard_link(letter: Path) -> Path:
    link = letter.with_name("hard.txt")
    link.hardlink_to(letter)
    return link


def with_dots(letter: Path) -> Path:
    return letter.parent / ".." / letter.parent.name / "." / letter.name


def relative(letter: Path) -> Path:
    return Path(os.path.relpath(letter))


def trailing(letter: Path) -> Path:
    return Path(f"{letter}/")


def doubled(letter: Path) -> Path:
    return Path(str(letter).replace("/", "//").replace("//", "///", 1))


WAYS = [symlink, chain, symlinked_folder, hard_link, with_dots, relative, trailing, doubled]


@posix
@pytest.mark.parametrize("way", WAYS)
def test_one_file_is_one_file_by_whatever_name(letter: Path, way: Callable[[Path], Path]) -> None:
    other = way(letter)
    assert same_file(letter, other)
    assert same_file(other, letter)
    documents: OpenDocuments[str] = OpenDocuments()
    first = documents.enter("first", other, [document_id_for(other)])
    assert documents.holder_of(letter) == "first"
    with pytest.raises(UserError, match="open in another tab or window"):
        documents.enter("second", letter, ["x"])
    assert not documents.is_elsewhere("first", letter)
    assert documents.enter("first", letter, [first]) == first
    documents.leave("first")
    assert documents.holder_of(letter) is None
    assert documents.enter("second", letter, [first]) == first


@posix
def test_the_file_system_says_which_names_are_one(
    letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where letter case or the spelling of an accent makes no difference."""
    real = os.stat
    same = {"LETTER.TXT": "letter.txt", "le\u0301tter.txt": "letter.txt"}

    def stat(path: Path, **options: bool) -> os.stat_result:
        return real(path.with_name(same.get(path.name, path.name)), **options)

    monkeypatch.setattr(Path, "stat", stat)
    assert same_file(letter, letter.with_name("LETTER.TXT"))
    assert same_file(letter.with_name("le\u0301tter.txt"), letter)
    assert not same_file(letter, letter.with_name("Letters.txt"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount")
def test_a_file_that_is_mounted_in_another_place(letter: Path) -> None:
    mounted = letter.with_name("mounted.txt")
    mounted.touch()
    if subprocess.run(["mount", "--bind", letter, mounted], capture_output=True).returncode:
        pytest.skip("nothing may be mounted here")
    try:
        assert same_file(letter, mounted)
    finally:
        subprocess.run(["umount", mounted], check=True)


def test_other_files_are_others(letter: Path) -> None:
    copy = letter.with_name("copy.txt")
    copy.write_text("Dear Bob")
    assert not same_file(letter, copy)
    assert not same_file(letter, letter.with_name("none.txt"))
    assert not same_file(letter, letter.parent)
    assert not same_file(letter.with_name("none.txt"), letter.with_name("other.txt"))
    assert same_file(letter.with_name("none.txt"), letter.parent / "." / "none.txt")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "", "x" * 5_000])
def test_what_can_be_no_name_is_no_file(letter: Path, name: str) -> None:
    assert not same_file(letter, Path(name))
    assert not same_file(Path(name), letter)


def test_a_file_without_a_number_goes_by_its_place(
    letter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network file systems number no files, or all alike."""
    copy = letter.with_name("copy.txt")
    copy.write_text("Dear Bob")
    real = Path.stat

    def stat(path: Path, **options: bool) -> os.stat_result:
        values = list(real(path, **options))
        values[1] = 0  # st_ino
        return os.stat_result(values)

    monkeypatch.setattr(Path, "stat", stat)
    assert not same_file(letter, copy)
    assert same_file(letter, letter)


def test_a_file_that_was_moved_away_is_no_longer_the_one_that_is_open(letter: Path) -> None:
    """``mv a b``, and a new ``a``: what is open would be saved to ``a``, so it is ``a``."""
    documents: OpenDocuments[str] = OpenDocuments()
    documents.enter("first", letter)
    moved = letter.with_name("moved.txt")
    letter.rename(moved)
    assert documents.holder_of(moved) is None
    assert documents.holder_of(letter) == "first"
    letter.write_text("a new one")
    assert documents.holder_of(moved) is None
    assert documents.holder_of(letter) == "first"


def test_an_identity_is_given_once(tmp_path: Path) -> None:
    documents: OpenDocuments[str] = OpenDocuments()
    assert documents.enter("a", tmp_path / "a", ["one", "two"]) == "one"
    assert documents.enter("b", tmp_path / "b", ["one", "two"]) == "two"
    third = documents.enter("c", tmp_path / "c", ["one", "two"])
    assert third not in {"one", "two", ""}
    documents.reserve(["three"])
    assert documents.enter("d", None, ["three"]) != "three"
    documents.release("three")
    assert documents.enter("d", None, ["three"]) == "three"
    assert documents.enter("d", None) != documents.enter("e", None)


class Windows(RuleBasedStateMachine):
    """Windows open, save under other names and close, while another program links, moves and deletes the files."""

    windows = Bundle("windows")
    names = st.sampled_from(["a", "b", "c", "d/a", "D/a"])

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "d").mkdir()
        (self.folder / "D").symlink_to("d")
        self.identities = Identities(self.folder / "identities.json")
        self.documents: OpenDocuments[int] = OpenDocuments()
        self.open: dict[int, tuple[Path | None, str]] = {}
        self.number = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def _enter(self, window: int, path: Path | None, first: str = "") -> None:
        wanted = [first] if first else []
        wanted += [self.identities.of(path), document_id_for(path)] if path is not None else []
        before = self.open.get(window)
        taken = [
            each
            for each, (other, _) in self.open.items()
            if each != window and path is not None and other is not None and same_file(other, path)
        ]
        try:
            self.open[window] = path, self.documents.enter(window, path, wanted)
            assert not taken
        except UserError:
            assert taken
            assert self.open.get(window) == before

    @rule(target=windows)
    def new(self) -> int:
        self.number += 1
        self._enter(self.number, None)
        return self.number

    @rule(target=windows, name=names)
    def open_file(self, name: str) -> int:
        self.number += 1
        self._enter(self.number, self.folder / name)
        return self.number

    @rule(window=windows, name=names)
    def save_as(self, window: int, name: str) -> None:
        if window not in self.open:
            return
        path = self.folder / name
        old_path, old_id = self.open[window]
        if self.documents.is_elsewhere(window, path):
            return
        path.write_text("x")
        if old_path is None:
            self.identities.note(path, old_id)
        self._enter(window, path, old_id if old_path is None else "")

    @rule(window=windows)
    def close(self, window: int) -> None:
        self.documents.leave(window)
        self.open.pop(window, None)

    @rule(old=names, new=names, how=st.sampled_from(["move", "link", "symlink", "delete", "write"]))
    def elsewhere(self, old: str, new: str, how: str) -> None:
        one, other = self.folder / old, self.folder / new
        if how == "delete":
            one.unlink(missing_ok=True)
        elif how == "write" and not one.is_symlink():
            one.unlink(missing_ok=True)
            one.write_text("another")
        elif how == "move" and one.exists() and not same_file(one, other):
            one.rename(other)
        elif how in ("link", "symlink") and one.is_file() and not os.path.lexists(other):
            other.hardlink_to(one) if how == "link" else other.symlink_to(one)

    @rule(one=names, other=names)
    def damaged_note(self, one: str, other: str) -> None:
        """Two files are noted to hold one document."""
        self.identities.note(self.folder / one, self.identities.of(self.folder / other))

    @invariant()
    def no_two_have_one_identity(self) -> None:
        held = [document_id for _, document_id in self.open.values()]
        assert len(set(held)) == len(held)

    @invariant()
    def each_file_has_the_window_that_says_so(self) -> None:
        for window, (path, _) in self.open.items():
            assert path is None or self.documents.holder_of(path) is not None
            assert window in self.open


TestWindows = pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")(
    Windows.TestCase
)
TestWindows.settings = settings(stateful_step_count=25, deadline=None)
