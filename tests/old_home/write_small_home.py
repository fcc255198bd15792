"""Writes ``vN.zip`` and ``vN.json``: a small home as the program of an earlier schema of the log left it when killed.

It runs against the last commit of that schema, with that commit's own program and test helpers, never with today's::

    git worktree add OLD COMMIT
    cd OLD; export QT_QPA_PLATFORM=offscreen
    PYTHONPATH=$PWD:$PWD/tests:$PWD/tests/editor:$PWD/tests/engine python THIS_FILE FOLDER_TO_WRITE_TO NAME

The homes that are kept here were made so: v1 at faa7146, v2 at 6cc728d, v4 at f264d80, v5 at 322a2e0 (v3 is
``home.zip``, see ``write_home.py``). What they hold is what writers had on their disks: changed preferences, a log
with suggestions taken and refused, a text that began without a file and is in one now, with more that is not saved, a
second text, and from v5 on earlier versions, undo steps, goals, notes and what was chosen for the spelling.
"""

# ruff: noqa: I001 - in the commits that it is about, these modules are the program's own
from __future__ import annotations

import dataclasses
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

ROOT = Path(tempfile.gettempdir()) / "cowrite-small-home"
HOME, TEXTS = ROOT / "home", ROOT / "texts"
WANTED = {
    "theme": "sepia", "font_size_pt": 17, "eagerness": 0.8, "max_words": 12, "reduced_motion": True,
    "key_hints": False, "keep_log_days": 36_500, "save_power": "never", "welcomed": True, "autosave": False,
    "excluded": (str(TEXTS / "private"),), "length": "sentence", "smart_punctuation": "off", "daily_goal": 300,
}  # fmt: skip
NEWEST = {"story.txt": "Not saved yet. Žofie läuft 😀"}


class Patience:
    """As much of pytest-qt's ``qtbot`` as the program's helper asks of it."""

    def wait(self, ms: int) -> None:
        """Let the program run."""
        end = time.monotonic() + ms / 1000
        self.waitUntil(lambda: time.monotonic() > end)

    def waitUntil(self, condition: Callable[[], bool], timeout: int = 20_000) -> None:
        """Let the program run until ``condition()``."""
        from PySide6.QtWidgets import QApplication

        end = time.monotonic() + timeout / 1000
        while not condition():
            assert time.monotonic() < end, "it takes too long"
            QApplication.processEvents()
            time.sleep(0.005)


def write() -> None:
    """Use the program, and end as if killed."""
    platform.platform = lambda **_: "Linux"  # of whoever runs this nothing stays in the log
    shutil.rmtree(ROOT, ignore_errors=True)
    TEXTS.mkdir(parents=True)
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication
    from open_program import OpenProgram, choose, put_model
    from cowrite.settings.paths import Paths
    from cowrite.settings.preferences import Preferences

    application = QApplication.instance() or QApplication([])
    paths = Paths.find(HOME)
    paths.create()
    put_model(paths)
    known = {each.name for each in dataclasses.fields(Preferences)}
    choose(paths, **{name: value for name, value in WANTED.items() if name in known})
    (TEXTS / "letter.txt").write_bytes(b"Dear Ann,\r\nit rains.\r\n")
    patience: Any = Patience()
    program = OpenProgram(patience, application, paths)
    program.until_ready()
    program.suggest("The harbour was ", "quiet in the morning")
    QTest.keyClick(program.page, Qt.Key.Key_Tab)
    program.suggest(" And then ", "the gulls came")
    QTest.keyClick(program.page, Qt.Key.Key_Escape)
    program.suggest("nobody ", "spoke")
    QTest.keyClick(program.page, Qt.Key.Key_Tab)
    story = TEXTS / "story.txt"
    dialogs = getattr(program, "dialogs", None) or program.questions
    dialogs.save = story
    program.press(Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    program.until(lambda: story.exists() and story.read_text("utf-8"))
    patience.wait(1_500)
    NEWEST["story.txt"] = f"\n{NEWEST['story.txt']}"
    program.page.textCursor().insertText(NEWEST["story.txt"])
    journals = paths.journal_dir
    program.until(lambda: any(b"yet." in each.read_bytes() for each in journals.glob("*.journal")))
    save_open_letter(paths)
    with suppress(ImportError):
        add_newer_stores(paths)
    patience.wait(500)  # the log is written a tenth of a second after what is told
    sys.stdout.flush()
    os._exit(0)


def save_open_letter(paths: Any) -> None:
    """The letter was open too, with the caret in it."""
    from cowrite.documents.identity import document_id_for
    from cowrite.documents.session import OpenDocument, Session, save_session

    letter = TEXTS / "letter.txt"
    shown = OpenDocument(document_id=document_id_for(letter), path=str(letter), caret=5)
    save_session(paths.session_file, Session(documents=(shown,), recent=(str(letter),)))


def add_newer_stores(paths: Any) -> None:
    """What is kept since the fifth version of the log. Raises ImportError before."""
    from cowrite.documents.identity import Identities
    from cowrite.documents.notes import NotesStore
    from cowrite.documents.versions.snapshots import Reason, SnapshotStore
    from cowrite.documents.versions.undo_steps import UndoEdit, UndoStore
    from cowrite.documents.writing_days import WritingDays
    from cowrite.spelling.document_choices import DocumentChoice, DocumentChoices
    from datetime import date

    letter = Identities(paths.identities_file).of(TEXTS / "letter.txt")
    store = SnapshotStore(paths.versions_dir)
    store.take(letter, "Dear Ann,\n", at_ms=1_764_000_000_000, reason=Reason.BY_HAND, name="first")
    store.take(letter, "Dear Ann,\nit rains.\n", at_ms=1_764_000_100_000, reason=Reason.SAVED)
    step = (UndoEdit(offset=10, removed="", inserted="it rains.\n"),)
    UndoStore(paths.versions_dir).write(letter, "Dear Ann,\nit rains.\n", [step])
    NotesStore(paths.notes_dir).write(letter, "Ask about the dog.")
    days = WritingDays(words={date(2026, 11, 20): 412}, goals={letter: 900})
    paths.progress_file.write_text(days.to_json(), "utf-8")
    choices = DocumentChoices(paths.spelling_file, lambda write: write())
    choices.choose(letter, DocumentChoice(language="en_GB", words=("Zofie",)), keep=True)


def pack(target: Path, name: str) -> None:
    """What the killed program left; the log as one file, as SQLite itself makes it when it is opened next."""
    log = HOME / "data" / "decisions.sqlite3"
    with closing(sqlite3.connect(log)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.row_factory = sqlite3.Row
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        events = [dict(row) for row in connection.execute("SELECT * FROM events ORDER BY id")]
    assert {"shown", "accepted", "rejected"} <= {each["kind"] for each in events}
    saved = (TEXTS / "story.txt").read_text("utf-8")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    )
    settings = json.loads((HOME / "config" / "settings.json").read_text("utf-8"))
    settings.pop("format", None)
    expected = {
        "commit": commit.stdout.strip(),
        "schema": version,
        "texts": str(TEXTS),
        "home": str(HOME),
        "preferences": {each: settings[each] for each in WANTED if each in settings},
        "events": [each | {"details": json.loads(each["details"])} for each in events],
        "saved": saved,
        "unsaved": f"{saved}\n{NEWEST['story.txt']}",
    }
    text = json.dumps(expected, indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    (target / f"{name}.json").write_text(text, "utf-8")
    with zipfile.ZipFile(
        target / f"{name}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9
    ) as packed:
        for path in sorted(path for folder in (HOME, TEXTS) for path in folder.rglob("*")):
            if path.is_file() and not path.name.endswith(("-wal", "-shm", ".log", ".lock")):
                packed.write(path, path.relative_to(ROOT))
    shutil.rmtree(ROOT)


if __name__ == "__main__":
    if len(sys.argv) == 1:
        write()
    subprocess.run([sys.executable, __file__], check=True, timeout=120)
    pack(Path(sys.argv[1]), sys.argv[2])
