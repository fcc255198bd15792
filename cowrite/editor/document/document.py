"""One document: which it is, its text, and all that goes with it whoever shows it. Knows no widget and asks nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind
from cowrite.documents.files import FileStamp
from cowrite.documents.identity import Identities
from cowrite.documents.importing import ImportedText
from cowrite.documents.journal_writer import NoJournal, UnsavedText
from cowrite.documents.open_documents import OpenDocuments, same_file
from cowrite.documents.text_codec import Certainty, TextFormat
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.next_turn import next_turn
from cowrite.editor.document.document_files import ClosedMeanwhileError, DocumentFiles
from cowrite.editor.document.document_history import DocumentHistory, VersionKeeping
from cowrite.editor.document.document_journal import DocumentJournal
from cowrite.editor.document.file_watch import FileWatch, FileWatcher
from cowrite.editor.document.provenance_archive import ProvenanceArchive
from cowrite.editor.document.provenance_keeper import ProvenanceKeeper
from cowrite.editor.document.suggestion_policy import DocumentPolicy, Snooze
from cowrite.editor.document.undo_memory import UndoMemory
from cowrite.editor.page.listeners import ListenerStage, SaveOccasion, StagedListeners
from cowrite.editor.page.tracked_text import TrackedText
from cowrite.localization import tr, tr_noop
from cowrite.settings.preferences import Preferences

UNTITLED = tr_noop("Untitled")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentServices:
    """What all documents share. ``keep_in``: where the old bytes of a file that must be written into are kept.

    ``versions``: with what earlier versions are kept; ``watcher``: who tells of changes on disk. None: nobody does.
    """

    unsaved: UnsavedText
    clock: Clock
    identities: Identities
    open_documents: OpenDocuments[Document]
    snooze: Snooze
    archive: ProvenanceArchive
    session_id: str
    disk: Disk
    keep_in: Path | None = None
    versions: VersionKeeping | None = None
    watcher: FileWatcher | None = None


class Document(QObject):
    """Owns identity, path, encoding, privacy, revision, text, provenance, undo steps, journal and suggestion policy.

    ``listeners`` hear of every change of the text, ``identity_listeners`` (with the identity before) that it is another
    document or in another file, ``save_listeners`` that its file holds the text: each in the order of their stages.
    Signals: ``identity_changed()`` and ``saved()`` for what only shows, ``read_only_changed(bool)``.
    """

    identity_changed = Signal()
    saved = Signal()
    read_only_changed = Signal(bool)

    def __init__(
        self,
        services: DocumentServices,
        preferences: Preferences | None = None,
        *,
        is_private: bool = False,
    ) -> None:
        super().__init__()
        self.is_private = is_private
        self.content = TrackedText(self)
        self.listeners = self.content.listeners
        self.identity_listeners: StagedListeners[str] = StagedListeners()
        self.save_listeners: StagedListeners[SaveOccasion] = StagedListeners()
        self.format = TextFormat()
        self.stamp: FileStamp | None = None
        # What its file held when it was last read or written here; None if nobody knows any more.
        self.saved_text: str | None = None
        self.title = ""
        # Another program's file that this text was made of, until it is saved.
        self.imported: ImportedText | None = None
        self._read_only_reason = ""
        self._loading: Path | None = None
        self._is_partly_loaded = False
        self.is_closed = False
        self._open = services.open_documents
        self._path: Path | None = None
        self._document_id = self._told_id = self._open.enter(self, None)
        self.policy = DocumentPolicy(self, services.snooze, preferences or Preferences())
        self.provenance = ProvenanceKeeper(self, services.archive, services.session_id)
        unsaved: UnsavedText = NoJournal() if is_private else services.unsaved
        identities = services.identities.unkept() if is_private else services.identities
        self.journal = DocumentJournal(self, unsaved, services.clock)
        self.files = DocumentFiles(self, identities, self._open, services.disk, services.keep_in)
        self.file_watch = FileWatch(self, services.watcher)
        self.history = DocumentHistory(self, services.versions, services.clock, services.disk)
        self.undo_memory = self._make_undo_memory(services)
        self.identity_listeners.add(
            ListenerStage.VIEW, lambda _before: self.identity_changed.emit()
        )
        self.save_listeners.add(ListenerStage.VIEW, lambda _: self.saved.emit())

    def _make_undo_memory(self, services: DocumentServices) -> UndoMemory:
        kept = services.versions
        store, states = (kept.undo, kept.states) if kept is not None else (None, None)
        return UndoMemory(self, store, states, services.disk)

    # --- which it is ---

    @property
    def document_id(self) -> str:
        """Its identity: the name of its history in the log, of its journal and of what is learned from it."""
        return self._document_id

    @property
    def is_another(self) -> bool:
        """Whether it has become another document of which ``identity_listeners`` have still to hear."""
        return self._document_id != self._told_id

    @property
    def path(self) -> Path | None:
        """Its file; None while it has none."""
        return self._path

    @property
    def name(self) -> str:
        """For the title of a window."""
        path = self._loading or self._path
        return path.name if path else self.title or tr(UNTITLED)

    def is_in(self, path: Path) -> bool:
        """Whether this is the document in the file ``path``, by whatever link."""
        return self._path is not None and same_file(self._path, path)

    def is_elsewhere(self, path: Path) -> bool:
        """Whether another open document is in the file ``path``, by whatever link."""
        return self._open.is_elsewhere(self, path)

    def become(self, path: Path | None, wanted: Iterable[str] = ()) -> None:
        """Be the document in ``path``, with the first identity of ``wanted`` that no other has, or a new one.

        Raises UserError if another has that file; nothing is then changed. Call :meth:`tell_identity` when the text is
        there too.
        """
        self._document_id = self._open.enter(self, path, wanted)
        self._path = path

    def tell_identity(self) -> None:
        """Tell the listeners which document it is, in which file and how that is written."""
        before, self._told_id = self._told_id, self._document_id
        self.identity_listeners.tell(before)

    def tell_saved(self, occasion: SaveOccasion = SaveOccasion.ASKED) -> None:
        """Tell the listeners that the file holds the text."""
        self.save_listeners.tell(occasion)

    # --- how it is written ---

    @property
    def chosen_encoding(self) -> str:
        """The encoding that the writer chose for the file; empty if it says its own, or is only guessed."""
        return self.format.encoding if self.format.certainty is Certainty.CHOSEN else ""

    @property
    def read_only_reason(self) -> str:
        """A sentence that says why the text may only be read; empty if it may be changed."""
        return self._read_only_reason

    def set_read_only(self, reason: str) -> None:
        """Let nobody change the text, for ``reason``; an empty one allows it again."""
        self._read_only_reason = reason
        self.read_only_changed.emit(self._is_shut)

    @property
    def is_loading(self) -> bool:
        """Whether its text is still being read; until it is there nobody can change anything."""
        return self._loading is not None or self._is_partly_loaded

    def set_loading(self, path: Path | None) -> None:
        """The text of ``path`` is being read and will be shown here; None: it is no more."""
        self._loading = path
        self.read_only_changed.emit(self._is_shut)
        self.identity_changed.emit()

    @property
    def _is_shut(self) -> bool:
        return bool(self._read_only_reason) or self.is_loading

    # --- its text ---

    def text(self) -> str:
        r"""The whole text, lines separated by ``\n``."""
        return self.content.text()

    @property
    def revision(self) -> int:
        """Grows with every change of the text."""
        return self.content.revision

    @property
    def length(self) -> int:
        """The size of the text in UTF-16 units."""
        return self.content.length

    @property
    def is_modified(self) -> bool:
        """Whether the text holds what no file holds."""
        return self.content.document.isModified()

    def set_modified(self, modified: bool) -> None:
        """Note whether a file holds the text."""
        self.content.document.setModified(modified)

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to come back to: no text and no file."""
        return self._path is None and self.content.document.isEmpty()

    @property
    def is_untouched(self) -> bool:
        """Whether this is a new document in which there is nothing."""
        return self._path is None and not self.is_loading and self.content.document.isEmpty()

    def load(self, text: str) -> None:
        """Replace the whole text, as one that was not written here: no undo step, and not modified."""
        self.content.load(text)

    async def load_in_steps(self, text: str) -> None:
        """The same for a long text, with the GUI thread free in between; nobody can change anything meanwhile.

        Raises ClosedMeanwhileError if the document is closed before its text is there.
        """
        self._is_partly_loaded = True
        self.read_only_changed.emit(True)
        try:
            for _ in self.content.loading(text):
                await next_turn()
                if self.is_closed:
                    raise ClosedMeanwhileError
        finally:
            self._is_partly_loaded = False
        self.read_only_changed.emit(self._is_shut)

    def edit(self, start: int, end: int, text: str, kind: ChangeKind) -> None:
        """Put ``text`` in the place of what stands from ``start`` to ``end`` (UTF-16 units), as one undo step.

        Every edit that is not made by a key on a page comes through here. Raises UserError where the text may only be
        read, and ValueError for a ``kind`` or a place that is none.
        """
        self._require_writable()
        self.content.edit(start, end, text, kind)

    def edit_all(self, places: Iterable[tuple[int, int, str]], kind: ChangeKind) -> None:
        """Make several edits, each as ``(start, end, text)`` with places in the text as it is now, as one undo step.

        Each is told as a change of its own, the first in the text first. Raises as :meth:`edit` does, and ValueError
        for places that overlap; nothing is then changed.
        """
        self._require_writable()
        self.content.edit_all(places, kind)

    def undo(self) -> None:
        """Take back the last step."""
        self._require_writable()
        self.content.undo()

    def redo(self) -> None:
        """Do the last undone step again."""
        self._require_writable()
        self.content.redo()

    def _require_writable(self) -> None:
        if self.is_loading:
            raise UserError(
                tr("“{name}” is still being opened.", name=self.name),
                tr("Wait until its text is there."),
            )
        if self._read_only_reason:
            raise UserError(
                tr("“{name}” can only be read.", name=self.name),
                tr("Save a copy, and change that."),
            )

    # --- the end ---

    def keep_unsaved(self) -> None:
        """Keep the text for the next start, although it closes now: no other document may take its identity."""
        self.set_modified(True)
        self.journal.write()
        self._open.reserve([self._document_id])

    def close(self) -> None:
        """Keep what is to be kept; it is not open any more. May be called again."""
        self.is_closed = True
        self.policy.close()
        self.journal.close()
        self.undo_memory.close()
        self.history.close()
        self.file_watch.close()
        self._open.leave(self)
        self.provenance.close()
