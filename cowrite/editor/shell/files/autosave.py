"""Saves a document to its file by itself: a few seconds after the last key, and where the writer leaves the program.

It never does what a writer would want to be asked about: a file that another program has changed, one that may only be
read, one whose encoding is a guess, and one of a private window that the writer has not saved are left to “Save”.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.common.flow import Flow
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_files import ClosedMeanwhileError
from cowrite.editor.page.listeners import ListenerStage, SaveOccasion
from cowrite.localization import tr

if TYPE_CHECKING:  # it saves in turn with what the file menu does
    from cowrite.editor.shell.files.document_actions import DocumentActions

logger = logging.getLogger(__name__)

KEY = "autosave"
QUIET_MS = 3_000
"""So long after the last key the text is saved,"""
LONGEST_MS = 30_000
"""and so long after the first one at most."""


class Autosave(QObject):
    """Follows ``document``; ``is_on`` asks for the preference. Says once that it does not work, until it does again."""

    def __init__(
        self, document: Document, actions: DocumentActions, is_on: Callable[[], bool]
    ) -> None:
        super().__init__(document)
        self._document = document
        self._actions = actions
        self._is_on = is_on
        self._was_saved = False
        self._failed_last = False
        self._quiet = self._timer(QUIET_MS)
        self._longest = self._timer(LONGEST_MS)
        document.listeners.add(ListenerStage.JOURNAL, self._on_text_changed)
        document.save_listeners.add(ListenerStage.JOURNAL, self._on_saved)
        document.identity_listeners.add(ListenerStage.JOURNAL, self._on_identity_changed)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application_state)

    @property
    def may_save(self) -> bool:
        """Whether there is something to save, and nothing that the writer would have to be asked."""
        document = self._document
        if document.is_closed or document.is_loading or document.read_only_reason:
            return False
        if document.path is None or document.format.certainty.is_guess:
            return False
        if document.is_private and not self._was_saved:
            return False
        return self._is_on() and document.is_modified

    def save_now(self) -> Flow[None]:
        """Save in turn with what is under way, if that may be done by itself."""
        return Flow(self._save_in_turn())

    async def _save_in_turn(self) -> None:
        self._stop()
        if self.may_save:
            await self._actions.turns.take(self.save)

    async def save(self) -> None:
        """The same, for who has its turn. Raises nothing: what goes wrong is said, once."""
        self._stop()
        files = self._document.files
        try:
            if not self.may_save:
                return
            if await files.changed_elsewhere():
                self._actions.disk_changes.look_before_saving()
                return
            if not self.may_save:
                return
            await files.save(occasion=SaveOccasion.BY_ITSELF)
        except ClosedMeanwhileError:
            return
        except UserError as error:
            self._say_failed(error)
            return
        if self._document.is_modified:  # what was typed meanwhile
            self._start()
        self._actions.window.status_line.say(tr("Saved"), wakes=False)

    def _say_failed(self, error: UserError) -> None:
        """Once, and without taking the keyboard; what is typed meanwhile is kept for the case of a crash."""
        logger.info("autosave failed")
        if not self._failed_last:
            self._failed_last = True
            save = NoticeAction(label=tr("Save…"), do=self._save_as_asked)
            about = self._actions.view
            notice = Notice(key=KEY, text=str(error), acts=(save,), about=about)
            self._actions.window.show_notice(notice)

    def _save_as_asked(self) -> None:
        self._actions.save()

    def _on_text_changed(self, change: TextChange) -> None:
        if change.kind is not ChangeKind.LOADED and self._document.path is not None:
            self._start()

    def _on_saved(self, occasion: SaveOccasion) -> None:
        self._failed_last = False
        self._actions.window.messages.dismiss(KEY, self._actions.view)
        if occasion is SaveOccasion.ASKED:
            self._was_saved = True
            self._stop()
            if self._document.is_modified:
                self._start()

    def _on_identity_changed(self, _before: str) -> None:
        self._was_saved = False
        self._stop()

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        if state is not Qt.ApplicationState.ApplicationActive and self.may_save:
            self.save_now()

    def _start(self) -> None:
        self._quiet.start()
        if not self._longest.isActive():
            self._longest.start()

    def _stop(self) -> None:
        self._quiet.stop()
        self._longest.stop()

    def _timer(self, interval_ms: int) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(interval_ms)
        timer.timeout.connect(self.save_now)
        return timer
