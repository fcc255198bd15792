"""A home of a newer version: each command says in a sentence what to do, the window too, and no byte of it changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from case_support import open_editor
from newer_home import contents, fill, make_newer
from old_home.moved_home import OldHome, unpack
from PySide6.QtWidgets import QApplication

from cowrite.__main__ import main
from cowrite.settings.paths import Paths

Say = Callable[..., str]
NEWER = "a newer version of Cowrite"


@pytest.fixture
def old(tmp_path: Path) -> OldHome:
    folder = tmp_path / "moved"
    folder.mkdir()
    return unpack(folder)


@pytest.fixture
def paths(old: OldHome) -> Paths:
    found = Paths.find(old.home)
    fill(old, found)
    return found


@pytest.mark.expects_warnings
def test_the_window_says_so_and_changes_nothing(
    old: OldHome, paths: Paths, qapp: QApplication, caplog: pytest.LogCaptureFixture
) -> None:
    kept = contents(make_newer(paths))
    editor = open_editor(old.home)
    said = " ".join(editor.messages())
    editor.open(old.texts / "story.txt")
    editor.type("More. ")
    assert editor.save()
    written = (old.texts / "story.txt").read_text("utf-8")
    assert written.replace("More. ", "") == old.expected["documents"]["story.txt"]["saved"]
    assert "More. " in written
    editor.quit()
    assert contents(list(kept)) == kept
    for what in ("The settings were", "The list of open documents was", "The decision log was"):
        assert f"{what} written by {NEWER}" in said
    assert f"Unsaved text was kept by {NEWER}" in said
    assert f"note about a save that was interrupted was written by {NEWER}" in said
    assert "damaged" not in said
    assert not list(old.home.rglob("*.damaged-*"))


def test_a_change_of_the_settings_is_refused_in_a_sentence(
    old: OldHome, paths: Paths, qapp: QApplication
) -> None:
    kept = contents(make_newer(paths))
    editor = open_editor(old.home)
    editor._manager.change(theme="dark")
    assert any(f"The settings were written by {NEWER}" in each for each in editor.messages())
    editor.quit()
    assert contents(list(kept)) == kept


REFUSED = [
    (("complete", "--text", "It"), "The settings were"),
    (("models", "use", "tiny"), "was installed by"),
    (("models", "verify", "tiny"), "The model “tiny” was installed by"),
    (("adapters", "rollback"), "The settings were"),
    (("log", "stats"), "The decision log was"),
    (("log", "tail"), "The decision log was"),
    (("log", "export"), "The decision log was"),
    (("insights",), "The decision log was"),
    (("log", "erase", "--yes"), "The list of open documents was"),
    (("log", "forget", "--last", "1h", "--yes"), "The list of open documents was"),
]


@pytest.mark.parametrize(("command", "what"), REFUSED, ids=[" ".join(each[0]) for each in REFUSED])
def test_a_command_says_so_with_status_2_and_changes_nothing(
    old: OldHome, paths: Paths, capsys: pytest.CaptureFixture[str], command: list[str], what: str
) -> None:
    kept = contents(make_newer(paths))
    assert main(["--home", str(old.home), *command]) == 2
    said = capsys.readouterr().err
    assert what in said
    assert NEWER in said or "newer version" in said
    assert "Update Cowrite" in said
    assert contents(list(kept)) == kept


def test_the_adapters_alone_are_newer(
    old: OldHome, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(paths.config, saved := old.home / "saved")
    make_newer(paths)
    shutil.rmtree(paths.config)
    saved.rename(paths.config)
    kept = contents([*paths.adapters_dir.rglob("*.json")])
    assert main(["--home", str(old.home), "adapters", "list"]) == 0
    assert capsys.readouterr().out.count("newer version") == len(old.expected["adapter_ids"])
    for command in (["use", old.expected["adapter_ids"][0]], ["rollback"]):
        assert main(["--home", str(old.home), "adapters", *command]) == 2
        assert "newer version of Cowrite" in capsys.readouterr().err
    assert contents(list(kept)) == kept


def test_doctor_names_the_settings_and_the_model(
    old: OldHome, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = contents(make_newer(paths))
    assert main(["--home", str(old.home), "doctor"]) == 2
    said = capsys.readouterr().out
    assert f"The settings were written by {NEWER}" in said
    assert f"was installed by {NEWER}" in said
    assert contents(list(kept)) == kept
