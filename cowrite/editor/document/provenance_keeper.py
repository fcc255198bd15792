"""The provenance of one document: follows every edit, keeps it, and looks what becomes of accepted text."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.documents.versions.undo_steps import Step
from cowrite.editor.common.qt_timer import QtTimer
from cowrite.editor.document.provenance_archive import ProvenanceArchive
from cowrite.editor.page.listeners import ListenerStage, SaveOccasion
from cowrite.provenance.document import DocumentProvenance, KnownEdit, Taken
from cowrite.provenance.ranges import Origin, Ranges
from cowrite.provenance.retention_rate import RetentionTracker, Situation, When
from cowrite.provenance.sources import Source
from cowrite.provenance.store import KnownText
from cowrite.suggest.live.suggestion import Suggestion
from cowrite.suggest.ports import Timer
from cowrite.suggest.seams import swallows_space

if TYPE_CHECKING:  # a document has provenance
    from cowrite.editor.document.document import Document

logger = logging.getLogger(__name__)

PAUSE_MS = 1_000
KEEP_EVERY_MS = 60_000
"""How often unsaved text is kept with its provenance, in a pause; saving and closing keep it at once."""


class ProvenanceKeeper(QObject):
    """Follows ``document``. Signals: ``changed()`` with every change, ``settled()`` in a pause after some.

    ``taking`` says which suggestion is being taken just now; whoever makes suggestions for the document sets it.
    """

    changed = Signal()
    settled = Signal()

    def __init__(self, document: Document, archive: ProvenanceArchive, session_id: str) -> None:
        super().__init__(document)
        self.taking: Callable[[], Suggestion | None] = lambda: None
        self._document = document
        self._content = document.content
        self._archive = archive
        self._timer: Timer = QtTimer(self)  # serves all moments of the document
        self._provenance = DocumentProvenance()
        self._retention = RetentionTracker(
            archive.log,
            session_id,
            monotonic_ms=archive.clock.monotonic_ms,
            unix_ms=archive.clock.unix_ms,
        )
        self._had_file = document.path is not None
        self._request = 0
        self._is_closed = False
        self._hunks_taken: deque[Taken] = deque()
        self._unkept = False
        self._kept_ms = archive.clock.monotonic_ms()
        # What the file holds, for when the writer does not want the rest.
        self._saved: tuple[int, str, Ranges, Mapping[str, Source]] = (0, "", Ranges(), {})
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._on_pause)
        document.listeners.add(ListenerStage.PROVENANCE, self._on_text_changed)
        document.identity_listeners.add(ListenerStage.PROVENANCE, self._on_identity_changed)
        document.save_listeners.add(ListenerStage.PROVENANCE, self._on_saved)

    @property
    def ranges(self) -> Ranges:
        """Where the characters of the page are from."""
        return self._provenance.ranges

    @property
    def sources(self) -> Mapping[str, Source]:
        """The suggestions that they name."""
        return self._provenance.sources

    @property
    def is_known(self) -> bool:
        """Whether the log has answered what it knows of the text that was opened."""
        return not self._request

    def close(self) -> None:
        """Keep what is to be kept and follow nothing more. May be called again."""
        if self._is_closed:
            return
        self._is_closed = True
        self._archive.withdraw(self._request)
        self._timer.stop()
        self._pause.stop()
        if self._is_thrown_away():
            self._keep_saved()
            return
        if not self._document.policy.is_excluded:
            self._retention.tell(self._situation(), When.CLOSE)
        if self._unkept:
            self._keep()

    # --- the text ---

    def _on_text_changed(self, change: TextChange) -> None:
        if self._is_closed:
            return
        if change.kind is ChangeKind.LOADED:
            self._on_loaded(change)
        else:
            self._follow_or_begin_anew(change)
            self._unkept = True
        self._pause.start()
        self.changed.emit()

    def _follow_or_begin_anew(self, change: TextChange) -> None:
        """Should the ranges ever not be those of the text, nothing is known: better than something wrong."""
        try:
            self._follow(change)
        except ValueError:
            in_step = False
        else:
            length = self._content.length
            in_step = self.ranges.length == length or self._content.has_more_to_report
        if not in_step:
            logger.error("provenance went out of step with the text")
            self._provenance.load(self._content.length)
            self._provenance.know(None)

    def _follow(self, change: TextChange) -> None:
        provenance, steps = self._provenance, self._content.undo_steps
        where = (change.offset, change.removed, change.inserted)
        match change.kind:
            case ChangeKind.UNDO | ChangeKind.REDO:
                length = self._content.length
                provenance.undo_or_redo(*where, state=steps, length=length)
            case ChangeKind.ACCEPTED:
                self._on_accepted(change, steps)
            case ChangeKind.PASTED:
                clipping = self._archive.clipping_of(change.inserted, self._document.document_id)
                provenance.paste(*where, clipping, state=steps)
            case ChangeKind.TYPED if change.removed == 1 and swallows_space(change.inserted):
                provenance.give_way(change.offset, change.inserted, state=steps)
            case ChangeKind.REWRITTEN:
                self._on_rewritten(change, steps)
            case ChangeKind.OTHER_VERSION:  # nobody knows any more who wrote it
                provenance.edit(*where, Origin.LOADED, state=steps)
            case (
                _
            ):  # what is dictated or put in the place of something found is the writer's as well
                provenance.edit(*where, Origin.TYPED, state=steps)

    def _on_accepted(self, change: TextChange, steps: int) -> None:
        suggestion = self.taking()
        if suggestion is None:  # nobody can say which; it is the machine's all the same
            where = (change.offset, change.removed, change.inserted)
            self._provenance.edit(*where, Origin.ACCEPTED, state=steps)
            return
        result = suggestion.result
        self._provenance.accept(
            change.offset,
            change.removed,
            change.inserted,
            Taken(
                id=suggestion.id,
                model=result.model if result else "",
                adapter=result.adapter if result else "",
                at_ms=self._archive.clock.unix_ms(),
            ),
            state=steps,
            read=self._content.text_between,
        )
        self._retention.accepted(suggestion.id)
        self._wait()

    def _on_rewritten(self, change: TextChange, steps: int) -> None:
        where = (change.offset, change.removed, change.inserted)
        taken = self._hunks_taken.popleft() if self._hunks_taken else None
        if taken is None:  # nobody can say what it is of
            self._provenance.edit(*where, Origin.REWRITTEN, state=steps)
            return
        self._provenance.rewrite(*where, taken, state=steps)
        if change.inserted:
            self._retention.accepted(taken.id)
            self._wait()

    @contextmanager
    def taking_hunks(self, hunks: Iterable[Taken]) -> Iterator[None]:
        """The rewriting edits made inside are these changes of a passage, in the order of the text."""
        now_ms = self._archive.clock.unix_ms()
        self._hunks_taken.extend(replace(each, at_ms=now_ms) for each in hunks)
        try:
            yield
        finally:
            self._hunks_taken.clear()

    def steps_came_back(self, steps: Sequence[Step], states: Sequence[int]) -> None:
        """Undo steps of an earlier session are on the stack again; see ``DocumentProvenance.steps_came_back``."""
        self._provenance.steps_came_back([known_edits(step) for step in steps], states)

    def copied(self, start: int, end: int, text: str) -> None:
        """What stands from ``start`` to ``end`` was cut or copied; pasted again, it is what it was."""
        clipping = self._provenance.clip(start, end, text)
        only_for = self._document.document_id if self._document.policy.is_excluded else ""
        self._archive.cut_or_copied(clipping, only_for=only_for)

    def _on_pause(self) -> None:
        self.settled.emit()
        now = self._archive.clock.monotonic_ms()
        if self._unkept and now - self._kept_ms >= KEEP_EVERY_MS:
            self._keep()

    # --- opening ---

    def _on_loaded(self, change: TextChange) -> None:
        self._archive.withdraw(self._request)
        self._timer.stop()
        self._retention.begin()
        self._provenance.load(utf16_length(change.inserted))
        self._had_file = self._document.path is not None
        self._unkept = False
        text = change.inserted
        self._saved = (self._content.revision, text, self._provenance.ranges, {})
        if not text or self._document.policy.is_excluded:
            self._request = 0
            self._on_known(text, None)
        else:
            self._request = self._archive.ask(
                self._document.document_id, text, lambda known: self._on_known(text, known)
            )

    def _on_known(self, text: str, known: KnownText | None) -> None:
        self._request = 0
        revision = self._saved[0]
        if known is None:
            self._provenance.know(None)
            unknown = DocumentProvenance()
            unknown.load(utf16_length(text))
            unknown.know(None)
            self._saved = (revision, text, unknown.ranges, {})
        else:
            self._provenance.know(known.ranges, known.sources)
            told = self._retention.opened(self._situation())
            self._provenance.mark_followed(told)
            self._unkept = self._unkept or bool(told) or known.was_changed
            self._saved = (revision, text, known.ranges, {**self._provenance.sources})
        self.changed.emit()
        self.settled.emit()

    # --- keeping ---

    def _on_identity_changed(self, before: str) -> None:
        if (
            not self._had_file
            and self._document.path is not None
            and self._document.document_id != before
        ):
            self._archive.keep(before, "", Ranges(), {})  # it has its own name now

    def _on_saved(self, occasion: SaveOccasion) -> None:
        self._had_file = True
        if occasion is SaveOccasion.BY_ITSELF:
            # Every few seconds: what is in the file is noted, and kept at the next pause that is due for it.
            self._note_saved(self._content.text())
            self._unkept = True
            return
        if not self._document.policy.is_excluded:
            self._retention.tell(self._situation(), When.SAVE)
        self._keep()

    def _note_saved(self, text: str) -> None:
        if not self._document.is_modified:
            self._saved = (self._content.revision, text, self.ranges, {**self.sources})

    def _keep(self) -> None:
        self._unkept = False
        self._kept_ms = self._archive.clock.monotonic_ms()
        text, ranges, sources = self._content.text(), self.ranges, {**self.sources}
        self._note_saved(text)
        if not self._document.policy.is_excluded and not self._request:
            self._archive.keep(self._document.document_id, text, ranges, sources)

    def _is_thrown_away(self) -> bool:
        """Whether the writer chose not to keep what is on the page."""
        return not self._document.is_modified and self._content.revision != self._saved[0]

    def _keep_saved(self) -> None:
        _, text, ranges, sources = self._saved
        if not self._document.policy.is_excluded and not self._request:
            self._archive.keep(
                self._document.document_id, text if self._had_file else "", ranges, sources
            )

    # --- what becomes of accepted text ---

    def _wait(self) -> None:
        due = self._retention.due_in_ms()
        if due is not None:
            self._timer.start(round(due) + 1, self._observe)

    def _observe(self) -> None:
        if not self._document.policy.is_excluded:
            self._retention.measure_due(self._situation())
        self._wait()

    def _situation(self) -> Situation:
        return Situation(
            document_id=self._document.document_id,
            revision=self._content.revision,
            ranges=self.ranges,
            sources=self.sources,
            read=self._content.text_between,
        )


def known_edits(step: Step) -> list[KnownEdit]:
    """The edits of a step; where it does not say where the text was from that it removed, nothing is known of it."""
    known: list[KnownEdit] = []
    names = {each.value for each in Origin}
    for edit in step:
        length = utf16_length(edit.removed)
        origins = [(size, Origin(name)) for size, name in edit.origins if size and name in names]
        if sum(size for size, _ in origins) != length:
            origins = [(length, Origin.LOADED)] if length else []
        known.append((edit.offset, utf16_length(edit.inserted), origins))
    return known
