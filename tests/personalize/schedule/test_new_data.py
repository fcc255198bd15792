"""What is new since the last time, counted in a real log."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from cowrite.decisions.database.log_file import open_for_writing
from cowrite.decisions.events import Event, EventKind
from cowrite.personalize.adapters.outcome import Outcome, write_outcome
from cowrite.personalize.schedule.new_data import NewData, new_since, read_new_data
from cowrite.settings.paths import Paths


def event(kind: EventKind, at_ms: int, session: str = "s", **details: str) -> Event:
    return Event(
        kind=kind,
        at_ms=at_ms,
        session_id=session,
        suggestion_id="x",
        document_id="d",
        revision=1,
        start=0,
        end=0,
        details=details,
    )


def test_only_what_was_typed_and_decided_here_and_later_counts(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite3"
    text = "twelve chars"
    file = open_for_writing(path, lambda: 0, print)
    file.append(
        [
            event(EventKind.EDITED, 10, origin="typed", inserted=text),
            event(EventKind.EDITED, 20, origin="typed", inserted=text * 3),
            event(EventKind.EDITED, 20, origin="pasted", inserted=text * 50),
            event(EventKind.EDITED, 20, "import-1", origin="typed", inserted=text * 50),
            event(EventKind.ACCEPTED, 10),
            event(EventKind.REJECTED, 20),
            event(EventKind.SHOWN, 20),
        ]
    )
    file.close()
    assert new_since(path, 0) == (8, 2)
    assert new_since(path, 10) == (6, 1)
    assert new_since(path, 20) == (0, 0)


def test_without_a_log_nothing_is_new(tmp_path: Path) -> None:
    assert new_since(tmp_path / "none.sqlite3", 0) == (0, 0)


def test_what_is_new_is_counted_from_the_last_verdict(paths: Paths) -> None:
    assert read_new_data(paths) == NewData()
    failed = Outcome(at_ms=1_000_000_000_000, status="failed", reason="")
    write_outcome(paths, failed)
    assert read_new_data(paths).last_run is None  # a night that failed is no night
    write_outcome(paths, replace(failed, status="kept"))
    assert read_new_data(paths).last_run == datetime.fromtimestamp(1_000_000_000)


def test_asking_imports_nothing_that_trains() -> None:
    code = (
        "import sys, cowrite.personalize.schedule.new_data;"
        "assert not {'torch', 'numpy', 'cowrite.personalize.training.process'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
