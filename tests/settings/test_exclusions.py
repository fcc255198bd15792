"""Files and folders that are left alone: by where they are, never by how their names begin."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowrite.settings.exclusions import excluding_entry, is_excluded, same_place

# Few and alike, so that one is often above another or begins as another does.
NAME = st.sampled_from(["a", "A", "b", "bc", "b c", "é", "e\u0301", "ß", "..x"])
PARTS = st.lists(NAME, max_size=4).map(tuple)
ROOT = Path(Path.cwd().anchor) / "no-such-folder-of-cowrite"


@given(PARTS, st.lists(PARTS, max_size=3))
def test_a_path_is_excluded_exactly_by_itself_and_by_what_is_above_it(
    parts: tuple[str, ...], entries: list[tuple[str, ...]]
) -> None:
    path, excluded = ROOT.joinpath(*parts), [str(ROOT.joinpath(*each)) for each in entries]
    expected = any(parts[: len(each)] == each for each in entries)
    assert is_excluded(path, excluded, system="linux") == expected
    assert (excluding_entry(path, excluded, system="linux") in excluded) == expected


@given(PARTS, PARTS)
def test_where_case_means_nothing_more_is_excluded_never_less(
    parts: tuple[str, ...], entry: tuple[str, ...]
) -> None:
    path, excluded = ROOT.joinpath(*parts), [str(ROOT.joinpath(*entry))]
    if is_excluded(path, excluded, system="linux"):
        assert is_excluded(path, excluded, system="darwin")
    shouted = [each.upper() for each in excluded]
    assert is_excluded(path, shouted, system="win32") == is_excluded(path, excluded, system="win32")


@given(st.text(max_size=12), st.text(max_size=12))
def test_whatever_stands_in_the_list_nothing_breaks(name: str, entry: str) -> None:
    path = ROOT / name.replace("/", "")
    is_excluded(path, [entry, f"{ROOT}{os.sep}{entry}"])
    assert not is_excluded(Path("/elsewhere"), [f"{ROOT}{os.sep}{entry}".replace("..", "")])


@pytest.mark.parametrize("entry", ["", ".", "a", "~", "~/a", "\0", "/a\0b", "/\ud800"])
def test_what_is_no_absolute_path_excludes_nothing(entry: str) -> None:
    assert not is_excluded(Path.cwd() / "a", [entry])


def test_a_folder_is_not_the_beginning_of_a_name(tmp_path: Path) -> None:
    assert not is_excluded(tmp_path / "bc" / "x.txt", [str(tmp_path / "b")])
    assert is_excluded(tmp_path / "b" / "c" / "x.txt", [f"{tmp_path / 'b'}{os.sep}"])
    assert is_excluded(tmp_path / "b" / "x.txt", [str(tmp_path / "c" / ".." / "b")])


def test_a_document_without_a_file_is_never_excluded() -> None:
    assert not is_excluded(None, [Path.cwd().anchor])


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_links_are_followed_on_both_sides_and_count_by_their_own_name(tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    (real / "x.txt").write_text("x")
    link.symlink_to(real)
    (tmp_path / "alone").symlink_to(real / "x.txt")
    assert is_excluded(link / "x.txt", [str(real)])
    assert is_excluded(real / "x.txt", [str(link)])
    assert is_excluded(tmp_path / "alone", [str(real / "x.txt")])
    assert is_excluded(tmp_path / "alone", [str(tmp_path)])
    assert same_place(str(real), str(link))
    assert not same_place(str(real), str(tmp_path))
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert is_excluded(loop, [str(loop)])
