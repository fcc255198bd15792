"""Homes written by the program of every schema that the decision log has had: nothing is lost, and migrated once.

Version 3 is in ``test_old_home.py``. See ``old_home/write_small_home.py`` for how the homes were made.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from case_support import Editor, open_editor
from old_home.moved_home import FOLDER, OldHome, unpack
from PySide6.QtWidgets import QApplication

from cowrite.__main__ import main
from cowrite.decisions.database.tables import MIGRATIONS
from cowrite.documents.identity import document_id_for
from cowrite.documents.notes import NotesStore
from cowrite.documents.versions.snapshots import Reason, SnapshotStore
from cowrite.documents.versions.undo_steps import UndoStore
from cowrite.documents.writing_days import WritingDays
from cowrite.settings.paths import Paths
from cowrite.settings.store import PreferencesStore
from cowrite.spelling.document_choices import DocumentChoice, DocumentChoices

NEWEST = MIGRATIONS[-1].version
SMALL = ["v1", "v2", "v4", "v5"]


@pytest.fixture(params=SMALL)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> OldHome:
    folder = tmp_path / "moved"
    folder.mkdir()
    return unpack(folder, request.param)


@pytest.fixture
def paths(old: OldHome) -> Paths:
    return Paths.find(old.home)


@pytest.fixture
def open_old(old: OldHome, qapp: QApplication) -> Iterator[Callable[[], Editor]]:
    opened: list[Editor] = []

    def open_it() -> Editor:
        never_too_old(Paths.find(old.home))
        opened.append(open_editor(old.home))
        return opened[-1]

    yield open_it
    for each in opened:
        each.quit()


def never_too_old(paths: Paths) -> None:
    """Whenever this is run, the events are to be kept."""
    store = PreferencesStore(paths.settings_file)
    store.save(replace(store.load().preferences, keep_log_days=36_500))


def log_of(paths: Paths) -> tuple[int, list[int], list[dict[str, Any]]]:
    """The version of the log, those that were applied to it, and its events."""
    with closing(sqlite3.connect(paths.decision_log)) as connection:
        connection.row_factory = sqlite3.Row
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        applied = connection.execute("SELECT version FROM migrations ORDER BY rowid").fetchall()
        rows = [dict(row) for row in connection.execute("SELECT * FROM events ORDER BY id")]
    events = [row | {"details": json.loads(row["details"])} for row in rows]
    return version, [each[0] for each in applied], events


def test_there_is_a_home_of_every_schema_of_the_log() -> None:
    """Who adds a migration packs a home of the schema before it, as ``write_small_home.py`` says."""
    known = {json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["schema"] for name in SMALL}
    assert known | {3} == {each.version for each in MIGRATIONS}


def test_the_log_is_migrated_once_and_every_event_is_there(
    old: OldHome, paths: Paths, qapp: QApplication, capsys: pytest.CaptureFixture[str]
) -> None:
    never_too_old(paths)
    before, _, events = log_of(paths)
    assert before == old.expected["schema"]
    assert [known_fields(each, each) for each in events] == old.expected["events"]
    for _ in range(2):
        open_editor(old.home).quit()
    version, applied, events = log_of(paths)
    assert version == NEWEST
    assert applied == [each.version for each in MIGRATIONS]
    known = old.expected["events"]
    assert [known_fields(now, then) for now, then in zip(events, known, strict=False)] == known
    assert main(["--home", str(old.home), "log", "verify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["log"]["damage"] == []


def known_fields(now: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """The columns that there were then; a new one has a default."""
    return {name: now[name] for name in then}


def test_commands_read_the_log_that_no_window_has_migrated(
    old: OldHome, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    file = paths.decision_log.read_bytes()
    assert main(["--home", str(old.home), "log", "export"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [each["event"] for each in lines if "event" in each]
    assert [each["kind"] for each in told] == [each["kind"] for each in old.expected["events"]]
    texts = [each["details"] for each in told if each["kind"] == "shown"]
    assert texts == [e["details"] for e in old.expected["events"] if e["kind"] == "shown"]
    assert main(["--home", str(old.home), "log", "stats", "--json"]) == 0
    assert paths.decision_log.read_bytes() == file


def test_texts_come_back_with_what_was_not_saved(
    old: OldHome, open_old: Callable[[], Editor]
) -> None:
    editor = open_old()
    assert sorted(editor.texts()) == sorted(["Dear Ann,\nit rains.\n", old.expected["unsaved"]])
    assert editor.recent_files() == [str(old.texts / "letter.txt")]
    editor.open(old.texts / "letter.txt")
    editor.type("X")
    assert editor.text() == "Dear XAnn,\nit rains.\n"
    editor.open(old.texts / "story.txt")
    assert editor.save()
    assert (old.texts / "story.txt").read_text("utf-8") == old.expected["unsaved"]


def test_every_preference_is_what_it_was(old: OldHome, paths: Paths) -> None:
    store = PreferencesStore(paths.settings_file)
    loaded = store.load()
    assert loaded.problems == ()
    store.save(loaded.preferences)
    for now in (loaded.preferences, PreferencesStore(paths.settings_file).load().preferences):
        found = json.loads(json.dumps(asdict(now)))
        known = old.expected["preferences"]
        assert {name: found[name] for name in known} == known


@pytest.mark.parametrize("old", ["v5"], indirect=True)
def test_what_is_kept_beside_the_log_since_the_fifth_version(
    old: OldHome, paths: Paths, qapp: QApplication
) -> None:
    open_editor(old.home).quit()
    letter = document_id_for(old.texts / "letter.txt")
    store = SnapshotStore(paths.versions_dir)
    found = {(each.name, each.reason): store.text(letter, each.id) for each in store.all(letter)}
    assert found["first", Reason.BY_HAND] == "Dear Ann,\n"
    assert found["", Reason.SAVED] == "Dear Ann,\nit rains.\n"
    (step,) = UndoStore(paths.versions_dir).read(letter, "Dear Ann,\nit rains.\n")
    assert step[0].inserted == "it rains.\n"
    assert NotesStore(paths.notes_dir).read(letter) == "Ask about the dog."
    days = WritingDays.from_json(paths.progress_file.read_text("utf-8"))
    assert (days.goals[letter], next(iter(days.words.values()))) == (900, 412)
    choices = DocumentChoices(paths.spelling_file, lambda write: write()).read()
    assert choices[letter] == DocumentChoice(language="en_GB", words=("Zofie",))
