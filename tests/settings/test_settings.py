"""Settings: read leniently, written whole, never overwritten when damaged."""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
import threading
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cowrite.errors import BugError, UserError
from cowrite.settings.logs import start_logging
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences, checked, choice_of
from cowrite.settings.resources import resource_path
from cowrite.settings.store import PreferencesStore


def test_home_beats_the_variable_which_beats_the_system(tmp_path: Path) -> None:
    given_home = Paths.find(tmp_path / "a", {"COWRITE_HOME": str(tmp_path / "b")})
    assert given_home.decision_log.is_relative_to(tmp_path / "a")
    from_variable = Paths.find(None, {"COWRITE_HOME": str(tmp_path / "b")})
    for path in (from_variable.data, from_variable.config, from_variable.logs):
        assert path.is_relative_to(tmp_path / "b")
    assert not Paths.find(None, {}).data.is_relative_to(tmp_path)


def test_folders_are_private(tmp_path: Path) -> None:
    paths = Paths.find(tmp_path / "home")
    paths.create()
    paths.create()
    assert paths.models_dir.is_dir()
    if os.name == "posix":
        assert stat.S_IMODE(paths.data.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file in the way")
    with pytest.raises(UserError, match="cannot write to its folder"):
        Paths.find(tmp_path / "home").create()


def test_two_homes_have_two_instances(tmp_path: Path) -> None:
    a, b = Paths.find(tmp_path / "a"), Paths.find(tmp_path / "b")
    assert a.instance_name == Paths.find(tmp_path / "a").instance_name
    assert a.instance_name != b.instance_name


def test_preferences_round_trip(tmp_path: Path) -> None:
    store = PreferencesStore(tmp_path / "settings.json")
    assert store.load().preferences == Preferences()
    wanted = replace(Preferences(), theme="dark", font_size_pt=18, eagerness=0.25)
    store.save(wanted)
    assert PreferencesStore(tmp_path / "settings.json").load().preferences == wanted
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "settings.json").stat().st_mode) == 0o600


@given(st.binary(max_size=60).filter(lambda data: not _is_object(data)))
@settings(max_examples=60, deadline=None)
def test_a_damaged_file_is_set_aside_never_overwritten(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.mktemp("config")
    (folder / "settings.json").write_bytes(data)
    store = PreferencesStore(folder / "settings.json")
    loaded = store.load()
    assert loaded.preferences == Preferences()
    assert len(loaded.problems) == 1
    store.save(Preferences())
    (aside,) = folder.glob("settings.damaged-*.json")
    assert aside.read_bytes() == data


def _is_object(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data.decode("utf-8")), dict)
    except ValueError:
        return False


def test_a_wrong_value_falls_back_alone_and_the_file_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    original = '{"theme": "dark", "font_size_pt": 400, "eagerness": "much", "future": [1]}'
    file.write_text(original)
    store = PreferencesStore(file)
    loaded = store.load()
    assert loaded.preferences == replace(Preferences(), theme="dark")
    assert len(loaded.problems) == 2
    store.save(loaded.preferences)
    assert (tmp_path / "settings.before-repair.json").read_text() == original
    assert json.loads(file.read_text())["future"] == [1]


def test_saving_that_fails_is_said_and_keeps_the_old(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = PreferencesStore(tmp_path / "settings.json")
    store.save(replace(Preferences(), theme="sepia"))
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(UserError, match="could not be saved"):
        store.save(Preferences())
    monkeypatch.undo()
    assert store.load().preferences.theme == "sepia"


def test_every_preference_explains_itself_and_its_default_is_allowed() -> None:
    for field in fields(Preferences):
        assert choice_of(field.name).help
        assert checked(field.name, getattr(Preferences(), field.name)) is not None
    with pytest.raises(KeyError):
        choice_of("nothing")


@pytest.mark.parametrize(
    ("name", "value"),
    [("font_size_pt", True), ("suggestions", 1), ("theme", "pink"), ("eagerness", 2), ("model", 3)],
)
def test_what_may_not_stand_in_a_field(name: str, value: object) -> None:
    with pytest.raises(ValueError, match="should be"):
        checked(name, value)


def test_the_log_file_is_private_and_catches_what_nobody_caught(tmp_path: Path) -> None:
    file = tmp_path / "logs" / "cowrite.log"
    started = start_logging(file)
    told: list[str] = []
    started.catch_errors(told.append)
    logging.getLogger("cowrite.test").info("noted")
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    try:
        raise ValueError("on the main thread")
    except ValueError:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]
    started.stop()
    text = file.read_text()
    assert "noted" in text
    assert "ZeroDivisionError" in text
    assert "on the main thread" in text
    assert len(told) == 2
    assert "text is safe" in told[0]
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_logging_goes_on_without_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_text("in the way")
    started = start_logging(tmp_path / "logs" / "cowrite.log")
    logging.getLogger("cowrite.test").warning("heard")
    started.stop()
    assert "heard" in capsys.readouterr().err


def test_resources_are_found_or_named() -> None:
    assert resource_path("themes.json").is_file()
    with pytest.raises(BugError, match=r"nothing\.txt"):
        resource_path("nothing.txt")
