"""What the writer does to what is kept: forgetting, backing up, looking. Nothing here waits on Qt's thread."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.decisions.maintenance.erasing import Erased, Erasure
from cowrite.decisions.writing.log import DecisionLog
from cowrite.editor.common.background import Background
from cowrite.localization import tr, tr_noop
from cowrite.personalize.adapters.forgetting import Forgotten, forget_beside_log
from cowrite.settings.paths import Paths

logger = logging.getLogger(__name__)

HOUR_MS = 3_600_000
SORRY = tr_noop("That did not work. The error log has the details.")


class LogMaintenance(QObject):
    """Signals: ``said(str)`` when something was done or could not be, ``forgotten(Erasure)`` when it is gone from every
    file, ``looked(Inventory)`` as the answer to :meth:`look`, ``nothing_to_see(str)`` instead of it.
    """

    said = Signal(str)
    forgotten = Signal(object)
    looked = Signal(object)
    nothing_to_see = Signal(str)

    def __init__(
        self, log: DecisionLog, paths: Paths, clock: Clock, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._log = log
        self._paths = paths
        self._clock = clock
        self._background = Background("inventory", self)

    @property
    def folder(self) -> Path:
        """Where all of it is."""
        return self._paths.data

    def forget_document(self, document_id: str) -> None:
        """Erase what is kept of one document."""
        self._erase(Erasure(documents=frozenset({document_id})))

    def forget_last_hour(self) -> None:
        """Erase what was kept in the last hour."""
        self._erase(Erasure(since_ms=self._clock.unix_ms() - HOUR_MS))

    def delete_everything(self) -> None:
        """Erase the whole log and all that was made of it."""
        self._erase(Erasure(everything=True))

    def back_up(self) -> None:
        """Copy the log now."""

        def done(copy: Path | None, error: UserError | None) -> None:
            if copy is None:
                self.said.emit(str(error))
            else:
                self.said.emit(tr("The log was copied to {name}.", name=copy.name))

        self._log.back_up(done)

    def refresh(self) -> None:
        """Count what is kept."""
        from cowrite.decisions.maintenance.inventory import take_inventory

        self._background.run(
            lambda: take_inventory(self._paths.decision_log),
            self.looked.emit,
            lambda error: self.nothing_to_see.emit(str(error)),
        )

    def close(self) -> None:
        """Tell nothing more of what is being counted, and wait a moment for it."""
        self._background.close()

    def _erase(self, erasure: Erasure) -> None:
        def done(erased: Erased | None, error: UserError | None) -> None:
            """On the log's thread."""
            if erased is None:
                self.said.emit(str(error))
                return
            try:
                self._tell(erasure, forget_beside_log(self._paths, erasure, erased))
            except UserError as problem:
                self.said.emit(str(problem))
            except Exception:
                logger.exception("what was made of the log could not be forgotten")
                self.said.emit(tr(SORRY))

        self._log.erase(erasure, done)

    def _tell(self, erasure: Erasure, forgotten: Forgotten) -> None:
        self.forgotten.emit(erasure)
        self.said.emit(forgotten.sentence())
