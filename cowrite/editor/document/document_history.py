"""When earlier versions of a document are kept, and how one comes back. Never on the typing path, never in the text.

What is kept lies in :mod:`cowrite.documents.versions.snapshots`; it is written by the thread of the program's own
files, so that the end of the program waits for it. Nothing is kept of private and excluded documents.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.documents.versions.former_place import FormerPlace, former_place
from cowrite.documents.versions.passages import Passage, edits_between, passages
from cowrite.documents.versions.snapshots import Reason, Snapshot, SnapshotStore
from cowrite.documents.versions.undo_steps import UndoStore
from cowrite.editor.common.disk import Disk, StateFiles
from cowrite.editor.page.listeners import ListenerStage, SaveOccasion
from cowrite.localization import tr

if TYPE_CHECKING:  # a document has a history
    from cowrite.editor.document.document import Document

logger = logging.getLogger(__name__)

EVERY_MS = 600_000
"""A snapshot is taken so long after the first key that no snapshot has yet."""
NOT_KEPT = -1
"""No revision: the text is to be kept when there is the next occasion."""
_numbers = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionKeeping:
    """What all documents keep their versions with. ``is_on`` asks for the preference."""

    store: SnapshotStore
    undo: UndoStore
    states: StateFiles
    is_on: Callable[[], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """A version and the text of now, which had that ``revision``, and where they differ."""

    then: str
    now: str
    revision: int
    passages: tuple[Passage, ...]


class DocumentHistory(QObject):
    """The earlier versions of ``document``.

    Signals: ``changed()`` when there is another version, or one less; ``failed(str sentence)``.
    """

    changed = Signal()
    failed = Signal(str)

    def __init__(
        self, document: Document, keeping: VersionKeeping | None, clock: Clock, disk: Disk
    ) -> None:
        super().__init__(document)
        self._document = document
        self._keeping = keeping
        self._clock = clock
        self._disk = disk
        self._taken_revision = document.revision
        self._in_file_revision = document.revision
        self._opened: str | None = None
        self._failed = ""
        self._is_closed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(EVERY_MS)
        self._timer.timeout.connect(self._on_due)
        document.listeners.add(ListenerStage.JOURNAL, self._on_text_changed)
        document.save_listeners.add(ListenerStage.JOURNAL, self._on_saved)

    @property
    def is_kept(self) -> bool:
        """Whether versions of this document are kept."""
        keeping = self._keeping
        return keeping is not None and keeping.is_on() and not self._document.policy.is_excluded

    # --- keeping ---

    def keep(self, name: str = "") -> None:
        """Keep the text of now, as the writer asks, under a name or without one."""
        self._take(Reason.BY_HAND, name)

    def before_rewrite(self) -> None:
        """The model is about to rewrite some of the text, as the writer asked."""
        self._take(Reason.BEFORE_REWRITE)

    def before_reload(self) -> None:
        """Another program's version is about to be put into the text."""
        self._take(Reason.BEFORE_RELOAD)

    def keep_from_disk(self, text: str) -> None:
        """Keep what another program made of the file."""
        self._take(Reason.FROM_DISK, text=text)

    def close(self) -> None:
        """Keep what no snapshot has; of a text that nobody can come back to, keep nothing. May be called again."""
        self._timer.stop()
        if self._is_closed:
            return
        self._is_closed = True
        document = self._document
        if document.path is None and not document.is_modified:
            if self._keeping is not None and not document.is_private and document.revision:
                store, document_id = self._keeping.store, document.document_id
                self._keeping.states.write(_key(), lambda: store.forget([document_id]))
        elif document.is_modified or document.revision == self._in_file_revision:
            self._keep_if_changed(Reason.WRITING)  # else the writer did not want it

    def _keep_if_changed(self, reason: Reason) -> None:
        if self._document.revision != self._taken_revision:
            self._take(reason)

    def _take(self, reason: Reason, name: str = "", text: str | None = None) -> None:
        document, keeping = self._document, self._keeping
        if keeping is None or not self.is_kept or document.is_loading:
            return
        if text is None:
            self._timer.stop()
            self._taken_revision = document.revision
            text = document.text()
        if not text.strip():
            return
        take = partial(
            keeping.store.take,
            document.document_id,
            text,
            at_ms=self._clock.unix_ms(),
            reason=reason,
            name=name,
            path=document.path,
        )

        def write() -> None:
            take()

        keeping.states.write(_key(), write, self._on_failed)
        keeping.states.settled().then(self._on_written)

    def _on_written(self) -> None:
        if not self._is_closed:
            self.changed.emit()

    def _on_failed(self, error: UserError) -> None:
        self._taken_revision = NOT_KEPT
        logger.warning("a version could not be kept")
        if error.message != self._failed:  # once is enough
            self._failed = error.message
            self.failed.emit(str(error))

    def _on_text_changed(self, change: TextChange) -> None:
        if change.kind is ChangeKind.LOADED:
            self._timer.stop()
            self._taken_revision = self._in_file_revision = self._document.revision
            self._opened = change.inserted
            return
        opened, self._opened = self._opened, None
        if opened:  # as it was before the first change; the same as before is not kept twice
            self._take(Reason.SAVED, text=opened)
        if not self._timer.isActive() and self._keeping is not None:
            self._timer.start()

    def _on_due(self) -> None:
        self._keep_if_changed(Reason.WRITING)

    def _on_saved(self, occasion: SaveOccasion) -> None:
        if not self._document.is_modified:
            self._in_file_revision = self._document.revision
        if occasion is SaveOccasion.ASKED:
            self._keep_if_changed(Reason.SAVED)

    # --- a file that is somewhere else ---

    async def former_place(self) -> FormerPlace | None:
        """Which document this was before its file was renamed outside Cowrite; None unless that is certain."""
        keeping, document_id = self._keeping, self._document.document_id
        if keeping is None or not self.is_kept:
            return None
        store, text = keeping.store, self._document.text()
        await keeping.states.settled()
        return await self._disk.run(
            lambda: None if store.all(document_id) else former_place(store.folder, text)
        )

    def note_file(self) -> None:
        """Note in which file the document is now."""
        keeping, document_id, path = self._keeping, self._document.document_id, self._document.path
        if keeping is not None and path is not None and not self._document.is_private:
            keeping.states.write(_key(), partial(keeping.store.note_file, document_id, path))

    # --- looking, and coming back ---

    async def versions(self) -> list[Snapshot]:
        """What is kept, newest first. Raises UserError."""
        if self._keeping is None or self._document.is_private:
            return []
        store, document_id = self._keeping.store, self._document.document_id
        await self._keeping.states.settled()
        return await self._disk.run(lambda: store.all(document_id))

    async def text_of(self, number: int) -> str:
        """The text of one version. Raises UserError."""
        store, document_id = self._store(), self._document.document_id
        return await self._disk.run(lambda: store.text(document_id, number))

    async def compare(self, number: int) -> Comparison:
        """What is different between one version and the text of now. Raises UserError."""
        then = await self.text_of(number)
        revision, now = self._document.revision, self._document.text()
        found = await self._disk.run(partial(passages, then, now))
        return Comparison(then=then, now=now, revision=revision, passages=tuple(found))

    def place_of(self, shown: Comparison, passage: Passage) -> int | None:
        """Where a passage stands in the text of now, in UTF-16 units; None if that has changed since."""
        if shown.revision != self._document.revision:
            return None
        return utf16_length(shown.now[: passage.now_start])

    async def restore_passage(self, shown: Comparison, passage: Passage) -> int:
        """Put a passage back as it was, as one undo step. Where it stands then, in UTF-16 units.

        Raises UserError if it is not there any more, or if the text may only be read.
        """
        document = self._document
        while document.revision != shown.revision:
            revision, now, then = document.revision, document.text(), shown.then
            found = await self._disk.run(partial(passages, then, now))
            shown = Comparison(then=then, now=now, revision=revision, passages=tuple(found))
            place = passage.then_start, passage.then_end
            same = [each for each in found if (each.then_start, each.then_end) == place]
            if not same:
                raise UserError(
                    tr("This passage has changed meanwhile."), tr("Look at what differs now.")
                )
            passage = same[0]
        start = utf16_length(shown.now[: passage.now_start])
        end = start + utf16_length(shown.now[passage.now_start : passage.now_end])
        text = shown.then[passage.then_start : passage.then_end]
        document.edit(start, end, text, ChangeKind.OTHER_VERSION)
        return start

    async def rename(self, number: int, name: str) -> None:
        """Call a version ``name``. Raises UserError."""
        store, document_id = self._store(), self._document.document_id
        await self._disk.run(lambda: store.rename(document_id, number, name))
        self.changed.emit()

    async def delete(self, number: int) -> None:
        """Keep a version no more. Raises UserError."""
        store, document_id = self._store(), self._document.document_id
        await self._disk.run(lambda: store.delete(document_id, [number]))
        self.changed.emit()

    async def restore(self, number: int) -> bool:
        """Make the text what it was, as one undo step, after a snapshot of now. Whether it is that now.

        Raises UserError.
        """
        text = await self.text_of(number)
        self._take(Reason.BEFORE_RESTORE)
        return await self.change_to(text)

    async def change_to(self, text: str, *, only_from: int | None = None) -> bool:
        """Make the text ``text``, as one undo step, with only what differs changed. Whether it is that now.

        With ``only_from`` nothing is done unless the revision is still that one. Raises UserError where the text may
        only be read.
        """
        document = self._document
        while not document.is_closed:
            revision, now = document.revision, document.text()
            if only_from is not None and revision != only_from:
                return False
            edits = await self._disk.run(partial(edits_between, now, text))
            if document.revision == revision and not document.is_closed:
                if edits:
                    document.edit_all(edits, ChangeKind.OTHER_VERSION)
                return True
            # else the writer went on writing
        return False

    def _store(self) -> SnapshotStore:
        if self._keeping is None:
            raise UserError(tr("No earlier versions of this text are kept."))
        return self._keeping.store


def _key() -> str:
    """Each version is written, also when another one waits."""
    return f"version {next(_numbers)}"
