"""What was open lately, as it is now: kept for the next start, beside the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.documents.session import OpenDocument, OpenWindow, Session, save_session
from cowrite.editor.common.disk import StateFiles
from cowrite.editor.document.recent_files import FilePresence, RecentFilesThere
from cowrite.settings.newer_data import NewerDataError

logger = logging.getLogger(__name__)


class SessionInUse:
    """``to_reopen`` are the documents of the last session that are not shown yet: they stay noted until they are.

    ``tell`` shows a sentence where it could not be written.
    """

    def __init__(
        self, file: Path, session: Session, states: StateFiles, tell: Callable[[str], None]
    ) -> None:
        self.to_reopen: tuple[OpenDocument, ...] = ()
        self._file = file
        self._session = session
        self._states = states
        self._tell = tell
        self._recent_there = RecentFilesThere()

    @property
    def recent(self) -> list[Path]:
        """The files opened lately, newest first."""
        return [Path(name) for name in self._session.recent]

    @property
    def folders(self) -> list[Path]:
        """The folders opened lately, newest first."""
        return [Path(name) for name in self._session.folders]

    @property
    def first_window(self) -> OpenWindow | None:
        """What stood beside the page of the window opened first; None if nobody knows."""
        return next(iter(self._session.windows), None)

    def recent_there(self) -> dict[Path, FilePresence]:
        """The same, each with what is known of it now; waits for no disk."""
        return self._recent_there.refresh(self.recent)

    def encoding_of(self, path: Path) -> str:
        """What the writer chose for the file ``path``; empty if nothing was."""
        return self._session.encoding_of(path)

    def change(self, change: Callable[[Session], Session]) -> bool:
        """Know more or less from now on; whether that changed anything. Does not write it."""
        before, self._session = self._session, change(self._session)
        return before != self._session

    def save(self, documents: Sequence[OpenDocument], windows: Sequence[OpenWindow]) -> None:
        """Note that these are open."""
        session = replace(
            self._session,
            documents=(*documents, *self.to_reopen),
            windows=tuple(windows) or self._session.windows,  # with private windows only, as before
        )
        self._session = session

        def failed(error: UserError) -> None:
            if isinstance(error, NewerDataError):
                return  # that was said at the start
            logger.warning("%s", error.message)
            self._tell(str(error))

        self._states.write("session", lambda: save_session(self._file, session), failed)
