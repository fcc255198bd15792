"""A real document of which nothing is written to disk, with an archive that only remembers what was copied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from support.suggestions import ManualClock, ManualTimer
from waiting_disk import WaitingDisk

from cowrite.decisions.events import Event
from cowrite.documents.identity import Identities
from cowrite.documents.journal import JournalEntry
from cowrite.documents.open_documents import OpenDocuments
from cowrite.editor.document.document import Document, DocumentServices
from cowrite.editor.document.provenance_archive import Answer, ProvenanceArchive
from cowrite.editor.document.suggestion_policy import Snooze
from cowrite.provenance.document import Clipping
from cowrite.provenance.ranges import Ranges
from cowrite.provenance.sources import Source
from cowrite.settings.preferences import Preferences


class Archive:
    """As much of a ProvenanceArchive as a document needs; it knows no text."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.log = self
        self.clippings: list[Clipping] = []
        self.kept: dict[str, tuple[str, Ranges]] = {}

    def record(self, event: Event) -> None:
        pass

    def withdraw(self, number: int) -> None:
        pass

    def ask(self, document_id: str, text: str, answer: Answer) -> int:
        answer(None)
        return 0

    def keep(
        self, document_id: str, text: str, ranges: Ranges, sources: Mapping[str, Source]
    ) -> None:
        self.kept[document_id] = text, ranges

    def cut_or_copied(self, clipping: Clipping, *, only_for: str = "") -> None:
        self.clippings.append(clipping)

    def clipping_of(self, text: str, document_id: str) -> Clipping:
        return next((c for c in reversed(self.clippings) if c.text == text), Clipping())


class KeptTexts:
    """An UnsavedText in memory."""

    def __init__(self) -> None:
        self.entries: dict[str, JournalEntry] = {}

    def write(self, entry: JournalEntry) -> None:
        self.entries[entry.document_id] = entry

    def discard(self, document_id: str) -> None:
        self.entries.pop(document_id, None)


def services(
    clock: ManualClock | None = None,
    unsaved: KeptTexts | None = None,
    open_documents: OpenDocuments[Document] | None = None,
) -> DocumentServices:
    clock = clock or ManualClock()
    return DocumentServices(
        unsaved=unsaved or KeptTexts(),
        clock=clock,
        identities=Identities(),
        open_documents=open_documents or OpenDocuments(),
        snooze=Snooze(clock, ManualTimer(clock)),
        archive=cast(ProvenanceArchive, Archive(clock)),
        session_id="session",
        disk=WaitingDisk(),
    )


def plain_document(
    shared: DocumentServices | None = None,
    preferences: Preferences | None = None,
    *,
    is_private: bool = False,
) -> Document:
    return Document(shared or services(), preferences, is_private=is_private)
