"""Settings on disk: read leniently, written whole, never overwritten when damaged."""

from __future__ import annotations

import errno
import json
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cowrite.base.errors import UserError
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.json"


def test_preferences_round_trip(file: Path) -> None:
    store = PreferencesStore(file)
    assert store.load().preferences == Preferences()
    wanted = replace(
        Preferences(),
        theme="dark",
        font_size_pt=18,
        excluded=("/a", "/é b"),
        keys={"file.save": ["F2", "Ctrl+S"], "file.open": []},
    )
    store.save(wanted)
    loaded = PreferencesStore(file).load()
    assert loaded.preferences == wanted
    assert loaded.problems == ()
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def is_object(data: bytes) -> bool:
    try:
        return isinstance(json.loads(data.decode("utf-8-sig")), dict)
    except ValueError:
        return False


@given(st.binary(max_size=60).filter(lambda data: not is_object(data)))
@example(b"[" * 100_000)  # deeper than the parser goes
@example(b"null")
@example(b"\xff\xfe{\x00}\x00")
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
    assert aside.name in loaded.problems[0]
    assert aside.read_bytes() == data


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "9" * 5_000),  # longer than Python converts
        ("font_size_pt", "1e999"),
        ("font_size_pt", "-NaN"[1:]),
        ("snoozed_until_ms", "-1"),
        ("model", '"a\\u0000b"'),
        ("model", '"\\ud800"'),
        ("excluded", '["/a", "\\u0000"]'),
        ("own_texts", '["\\ud800"]'),
        ("own_texts", "[[]]"),
    ],
)
def test_one_impossible_value_hides_no_other(file: Path, name: str, value: str) -> None:
    file.write_text(f'{{"{name}": {value}, "column_characters": 70}}')
    loaded = PreferencesStore(file).load()
    assert loaded.preferences == replace(Preferences(), column_characters=70)
    assert [name in problem for problem in loaded.problems] == [True]


def test_a_second_damaged_file_does_not_replace_the_first(file: Path) -> None:
    for content in ("first", "second"):
        file.write_text(content)
        PreferencesStore(file).load()
    kept = {aside.read_text() for aside in file.parent.glob("settings.damaged-*.json")}
    assert kept == {"first", "second"}


def test_a_wrong_value_falls_back_alone_and_the_file_is_kept(file: Path) -> None:
    original = '{"theme": "dark", "font_size_pt": 400, "eagerness": NaN, "future": [1]}'
    file.write_text(original)
    store = PreferencesStore(file)
    loaded = store.load()
    assert loaded.preferences == replace(Preferences(), theme="dark")
    assert [problem.split(" ")[2] for problem in loaded.problems] == [
        "“eagerness”",
        "“font_size_pt”",
    ]
    store.save(loaded.preferences)
    store.save(loaded.preferences)
    (copy,) = file.parent.glob("settings.before-repair-*.json")
    assert copy.read_text() == original
    assert json.loads(file.read_text())["future"] == [1]
    assert PreferencesStore(file).load().problems == ()


def test_a_byte_order_mark_is_no_damage(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbf{"theme": "dark"}')
    assert PreferencesStore(file).load().preferences.theme == "dark"


def test_what_a_newer_version_wrote_is_kept_even_by_who_never_looked(file: Path) -> None:
    file.write_text('{"future": {"a": 1}}')
    PreferencesStore(file).save(Preferences())
    assert json.loads(file.read_text())["future"] == {"a": 1}


def test_a_file_that_cannot_be_read_is_kept_when_another_is_saved(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('{"theme": "dark"}')
    store = PreferencesStore(file)
    monkeypatch.setattr(Path, "open", _refuse)
    (problem,) = store.load().problems
    monkeypatch.undo()
    assert "Permission denied" in problem
    store.save(Preferences())
    (aside,) = file.parent.glob("settings.damaged-*.json")
    assert json.loads(aside.read_text()) == {"theme": "dark"}


def test_a_damaged_file_that_cannot_be_renamed_is_not_overwritten(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text("damaged")
    store = PreferencesStore(file)
    monkeypatch.setattr(Path, "rename", _refuse)
    assert "damaged" in store.load().problems[0]
    with pytest.raises(UserError, match="could not be saved"):
        store.save(Preferences())
    assert file.read_text() == "damaged"
    monkeypatch.undo()
    store.save(Preferences())
    (aside,) = file.parent.glob("settings.damaged-*.json")
    assert aside.read_text() == "damaged"


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_saving_that_fails_is_said_and_keeps_the_old(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    store = PreferencesStore(file)
    store.save(replace(Preferences(), theme="sepia"))
    monkeypatch.setattr(*((os, "fsync", _no_space) if step == "fsync" else (Path, step, _no_space)))
    with pytest.raises(UserError, match="could not be saved"):
        store.save(Preferences())
    monkeypatch.undo()
    assert store.load().preferences.theme == "sepia"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")
def test_settings_that_are_a_link_stay_one(tmp_path: Path, file: Path) -> None:
    real = tmp_path / "dotfiles" / "cowrite.json"
    real.parent.mkdir()
    real.write_text("{}")
    file.symlink_to(real)
    PreferencesStore(file).save(replace(Preferences(), theme="dark"))
    assert file.is_symlink()
    assert json.loads(real.read_text())["theme"] == "dark"


def _refuse(*_: object) -> bytes:
    raise PermissionError(errno.EACCES, "Permission denied")


def _no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
