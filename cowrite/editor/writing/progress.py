"""What was written today, across all windows: each document tells how many words it has, and what it grew by counts.

What is pasted, undone, loaded or brought back from an earlier version was not written; private documents tell nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.errors import UserError
from cowrite.base.json_values import read_regular
from cowrite.base.system_reasons import reason_of
from cowrite.base.text_changes import ChangeKind
from cowrite.documents.writing_days import FORMAT, WritingDays
from cowrite.editor.common.disk import StateFiles
from cowrite.editor.document.document import Document
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import write_unless_newer
from cowrite.settings.private_file import set_aside

logger = logging.getLogger(__name__)

KEEP_MS = 30_000
WHAT = tr_noop("The record of words written each day was written by a newer version of Cowrite.")
WRITTEN = frozenset(
    {ChangeKind.TYPED, ChangeKind.ACCEPTED, ChangeKind.DELETED, ChangeKind.REPLACED,
     ChangeKind.DICTATED, ChangeKind.REWRITTEN}
)  # fmt: skip


class WritingProgress(QObject):
    """Signal: ``changed()``. ``today`` asks for the day of now. A damaged ``file`` is set aside, and begun anew."""

    changed = Signal()

    def __init__(
        self, file: Path, states: StateFiles, today: Callable[[], date], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._file, self._states = file, states
        self.today = today
        self.days = self._load()
        self._kept = self.days.to_json()
        self._known: dict[str, int] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(KEEP_MS)
        self._soon.timeout.connect(self.keep)

    def counted(self, document: Document, words: int, kinds: Collection[ChangeKind]) -> None:
        """A document has ``words``; since the last call changes of these ``kinds`` were made."""
        before = self._known.get(document.document_id)
        self._known[document.document_id] = words
        if document.is_private or before is None or not kinds or not WRITTEN.issuperset(kinds):
            return
        if words != before:
            self.days.add(self.today(), words - before)
            self._soon.start()
            self.changed.emit()

    def set_goal(self, document: Document, words: int) -> None:
        """How many words a document is to have; 0 for no goal. Of a private one it is not kept."""
        if not document.is_private:
            self.days.set_goal(document.document_id, words)
            self._soon.start()
            self.changed.emit()

    def goal_of(self, document: Document) -> int:
        """The same; 0 for no goal."""
        return self.days.goals.get(document.document_id, 0)

    def forget(self, documents: Collection[str], *, everything: bool = False) -> None:
        """Know nothing more of these documents, or of anything; their data were erased."""
        self.days.forget(documents, everything=everything)
        self.keep()
        self.changed.emit()

    def close(self) -> None:
        """Keep it for the last time."""
        self._soon.stop()
        self.keep()

    def keep(self) -> None:
        """Have it written, if there is anything new."""
        now = self.days.to_json()
        if now != self._kept:
            self._kept = now
            self._states.write("progress", lambda: self._store(now))

    def _store(self, text: str) -> None:
        try:
            write_unless_newer(self._file, text.encode(), FORMAT, WHAT)
        except OSError as error:
            raise UserError(
                tr(
                    "How much you wrote could not be stored ({reason}).",
                    reason=reason_of(error),
                ),
                tr("Check that the disk is not full. Your text is not affected."),
            ) from error

    def _load(self) -> WritingDays:
        try:
            return WritingDays.from_json(read_regular(self._file).decode())
        except FileNotFoundError:
            return WritingDays()
        except (ValueError, OSError) as error:
            logger.warning(
                "what was written on which day cannot be used (%s)", type(error).__name__
            )
        try:
            set_aside(self._file)
        except OSError as error:
            logger.warning("it cannot be set aside (%s)", error.strerror)
        return WritingDays()
