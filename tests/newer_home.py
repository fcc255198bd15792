"""A home in which everything was stored by a newer version of Cowrite than the one that is tested."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

from old_home.moved_home import OldHome

from cowrite.check.dismissals import Dismissals
from cowrite.documents.identity import document_id_for
from cowrite.documents.versions.snapshots import Reason, SnapshotStore
from cowrite.documents.versions.undo_steps import UndoEdit, UndoStore
from cowrite.documents.writing_days import WritingDays
from cowrite.personalize.adapters.active_adapters import ACTIVE_FILE
from cowrite.settings.paths import Paths
from cowrite.spelling.document_choices import DocumentChoice, DocumentChoices
from cowrite.suggest.live.pauses import TypingPauses
from cowrite.tasks.passage.noticed import Learned, to_json

NEWER = 99


def fill(old: OldHome, paths: Paths) -> None:
    """Store what the program stored later than ``old``: of the text “story.txt”."""
    story = document_id_for(old.texts / "story.txt")
    text = old.expected["documents"]["story.txt"]["saved"]
    store = SnapshotStore(paths.versions_dir)
    store.take(story, "An earlier text.", at_ms=1, reason=Reason.BY_HAND, name="first")
    step = (UndoEdit(offset=0, removed="x", inserted=text[:1]),)
    UndoStore(paths.versions_dir).write(story, text, [step])
    paths.progress_file.write_text(WritingDays(goals={story: 900}).to_json())
    paths.pauses_file.write_text(TypingPauses().to_json())
    paths.habits_file.write_text(to_json(Learned(offsets={"comma": -0.5})))
    choices = DocumentChoices(paths.spelling_file, lambda write: write())
    choices.choose(story, DocumentChoice(words=("Zofie",)), keep=True)
    Dismissals(paths.check_file, lambda write: write()).dismiss(story, "0" * 16, keep=True)


def make_newer(paths: Paths) -> list[Path]:
    """Have every store say that a newer version wrote it; the files."""
    changed = []
    for file, name in _json_files(paths):
        stored = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps(stored | {name: NEWER, "more": [1]}), "utf-8")
        changed.append(file)
    for file in (paths.decision_log, *paths.versions_dir.glob("*.versions")):
        with closing(sqlite3.connect(file)) as connection:
            connection.execute(f"PRAGMA user_version = {NEWER}")
        changed.append(file)
    for file, change in (
        *((each, _newer_undo) for each in paths.versions_dir.glob("*.undo")),
        *((each, _newer_journal) for each in paths.journal_dir.glob("*.journal")),
    ):
        file.write_bytes(change(file.read_bytes()))
        changed.append(file)
    return changed


def _json_files(paths: Paths) -> list[tuple[Path, str]]:
    formats = [paths.settings_file, paths.session_file, paths.identities_file, paths.spelling_file]
    formats += [paths.check_file, paths.habits_file, paths.progress_file]
    formats += [paths.adapters_dir / ACTIVE_FILE]
    formats += [*paths.models_dir.glob("*/manifest.json")]
    formats += [*paths.adapters_dir.glob("*/manifest.json")]
    versions = [paths.filter_file, paths.pauses_file, *paths.saves_dir.glob("*.json")]
    return [(file, "format") for file in formats] + [(file, "version") for file in versions]


def _newer_undo(packed: bytes) -> bytes:
    stored = json.loads(zlib.decompress(packed)) | {"format": NEWER}
    return zlib.compress(json.dumps(stored).encode())


def _newer_journal(data: bytes) -> bytes:
    _, line, body = data.split(b"\n", 2)
    line = json.dumps(json.loads(line) | {"version": NEWER}).encode("ascii")
    return b"\n".join([hashlib.sha256(line).hexdigest().encode("ascii"), line, body])


def contents(files: list[Path]) -> dict[Path, bytes]:
    """What is in each."""
    return {file: file.read_bytes() for file in files}
