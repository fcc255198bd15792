"""Offers a file that was renamed outside Cowrite the history of the document that it holds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cowrite.base.errors import UserError
from cowrite.documents.files import read_document
from cowrite.documents.versions.former_place import FormerPlace
from cowrite.editor.common.flow import Flow
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_files import ClosedMeanwhileError
from cowrite.localization import tr

if TYPE_CHECKING:  # it works in turn with what the file menu does
    from cowrite.editor.shell.files.document_actions import DocumentActions

KEY = "former place"


class HistoryOffer(QObject):
    """For the file of ``document``, when it is opened."""

    def __init__(self, document: Document, actions: DocumentActions) -> None:
        super().__init__(document)
        self._document = document
        self._actions = actions

    def look(self) -> Flow[None]:
        """See whether another document had this text, whose file is gone; if so, offer its history."""
        return Flow(self._look())

    async def _look(self) -> None:
        document, path = self._document, self._document.path
        if path is None or document.is_private or document.read_only_reason:
            return
        try:
            found = await document.history.former_place()
        except UserError:
            return  # the history panel says so when it is asked
        if found is None or document.is_closed or document.path != path:
            return
        if not document.files.is_free(found):
            return
        text = tr(
            "“{name}” holds the text of “{former}”, which is not where it was. If you renamed or "
            "moved it, its earlier versions, notes and goals can go with it.",
            name=path.name,
            former=found.path.name,
        )
        take = NoticeAction(
            label=tr("Take its history"), do=partial(self._begin, found), stays=True
        )
        self._say(text, take)

    def _begin(self, found: FormerPlace) -> None:
        async def do() -> None:
            try:
                await self._actions.turns.take(partial(self._take_over, found))
            except ClosedMeanwhileError:
                return
            except UserError as error:
                self._say(str(error))

        Flow(do())

    async def _take_over(self, found: FormerPlace) -> None:
        document, path = self._document, self._document.path
        if path is None or not document.files.is_free(found):
            self._dismiss()
            return
        if document.is_modified:
            again = NoticeAction(
                label=tr("Take its history"), do=partial(self._begin, found), stays=True
            )
            self._say(tr("Save your changes first; then the history can be taken over."), again)
            return
        encoding, revision = document.chosen_encoding, document.revision
        loaded = await self._actions.disk.run(lambda: read_document(path, remembered=encoding))
        if document.is_closed:
            raise ClosedMeanwhileError
        if document.revision != revision:  # written meanwhile: it is asked for again
            return
        document.files.take_over(found, loaded)
        self._dismiss()
        self._actions.file_used.emit(path)
        self._actions.window.status_line.say(tr("History taken over"))

    def _dismiss(self) -> None:
        self._actions.window.messages.dismiss(KEY, self._actions.view)

    def _say(self, text: str, *acts: NoticeAction) -> None:
        self._actions.window.show_notice(
            Notice(key=KEY, text=text, acts=acts, about=self._actions.view)
        )
