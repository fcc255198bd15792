"""What another program does to the file of a document: taken over where nothing is lost by it, else asked about.

A text that was not changed here becomes what the file holds, as an undo step. One that was changed is merged with it,
by lines and words, where the two changed different places. Otherwise the writer chooses; both versions are kept.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

from cowrite.base.errors import UserError
from cowrite.documents.files import LoadedFile, changed_on_disk, read_document
from cowrite.documents.versions.snapshots import Reason
from cowrite.editor.common.flow import Flow
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_files import ClosedMeanwhileError
from cowrite.editor.panels.history.commands import PANEL_ID as HISTORY
from cowrite.localization import tr

if TYPE_CHECKING:  # it looks in turn with what the file menu does
    from cowrite.documents.versions.merge import Merged
    from cowrite.editor.shell.files.document_actions import DocumentActions

logger = logging.getLogger(__name__)

KEY = "changed on disk"
AFTER_MS = 300
"""Who writes a file touches it several times."""


class DiskChanges(QObject):
    """Follows the file of ``document``."""

    def __init__(self, document: Document, actions: DocumentActions) -> None:
        super().__init__(document)
        self._document = document
        self._actions = actions
        self._asked = ""  # the hash of the content that the writer is asked about
        self._unreadable = ""  # what was said of a file that cannot be read
        self._was_missing = False
        self._gone_revision: int | None = None  # of the unmodified text whose file is gone
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(AFTER_MS)
        self._pause.timeout.connect(self.look)
        document.file_watch.touched.connect(self._pause.start)
        application = QGuiApplication.instance()
        if document.file_watch.is_on and isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_application_state)

    def look(self) -> Flow[None]:
        """See whether the file is another one, in turn with what is under way."""
        return self._in_turn(self._look)

    def look_before_saving(self) -> Flow[None]:
        """The same, when the text could not be saved by itself for it: then it is said too if nobody can look."""
        return self._in_turn(self._look_or_say)

    async def _look_or_say(self) -> None:
        problem = await self._look(trust_mtime=False)
        if problem is None:
            self._unreadable = ""
        elif problem.message != self._unreadable:  # once is enough
            self._unreadable = problem.message
            elsewhere = NoticeAction(label=tr("Save as…"), do=self._save_as)
            self._say(
                tr("{problem} So your text is no longer saved by itself.", problem=problem.message),
                elsewhere,
            )

    def _in_turn(self, work: Callable[[], Coroutine[Any, None, object]]) -> Flow[None]:
        async def do() -> None:
            try:
                await self._actions.turns.take(work)
            except ClosedMeanwhileError:
                return
            except UserError as error:
                self._say(str(error))

        return Flow(do())

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        if state is Qt.ApplicationState.ApplicationActive and self._document.path is not None:
            self._pause.start()

    # --- what is there ---

    async def _look(self, *, trust_mtime: bool = True) -> UserError | None:
        """Take in what is there; the error if that cannot be read, and is there all the same."""
        document, path, stamp = self._document, self._document.path, self._document.stamp
        if path is None or document.is_closed or document.is_loading or document.read_only_reason:
            return None
        disk = self._actions.disk
        if not await disk.run(lambda: changed_on_disk(path, stamp, trust_mtime=trust_mtime)):
            self._is_back()
            return None
        encoding = document.chosen_encoding
        try:
            loaded = await disk.run(lambda: read_document(path, remembered=encoding))
        except UserError as error:
            # A folder in its place, and a link to nothing, are no file either.
            if await disk.run(lambda: not os.path.isfile(path)):  # noqa: PTH113 - a dead disk raises
                self._is_missing(path)
                return None
            return error
        if document.is_closed:
            return None
        if loaded.read_only_reason:
            return UserError(
                tr("Parts of “{name}” cannot be read as text any more.", name=path.name)
            )
        document.file_watch.renew()
        self._gone_revision, self._was_missing = None, False
        await self._take_in(loaded)
        return None

    def _is_missing(self, path: Path) -> None:
        """Some programs delete a file and write it anew; so it is looked for once more."""
        if self._was_missing:
            self._is_gone(path)
        elif not self._document.is_closed:
            self._was_missing = True
            self._pause.start()

    def _is_gone(self, path: Path) -> None:
        document = self._document
        if document.is_closed or self._gone_revision is not None:
            return
        self._gone_revision = -1 if document.is_modified else document.revision
        document.set_modified(True)  # no file holds it any more
        document.journal.write()
        save = NoticeAction(label=tr("Save it there again"), do=self._save)
        elsewhere = NoticeAction(label=tr("Save as…"), do=self._save_as)
        self._say(
            tr(
                "“{name}” is not where it was: it was moved or deleted, or its disk is gone. Your text "
                "is still here.",
                name=path.name,
            ),
            save,
            elsewhere,
        )

    def _is_back(self) -> None:
        """The file is what it was, perhaps after it was away."""
        self._was_missing = False
        revision, self._gone_revision = self._gone_revision, None
        if revision is None:
            return
        self._actions.window.messages.dismiss(KEY)
        self._document.file_watch.renew()
        if revision == self._document.revision:
            self._document.set_modified(False)
            self._document.journal.write()

    # --- what becomes of it ---

    async def _take_in(self, loaded: LoadedFile) -> None:
        document = self._document
        if loaded.text == document.text():
            document.files.found_on_disk(loaded)
            self._actions.window.messages.dismiss(KEY)
            return
        revision = document.revision
        if not document.is_modified:
            said = tr(
                "“{name}” was changed by another program, and is shown as it is now.",
                name=document.name,
            )
            await self._change_to(loaded, loaded.text, revision, said)
            return
        merged = await self._merged(loaded)
        if document.is_closed:
            return
        if merged is not None and merged.is_clean:
            document.history.keep_from_disk(loaded.text)
            said = tr(
                "“{name}” was changed by another program as well. Its changes and yours are both in the text now.",
                name=document.name,
            )
            await self._change_to(loaded, merged.text, revision, said)
        elif self._asked != loaded.stamp.sha256:
            self._ask(loaded)

    async def _merged(self, loaded: LoadedFile) -> Merged | None:
        """Both changes in one text; None where nobody knows what they were made to."""
        base, mine = self._document.saved_text, self._document.text()
        if base is None:
            return None
        from cowrite.documents.versions.merge import merge

        return await self._actions.disk.run(lambda: merge(base, mine, loaded.text))

    async def _change_to(self, loaded: LoadedFile, text: str, revision: int, said: str) -> None:
        """Make ``text`` of what the document was at ``revision``; if more was written since, look again."""
        document = self._document
        document.history.before_reload()
        caret = document.content.caret
        if not await document.history.change_to(text, only_from=revision):
            self._pause.start()
            return
        document.content.place_caret(min(caret, document.length))
        document.files.found_on_disk(loaded)
        self._actions.say_guess()  # one in which nothing is saved by itself
        self._asked = ""
        after = document.revision

        def undo() -> None:
            if document.revision == after:
                document.undo()
            else:
                self._actions.window.status_line.say(tr("You have written since then: press Undo."))

        self._say(said, NoticeAction(label=tr("Undo"), do=undo))

    def _ask(self, loaded: LoadedFile) -> None:
        document = self._document
        self._asked = loaded.stamp.sha256
        document.history.keep_from_disk(loaded.text)
        document.history.before_reload()

        def mine() -> None:
            self._asked = ""
            document.stamp = loaded.stamp
            self._actions.save()

        async def take() -> None:
            said = tr("“{name}” is now what the other program wrote.", name=document.name)
            await self._change_to(loaded, loaded.text, document.revision, said)

        acts = [
            NoticeAction(label=tr("Keep mine"), do=mine),
            NoticeAction(label=tr("Take theirs"), do=lambda: self._do(take)),
        ]
        said = tr(
            "Another program has changed “{name}” in the same places as you.", name=document.name
        )
        if document.history.is_kept:
            acts.append(NoticeAction(label=tr("Compare"), do=self._compare, stays=True))
            said = tr(
                "Another program has changed “{name}” in the same places as you. Both versions are in the history.",
                name=document.name,
            )
        self._say(said, *acts)

    def _do(self, work: Callable[[], Coroutine[Any, None, None]]) -> None:
        self._in_turn(work)

    def _compare(self) -> None:
        from cowrite.editor.panels.history.history_panel import HistoryPanel

        panels = self._actions.window.side_panels
        panels.show(HISTORY)
        panel = panels.widget(HISTORY)
        if isinstance(panel, HistoryPanel):
            panel.choose(Reason.FROM_DISK)

    def _save(self) -> None:
        self._document.stamp = None  # that there is no file is known
        self._gone_revision = None
        self._actions.save()

    def _save_as(self) -> None:
        self._actions.save_as()

    def _say(self, text: str, *acts: NoticeAction) -> None:
        self._actions.window.show_notice(Notice(key=KEY, text=text, acts=acts))
