"""The provenance of what is on one page: follows every edit, keeps it, and looks what becomes of accepted text."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.editor.assistance.suggestion_policy import DocumentPolicy
from cowrite.editor.document.document_keeper import DocumentKeeper
from cowrite.editor.document.provenance_archive import ProvenanceArchive
from cowrite.editor.page.page_edit import PageEdit
from cowrite.provenance.document import DocumentProvenance, Taken
from cowrite.provenance.ranges import Origin, Ranges
from cowrite.provenance.retention_rate import RetentionTracker, Situation, When
from cowrite.provenance.sources import Source
from cowrite.provenance.store import KnownText
from cowrite.suggest.live.suggestion import Suggestion
from cowrite.suggest.ports import Timer
from cowrite.suggest.seams import swallows_blank

logger = logging.getLogger(__name__)

PAUSE_MS = 1_000
KEEP_EVERY_MS = 60_000
"""How often unsaved text is kept with its provenance, in a pause; saving and closing keep it at once."""


class ProvenanceKeeper(QObject):
    """Follows ``page``. Signals: ``changed()`` with every change, ``settled()`` in a pause after some.

    ``taking`` is the suggestion that is being taken just now; ``timer`` serves all moments of the document.
    """

    changed = Signal()
    settled = Signal()

    def __init__(
        self,
        *,
        page: PageEdit,
        keeper: DocumentKeeper,
        quiet: DocumentPolicy,
        taking: Callable[[], Suggestion | None],
        archive: ProvenanceArchive,
        timer: Timer,
        session_id: str,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._keeper = keeper
        self._quiet = quiet
        self._taking = taking
        self._archive = archive
        self._timer = timer
        self._document = DocumentProvenance()
        self._fates = RetentionTracker(
            archive.log,
            session_id,
            monotonic_ms=archive.clock.monotonic_ms,
            unix_ms=archive.clock.unix_ms,
        )
        self._document_id = keeper.document_id
        self._had_file = keeper.path is not None
        self._question = 0
        self._is_closed = False
        self._unkept = False
        self._kept_ms = archive.clock.monotonic_ms()
        # What the file holds, for when the writer does not want the rest.
        self._saved: tuple[int, str, Ranges, Mapping[str, Source]] = (0, "", Ranges(), {})
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._on_pause)
        page.text_changed.connect(self._on_text_changed)
        page.copied.connect(self._on_copied)
        keeper.saved.connect(self._on_saved)

    @property
    def ranges(self) -> Ranges:
        """Where the characters of the page are from."""
        return self._document.ranges

    @property
    def sources(self) -> Mapping[str, Source]:
        """The suggestions that they name."""
        return self._document.sources

    @property
    def is_known(self) -> bool:
        """Whether the log has answered what it knows of the text that was opened."""
        return not self._question

    def close(self) -> None:
        """Keep what is to be kept and follow nothing more. May be called again."""
        if self._is_closed:
            return
        self._is_closed = True
        self._archive.withdraw(self._question)
        self._timer.stop()
        self._pause.stop()
        if self._is_thrown_away():
            self._keep_saved()
            return
        if not self._quiet.is_excluded:
            self._fates.tell(self._situation(), When.CLOSE)
        if self._unkept:
            self._keep()

    # --- the page ---

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
        """Should the ranges ever not be those of the page, nothing is known: better than something wrong."""
        try:
            self._follow(change)
        except ValueError:
            in_step = False
        else:
            length = self._page.document().characterCount() - 1
            in_step = self.ranges.length == length or self._page.has_more_to_report
        if not in_step:
            logger.error("provenance went out of step with the page")
            self._document.load(self._page.document().characterCount() - 1)
            self._document.know(None)

    def _follow(self, change: TextChange) -> None:
        document, steps = self._document, self._page.document().availableUndoSteps()
        where = (change.offset, change.removed, change.inserted)
        match change.kind:
            case ChangeKind.UNDO | ChangeKind.REDO:
                length = self._page.document().characterCount() - 1
                document.undo_or_redo(*where, state=steps, length=length)
            case ChangeKind.ACCEPTED:
                self._on_accepted(change, steps)
            case ChangeKind.PASTED:
                clipping = self._archive.clipping_of(change.inserted, self._keeper.document_id)
                document.paste(*where, clipping, state=steps)
            case ChangeKind.TYPED if change.removed == 1 and swallows_blank(change.inserted):
                document.give_way(change.offset, change.inserted, state=steps)
            case _:
                document.edit(*where, Origin.TYPED, state=steps)

    def _on_accepted(self, change: TextChange, steps: int) -> None:
        suggestion = self._taking()
        if suggestion is None:  # nobody can say which; it is the machine's all the same
            where = (change.offset, change.removed, change.inserted)
            self._document.edit(*where, Origin.ACCEPTED, state=steps)
            return
        result = suggestion.result
        self._document.accept(
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
            read=self._page.text_between,
        )
        self._fates.accepted(suggestion.id)
        self._wait()

    def _on_copied(self, start: int, end: int, text: str) -> None:
        clipping = self._document.clip(start, end, text)
        only_for = self._keeper.document_id if self._quiet.is_excluded else ""
        self._archive.cut_or_copied(clipping, only_for=only_for)

    def _on_pause(self) -> None:
        self.settled.emit()
        now = self._archive.clock.monotonic_ms()
        if self._unkept and now - self._kept_ms >= KEEP_EVERY_MS:
            self._keep()

    # --- opening ---

    def _on_loaded(self, change: TextChange) -> None:
        self._archive.withdraw(self._question)
        self._timer.stop()
        self._fates.begin()
        self._document.load(utf16_length(change.inserted))
        self._document_id = self._keeper.document_id
        self._had_file = self._keeper.path is not None
        self._unkept = False
        text = change.inserted
        self._saved = (self._page.revision, text, self._document.ranges, {})
        if not text or self._quiet.is_excluded:
            self._question = 0
            self._on_known(text, None)
        else:
            self._question = self._archive.ask(
                self._document_id, text, lambda known: self._on_known(text, known)
            )

    def _on_known(self, text: str, known: KnownText | None) -> None:
        self._question = 0
        revision = self._saved[0]
        if known is None:
            self._document.know(None)
            unknown = DocumentProvenance()
            unknown.load(utf16_length(text))
            unknown.know(None)
            self._saved = (revision, text, unknown.ranges, {})
        else:
            self._document.know(known.ranges, known.sources)
            told = self._fates.opened(self._situation())
            self._document.mark_followed(told)
            self._unkept = self._unkept or bool(told) or known.was_changed
            self._saved = (revision, text, known.ranges, {**self._document.sources})
        self.changed.emit()
        self.settled.emit()

    # --- keeping ---

    def _on_saved(self) -> None:
        if not self._had_file and self._document_id != self._keeper.document_id:
            self._archive.keep(self._document_id, "", Ranges(), {})  # it has its own name now
        self._document_id = self._keeper.document_id
        self._had_file = True
        if not self._quiet.is_excluded:
            self._fates.tell(self._situation(), When.SAVE)
        self._keep()

    def _keep(self) -> None:
        self._unkept = False
        self._kept_ms = self._archive.clock.monotonic_ms()
        text, ranges, sources = self._page.text(), self.ranges, {**self.sources}
        if not self._keeper.is_modified:
            self._saved = (self._page.revision, text, ranges, sources)
        if not self._quiet.is_excluded and not self._question:
            self._archive.keep(self._document_id, text, ranges, sources)

    def _is_thrown_away(self) -> bool:
        """Whether the writer chose not to keep what is on the page."""
        return not self._keeper.is_modified and self._page.revision != self._saved[0]

    def _keep_saved(self) -> None:
        _, text, ranges, sources = self._saved
        if not self._quiet.is_excluded and not self._question:
            self._archive.keep(self._document_id, text if self._had_file else "", ranges, sources)

    # --- what becomes of accepted text ---

    def _wait(self) -> None:
        due = self._fates.due_in_ms()
        if due is not None:
            self._timer.start(round(due) + 1, self._observe)

    def _observe(self) -> None:
        if not self._quiet.is_excluded:
            self._fates.look(self._situation())
        self._wait()

    def _situation(self) -> Situation:
        return Situation(
            document_id=self._keeper.document_id,
            revision=self._page.revision,
            ranges=self.ranges,
            sources=self.sources,
            read=self._page.text_between,
        )
