"""What a start shows: what was open last time and text that was never saved, each file and each identity once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from cowrite.documents.journal import JournalEntry
from cowrite.documents.open_documents import same_file
from cowrite.documents.session import OpenDocument, Session
from cowrite.localization import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopened:
    """One window: how it was looked at, and its unsaved text, if there is any."""

    document: OpenDocument
    entry: JournalEntry | None = None


@dataclass(slots=True)
class Reopening:
    """The windows in their order, and a sentence for each text that comes back in another way than it was."""

    windows: list[Reopened] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def plan_reopening(session: Session, unsaved: Sequence[JournalEntry]) -> Reopening:
    """Join ``session`` with ``unsaved``, which is sorted oldest first and has each identity once.

    Of several unsaved texts of one file the newest is the text of that file; the others have no file any more. A file
    that several records of the session name is opened once. Texts that no record names come last.
    """
    plan = Reopening()
    waiting = _one_for_each_file(unsaved, plan.problems)
    shown: list[Path] = []
    for document in session.documents:
        if document.path and any(same_file(Path(document.path), path) for path in shown):
            continue
        entry = _taken(waiting, document)
        path = entry.path if entry is not None else document.path
        if path:
            shown.append(Path(path))
        plan.windows.append(Reopened(document=document, entry=entry))
    plan.windows += [Reopened(document=_record_of(entry), entry=entry) for entry in waiting]
    return plan


def _one_for_each_file(unsaved: Sequence[JournalEntry], problems: list[str]) -> list[JournalEntry]:
    kept: list[JournalEntry] = []
    files: list[Path] = []
    for entry in reversed(unsaved):
        path = Path(entry.path) if entry.path else None
        if path is not None and any(same_file(path, file) for file in files):
            problems.append(
                tr(
                    "There were several versions of unsaved text for “{name}”. An older one is shown as a document "
                    "without a file; save it under another name if you need it.",
                    name=path.name,
                )
            )
            entry = replace(entry, path="", stamp=None)
        elif path is not None:
            files.append(path)
        kept.insert(0, entry)
    return kept


def _taken(waiting: list[JournalEntry], document: OpenDocument) -> JournalEntry | None:
    """Take the unsaved text of ``document`` from ``waiting``: that of its file, or else that of its identity."""
    for entry in waiting:
        if document.path and entry.path and same_file(Path(document.path), Path(entry.path)):
            waiting.remove(entry)
            return entry
    for entry in waiting:
        # The record may be older than the first file of a text.
        if entry.document_id == document.document_id and not document.path:
            waiting.remove(entry)
            return entry
    return None


def _record_of(entry: JournalEntry) -> OpenDocument:
    return OpenDocument(document_id=entry.document_id, path=entry.path, caret=entry.caret)
