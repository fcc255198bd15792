"""A home written by the program before issue 19 opens with today's: nothing of it is lost, and all of it is used.

What is asked goes through the commands and the window. See ``old_home/write_home.py`` for how the home was made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from case_support import Editor, open_editor
from old_home.moved_home import OldHome, unpack
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from cowrite.__main__ import main
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore

Say = Callable[..., Any]


@pytest.fixture
def old(tmp_path: Path) -> OldHome:
    folder = tmp_path / "moved"
    folder.mkdir()
    return unpack(folder)


@pytest.fixture
def say(old: OldHome, capsys: pytest.CaptureFixture[str]) -> Say:
    """Runs a command in the old home; the JSON that it prints."""

    def run(*arguments: str, status: int = 0, lines: bool = False) -> Any:
        capsys.readouterr()
        assert main(["--home", str(old.home), *arguments]) == status
        printed = capsys.readouterr().out
        return [json.loads(line) for line in printed.splitlines()] if lines else json.loads(printed)

    return run


@pytest.fixture
def open_old(old: OldHome, qapp: QApplication) -> Iterator[Callable[..., Editor]]:
    """Opens the program in the old home, with some preferences changed."""
    opened: list[Editor] = []

    def open_it(**changed: Any) -> Editor:
        change(old, **changed)
        opened.append(open_editor(old.home))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


def change(old: OldHome, **changed: Any) -> None:
    store = store_of(old)
    store.save(replace(store.load().preferences, **changed))


def store_of(old: OldHome) -> PreferencesStore:
    return PreferencesStore(old.home / "config" / "settings.json")


# --- preferences -----------------------------------------------------------------------------------------------------


def test_every_preference_arrives(old: OldHome) -> None:
    loaded = store_of(old).load()
    now = json.loads(json.dumps(asdict(loaded.preferences)))
    assert loaded.problems == ()
    assert {name: now.get(name) for name in old.expected["preferences"]} == old.expected[
        "preferences"
    ]


def test_no_preference_of_the_old_home_is_the_default(old: OldHome) -> None:
    usual = json.loads(json.dumps(asdict(Preferences())))
    assert not [name for name, value in old.expected["preferences"].items() if usual[name] == value]


# --- the log ---------------------------------------------------------------------------------------------------------


def test_the_log_and_its_backup_are_sound(old: OldHome, say: Say) -> None:
    found = say("log", "verify", "--json")
    assert found["backups"] == old.expected["verify"]["backups"]
    assert found["backups"]
    assert set(found["backups"].values()) == {True}
    assert found["log"]["damage"] == []
    assert found["log"]["events"] == old.expected["verify"]["log"]["events"]


def test_every_event_session_and_document_can_be_read(old: OldHome, say: Say) -> None:
    before, now = old.expected["events"][1:], say("log", "export", lines=True)[1:]
    kinds = {each["event"]["kind"] for each in before if "event" in each}
    assert len(kinds) == 17
    assert [only(each, known) for each, known in zip(now, before, strict=True)] == before


def only(now: Any, known: Any) -> Any:
    """``now`` without the fields that ``known`` has not: what is written today may say more."""
    if isinstance(now, dict) and isinstance(known, dict):
        return {name: only(now[name], known[name]) for name in known if name in now}
    return now


def test_the_statistics_are_the_same(old: OldHome, say: Say) -> None:
    assert say("log", "stats", "--json")["events"] == old.expected["stats"]["events"]
    expected = old.expected["insights"]["all"]
    assert only(say("insights", "--json")["all"], expected) == expected


def test_the_log_stays_sound_when_more_is_written(old: OldHome, say: Say, qapp: object) -> None:
    change(old, keep_log=True)
    editor = open_editor(old.home)
    editor.type("More.")
    editor.quit()
    found = say("log", "verify", "--json")
    assert found["log"]["damage"] == []
    assert found["log"]["events"] > old.expected["verify"]["log"]["events"]
    assert set(found["backups"].values()) == {True}
    exported = say("log", "export", lines=True)
    for known in old.expected["events"][1:]:
        assert any(only(each, known) == known for each in exported)


def test_who_wrote_what_is_still_known(old: OldHome, say: Say) -> None:
    found, known = (
        say("statement", str(old.texts / "story.txt"), "--json"),
        old.expected["statement"],
    )
    assert found["authors"]["machine"]["characters"] > 0
    for name in ("authors", "origins", "models", "sessions", "characters", "words"):
        assert only(found[name], known[name]) == known[name]


# --- what was open ---------------------------------------------------------------------------------------------------


def test_both_documents_come_back_with_what_was_not_saved(
    old: OldHome, open_old: Callable[..., Editor]
) -> None:
    known = old.expected["documents"]
    editor = open_old()
    assert editor.texts() == [known["recipe.txt"]["text"], known["story.txt"]["text"]]
    assert known["story.txt"]["text"] != known["story.txt"]["saved"]
    assert (old.texts / "story.txt").read_text("utf-8") == known["story.txt"]["saved"]
    assert set(editor.recent_files()) == {str(old.texts / name) for name in known}
    assert editor.asked == []


@pytest.mark.parametrize("name", ["recipe.txt", "story.txt"])
def test_the_caret_stands_where_it_was(
    old: OldHome, open_old: Callable[..., Editor], name: str
) -> None:
    known = old.expected["documents"][name]
    editor = open_old()
    editor.open(old.texts / name)
    editor.type("X")
    begin = known["before_caret"]
    assert editor.text() == f"{begin}X{known['text'][len(begin) :]}"


def test_a_file_is_read_and_written_in_the_encoding_that_was_chosen(
    old: OldHome, open_old: Callable[..., Editor]
) -> None:
    editor = open_old()
    editor.open(old.texts / "recipe.txt")
    editor.type("½")
    assert editor.save()
    begin, text = "1 ½ ", old.expected["documents"]["recipe.txt"]["text"]
    assert (old.texts / "recipe.txt").read_bytes() == f"{begin}½{text[4:]}".encode("cp850")


def test_what_was_not_saved_is_saved_into_its_file(
    old: OldHome, open_old: Callable[..., Editor], qtbot: QtBot
) -> None:
    editor = open_old()
    editor.open(old.texts / "story.txt")
    assert editor.save()
    known = old.expected["documents"]["story.txt"]["text"]
    assert (old.texts / "story.txt").read_text("utf-8") == known
    qtbot.waitUntil(lambda: not list((old.data / "journal").glob("*.journal")), timeout=20_000)


def test_an_interrupted_save_is_offered(old: OldHome, open_old: Callable[..., Editor]) -> None:
    editor = open_old()
    assert any("poem.txt" in message for message in editor.messages())


# --- what was learned ------------------------------------------------------------------------------------------------


def test_both_adapters_are_there_and_the_same_one_is_in_use(old: OldHome, say: Say) -> None:
    found, known = say("adapters", "list", "--json"), old.expected["adapters"]
    assert only_each(found["adapters"], known["adapters"]) == known["adapters"]
    assert [each["state"] for each in found["adapters"]] == ["not in use", "in use"]


def only_each(now: list[Any], known: list[Any]) -> list[Any]:
    return [only(each, old) for each, old in zip(now, known, strict=True)]


def test_one_can_go_back_as_far_as_before(old: OldHome, say: Say) -> None:
    first, _ = old.expected["adapter_ids"]
    for in_use in (first, ""):
        assert main(["--home", str(old.home), "adapters", "rollback"]) == 0
        states = {
            each["id"]: each["state"] for each in say("adapters", "list", "--json")["adapters"]
        }
        assert [name for name, state in states.items() if state == "in use"] == [in_use] * bool(
            in_use
        )
    assert main(["--home", str(old.home), "adapters", "rollback"]) == 2


def test_the_model_is_used_and_the_adapter_changes_what_it_says(old: OldHome, say: Say) -> None:
    known = old.expected["models"]
    found = {each["id"]: each for each in say("models", "list", "--json")["models"]}
    assert only(found["tiny"], {"id", "state", "size_bytes"}) == found["tiny"]
    for each in known["models"]:
        if each["id"] == "tiny":
            assert only(found["tiny"], each) == each
    texts = {}
    for adapter in ("active", "base"):
        answer = say("complete", "--text", "The old", "--adapter", adapter, "--json")
        assert answer["model"] == "tiny"
        assert answer["adapter"] == old.expected["complete"][adapter]["adapter"]
        texts[adapter] = answer["candidates"][0]["text"]
    assert texts["active"] != texts["base"]


def test_nothing_is_wrong_with_it(say: Say) -> None:
    found = {each["what"]: each["verdict"] for each in say("doctor", "--json")["findings"]}
    checked = ("folders", "settings", "model", "decisions")
    assert {what: found[what] for what in checked} == dict.fromkeys(checked, "ok")


def test_the_outcome_of_the_last_training_is_told_once(
    old: OldHome, open_old: Callable[..., Editor], qtbot: QtBot
) -> None:
    file = old.data / "personalize" / "outcome.json"
    assert json.loads(file.read_text("utf-8"))["seen"] is False
    editor = open_old()

    def labels() -> list[str]:
        found = QApplication.allWidgets()
        return [each.text() for each in found if isinstance(each, QLabel) and each.isVisible()]

    qtbot.waitUntil(
        lambda: any("better at predicting you" in text for text in labels()), timeout=20_000
    )
    editor.type("It rained.")
    qtbot.waitUntil(lambda: json.loads(file.read_text("utf-8"))["seen"] is True, timeout=20_000)


@pytest.mark.parametrize(("own_gate", "last"), [(True, "not_shown"), (False, "shown")])
def test_the_writers_own_filter_decides(
    old: OldHome, say: Say, qtbot: QtBot, qapp: QApplication, own_gate: bool, last: str
) -> None:
    """That of a writer who wants hardly anything, and a suggestion of which the model is sure."""
    change(old, own_gate=own_gate, suggestions=True, snoozed_until_ms=0, keep_log=True)
    program = OpenProgram(qtbot, qapp, Paths.find(old.home))
    program.until_ready()
    program.until(lambda: program.engine.adapter == old.expected["adapter_ids"][-1])
    program.press(Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    program.type(" The harbour was ")
    program.until(lambda: program.engine.requests and program.engine.last.before.endswith("was "))
    program.engine.answer("quiet in the morning")

    def decided() -> list[str]:
        told = [each["event"] for each in say("log", "export", lines=True) if "event" in each]
        here = [each for each in told if each["at_ms"] > old.expected["stats"]["last_ms"]]
        return [each["kind"] for each in here if each["kind"] in ("not_shown", "shown")]

    program.until(decided)
    program.close()
    assert decided() == [last]
    assert not list(old.data.glob("gate.json.*"))
