"""One option moves everything, and the folders are private."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from cowrite.base.errors import UserError
from cowrite.settings.paths import Paths, with_home

POSIX = os.name == "posix"


def test_home_beats_the_variable_which_beats_the_system(tmp_path: Path) -> None:
    given_home = Paths.find(tmp_path / "a", {"COWRITE_HOME": str(tmp_path / "b")})
    assert given_home.decision_log.is_relative_to(tmp_path / "a")
    from_variable = Paths.find(None, {"COWRITE_HOME": str(tmp_path / "b")})
    assert from_variable.data.is_relative_to(tmp_path / "b")
    for nothing in ({}, {"COWRITE_HOME": ""}):
        assert not Paths.find(None, nothing).data.is_relative_to(tmp_path)


def test_everything_is_below_the_home(tmp_path: Path) -> None:
    paths = Paths.find(tmp_path)
    everything = {
        name: getattr(paths, name)
        for name in (*Paths.__slots__, *vars(Paths))
        if not name.startswith("_") and isinstance(getattr(paths, name), Path)
    }
    assert {"data", "config", "logs", "models_dir", "settings_file"} <= everything.keys()
    assert all(path.is_relative_to(tmp_path) for path in everything.values())


def test_a_relative_home_does_not_move_with_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = Paths.find(Path("here"))
    monkeypatch.chdir(tmp_path.parent)
    assert paths.data == tmp_path / "here" / "data"


def test_the_home_of_nobody_is_said_plainly() -> None:
    with pytest.raises(UserError, match="no home folder"):
        Paths.find(Path("~nobody-of-this-name/cowrite"))


def test_folders_are_private_and_may_be_made_twice(tmp_path: Path) -> None:
    paths = Paths.find(tmp_path / "home")
    paths.create()
    paths.create()
    for folder in (paths.data, paths.config, paths.logs, paths.models_dir, paths.journal_dir):
        assert list(folder.glob(".write-test*")) == []
        if POSIX:
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in the way")
    with pytest.raises(UserError, match="cannot write to its folder") as caught:
        Paths.find(tmp_path / "home").create()
    assert "--home" in caught.value.advice
    assert "Errno" not in str(caught.value)


def test_a_folder_that_cannot_be_written_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, _: bytes) -> int:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(UserError, match=r"cannot write to its folder .*Permission denied"):
        Paths.find(tmp_path / "home").create()


def test_two_homes_have_two_instances_and_one_has_one(tmp_path: Path) -> None:
    a, b = Paths.find(tmp_path / "a"), Paths.find(tmp_path / "b")
    assert a.instance_name == Paths.find(tmp_path / "a").instance_name
    assert a.instance_name != b.instance_name
    assert len(a.instance_name) < 40  # the path of a local socket is short


@pytest.mark.skipif(not POSIX, reason="links need rights on Windows")
def test_a_link_to_a_home_is_the_same_instance(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    assert Paths.find(tmp_path / "a").instance_name == Paths.find(tmp_path / "link").instance_name


def test_a_tilde_is_a_home_unless_a_file_is_called_so_or_nobody_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME" if POSIX else "USERPROFILE", str(tmp_path / "me"))
    assert with_home(Path("~/a.txt")) == tmp_path / "me" / "a.txt"
    assert with_home(Path("~nobody-of-this-name.txt")) == Path("~nobody-of-this-name.txt")
    Path("~").mkdir()
    Path("~", "a.txt").touch()
    assert with_home(Path("~/a.txt")) == Path("~/a.txt")


def test_what_cowrite_keeps_is_known_under_every_name(paths: Paths, tmp_path: Path) -> None:
    paths.decision_log.write_bytes(b"log")
    link, hard = tmp_path / "link", tmp_path / "hard"
    hard.hardlink_to(paths.decision_log)
    if POSIX:
        link.symlink_to(paths.data, target_is_directory=True)
    else:
        link = paths.data
    own = (
        paths.decision_log,
        paths.data,
        paths.settings_file,
        link / "new",
        hard,
        paths.models_dir / "m" / "x",
    )
    for each in own:
        with pytest.raises(UserError, match="belongs to what Cowrite keeps"):
            paths.require_not_own(each)
    (tmp_path / "mine").write_bytes(b"")
    (tmp_path / "also mine").hardlink_to(tmp_path / "mine")
    for each in (tmp_path / "mine", tmp_path / "new", tmp_path / "none" / "new"):
        paths.require_not_own(each)
