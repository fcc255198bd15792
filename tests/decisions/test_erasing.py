"""What is forgotten is in no file any more."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from event_maker import make_event

from cowrite.decisions.erasing import erase_log, forget_documents, forget_since
from cowrite.decisions.events import Event, EventKind
from cowrite.decisions.log import DecisionLog
from cowrite.decisions.reader import holdings, integrity, tail
from cowrite.decisions.rows import Provenance
from cowrite.decisions.storage import NoLogError
from cowrite.errors import UserError

CANARY = "Kanarienvogel-7351"
EVERYTHING = 10_000


def event(number: int, document: str, text: str) -> Event:
    made = make_event(number, EventKind.EDITED, inserted=text, origin="typed", removed=0)
    return Event(
        **{
            **{name: getattr(made, name) for name in Event.__slots__},
            "document_id": document,
            "session_id": f"session of {document}",
        }
    )


@pytest.fixture
def two_documents(path: Path) -> Path:
    """A log of two documents that is closed; the secret one is all over it."""
    with closing(DecisionLog(path)) as log:
        log.start()
        for document, text in (("secret", CANARY), ("open", "plain words")):
            log.begin_session(f"session of {document}")
            log.register_document(document, f"/home/writer/{document} {text}.txt")
            for number in range(200):
                log.record(
                    event(number + 1000 * (document == "open"), document, f"{text} {number}")
                )
            log.keep_provenance(
                Provenance(
                    document_id=document,
                    saved_ms=1_700_000_000_000,
                    text=text,
                    ranges=lambda text=text: [text],
                )
            )
        log.flush()
    return path


def holds_canary(folder: Path) -> list[str]:
    """Files below ``folder`` with the canary in them, as it is, in UTF-16, or compressed."""
    found = []
    wanted = (CANARY.encode(), CANARY.encode("utf-16-le"), zlib.compress(CANARY.encode()))
    for file in folder.rglob("*"):
        if file.is_file() and any(each in file.read_bytes() for each in wanted):
            found.append(file.name)
    return found


def test_a_forgotten_document_is_in_no_file(two_documents: Path) -> None:
    assert holds_canary(two_documents.parent)
    assert forget_documents(two_documents, {"secret"}) == 200
    assert holds_canary(two_documents.parent) == []
    assert {each.document_id for each in tail(two_documents, EVERYTHING)} == {"open"}
    assert integrity(two_documents).is_sound
    left = holdings(two_documents)
    assert (left.documents, left.sessions, left.kinds) == (1, 1, {"edited": 200})


def test_what_happened_lately_is_in_no_file(two_documents: Path) -> None:
    assert forget_since(two_documents, 1_700_000_001_000) == 200
    assert {each.document_id for each in tail(two_documents, EVERYTHING)} == {"secret"}
    assert forget_since(two_documents, 0) == 200
    assert holds_canary(two_documents.parent) == []
    assert holdings(two_documents).documents == 0


def test_erasing_reaches_damaged_logs_and_what_lies_beside(two_documents: Path) -> None:
    aside = two_documents.with_name(f"{two_documents.name}.damaged-20260101-000000")
    aside.write_text(CANARY)
    two_documents.with_name(f"{two_documents.name}-wal").write_text(CANARY)
    other = two_documents.with_name("novel.txt")
    other.write_text("mine")
    erase_log(two_documents)
    assert holds_canary(two_documents.parent) == []
    assert [file.name for file in two_documents.parent.iterdir()] == ["novel.txt"]
    assert erase_log(two_documents) == []


def test_without_a_log_there_is_nothing_to_forget(path: Path) -> None:
    with pytest.raises(NoLogError):
        forget_documents(path, {"secret"})
    assert not path.exists()


def test_a_log_somebody_writes_is_left_whole(
    two_documents: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cowrite.decisions.erasing.BUSY_TIMEOUT_S", 0.1)
    with closing(sqlite3.connect(two_documents, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(UserError, match="could not be changed"):
            forget_documents(two_documents, {"secret"})
        other.execute("ROLLBACK")
    assert len(tail(two_documents, EVERYTHING)) == 400
