"""Opening, saving and closing as the writer means it: with questions where something could be lost.

Whatever waits for the disk is a :class:`~cowrite.editor.common.flow.Flow`; those of one document take turns.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from cowrite.base.errors import UserError
from cowrite.base.records import may_be_path
from cowrite.documents.files import read_bytes, read_document
from cowrite.documents.text_codec import Certainty, TextFormat
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Flow, Later, Turns, begin
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.dialogs.dialogs import Changed, Dialogs, Unsaved
from cowrite.editor.document.document_files import ClosedMeanwhileError
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.files.autosave import Autosave
from cowrite.editor.shell.files.disk_changes import DiskChanges
from cowrite.editor.shell.files.history_offer import HistoryOffer
from cowrite.editor.shell.files.slow_saving import SlowSaving, WaitEnd
from cowrite.editor.shell.files.suggested_file import suggested_file
from cowrite.editor.shell.window import EditorWindow
from cowrite.localization import tr, tr_noop

NOTICE_KEY = "document"
ENCODING_KEY = "encoding"
OTHER_ENCODING = tr_noop("Other encoding…")
BEFORE_UTF8 = {
    "purpose": tr_noop(
        "Its encoding is only a guess. Choose the one in which every word is right: saved as "
        "UTF-8, they stay as you see them here."
    ),
    "accept": tr_noop("&Save as UTF-8"),
}


class DocumentActions(QObject):
    """What the file menu does with one ``view``. Signals: ``file_used(Path)`` after a file was opened or saved,
    ``encoding_chosen(Path, str)`` with its path and what the writer chose for it; empty when it says its own.
    """

    # Objects: of a name that is not UTF-8, Qt would drop a part.
    file_used = Signal(object)
    encoding_chosen = Signal(object, str)

    def __init__(
        self,
        view: EditorView,
        dialogs: Dialogs,
        disk: Disk,
        saves_by_itself: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(view)
        self.view = view
        self._document = view.document
        self._files = self._document.files
        self._dialogs = dialogs
        self.disk = disk
        self.turns = Turns()
        self._closing: Later[bool] | None = None
        self.disk_changes = DiskChanges(self._document, self)
        self.history_offer = HistoryOffer(self._document, self)
        self.autosave = Autosave(self._document, self, saves_by_itself)

    @property
    def window(self) -> EditorWindow:
        """The window that the view is in now. Raises ClosedMeanwhileError."""
        window = self.view.page.window()
        if not isinstance(window, EditorWindow):
            raise ClosedMeanwhileError
        return window

    def _come_forward(self) -> EditorWindow:
        """The writer is about to be asked about the document: show it. Its window."""
        self.window.stack.activate(self.view)
        return self.window

    @property
    def is_busy(self) -> bool:
        """Whether something is under way that the disk has not answered yet."""
        return self.turns.is_busy

    def _in_turn(self, work: Callable[[], Coroutine[Any, None, bool]]) -> Flow[bool]:
        """Do ``work`` after what is under way; an error of a disk is said in the window, and nothing came of it."""

        async def do() -> bool:
            try:
                return await self.turns.take(work)
            except ClosedMeanwhileError:
                return False
            except UserError as error:
                self._tell(str(error))
                return False

        return Flow(do())

    def open(self, path: Path) -> Flow[bool]:
        """Show the file in this view, if it can be read; else it stays as it was. Whether it came about."""
        return self._in_turn(partial(self._open, path))

    async def _open(self, path: Path) -> bool:
        chosen = self._document.chosen_encoding if self._document.is_in(path) else ""
        self._document.set_loading(path)  # what is typed now would be lost
        try:
            loaded = await self.disk.run(lambda: read_document(path, remembered=chosen))
        finally:
            if not self._document.is_closed:
                self._document.set_loading(None)
        if self._document.is_closed:
            return False
        self._files.show(loaded)
        self.window.messages.dismiss(NOTICE_KEY, self.view)
        self.opened()
        return True

    def opened(self) -> None:
        """The view shows a file now: say so, and say if it can only be read."""
        if self._document.path is not None:
            self.file_used.emit(self._document.path)
        if self._document.read_only_reason:
            copy = NoticeAction(label=tr("Save a copy"), do=self._save_elsewhere)
            other = NoticeAction(label=tr(OTHER_ENCODING), do=self.choose_encoding, stays=True)
            self._tell(self._document.read_only_reason, copy, other)
        self.say_guess()
        self.history_offer.look()

    # --- the encoding ---

    def say_guess(self) -> None:
        """Say how a file is read that does not say its encoding, or take that message away."""
        text_format, text = self._document.format, ""
        if self._document.path is not None and not self._document.read_only_reason:
            text = guess_sentence(text_format)
        acts = (
            NoticeAction(label=tr("Looks right"), do=self._confirm_encoding),
            NoticeAction(label=tr(OTHER_ENCODING), do=self.choose_encoding, stays=True),
        )
        self.window.show_notice(Notice(key=ENCODING_KEY, text=text, acts=acts, about=self.view))

    def choose_encoding(self) -> None:
        """Ask how the file is to be read, and read it like that; unsaved changes stay."""
        self._in_turn(self._ask_encoding)

    async def _ask_encoding(self, **wording: str) -> bool:
        """Whether the writer chose an encoding, and the page is read in it now."""
        from cowrite.editor.dialogs.encoding_dialog import EncodingQuestion

        path = self._document.path
        if path is None or self._document.is_loading:
            return False
        data, _ = await self.disk.run(lambda: read_bytes(path))
        if self._document.is_closed:
            return False
        question = EncodingQuestion(
            name=path.name, data=data, current=self._document.format.encoding, **wording
        )
        chosen = self._dialogs.about_encoding(self._come_forward(), question)
        self.view.focus()
        if chosen is None:
            return False
        if chosen != self._document.format.encoding or self._document.read_only_reason:
            await self._files.read_in(chosen)
        if not self._document.read_only_reason:
            self.window.messages.dismiss(NOTICE_KEY, self.view)
            self._confirm_encoding()
        self.opened()
        return not self._document.read_only_reason

    def _confirm_encoding(self) -> None:
        if self._document.format.certainty is not Certainty.SAID:
            self._files.confirm_encoding()
        self.encoding_chosen.emit(self._document.path, self._document.chosen_encoding)
        self.say_guess()

    # --- saving ---

    def save(self) -> Flow[bool]:
        """Save; ask for a name, or about changes by others, where that is needed. Whether a file has the text then."""
        return self._in_turn(self._save)

    def save_as(self, *, copy: bool = False) -> Flow[bool]:
        """Save under a name that the writer chooses, a ``copy`` beside the file. Whether the text is in a file then.

        What another program did to its file is asked about, however the writer came to choose it.
        """
        return self._in_turn(partial(self._save_as, copy=copy))

    async def _save(self) -> bool:
        if self._document.is_loading:
            return False
        if self._document.path is None or self._document.read_only_reason:
            return await self._save_as()
        if await self._files.changed_elsewhere():
            return await self._about_changed(partial(self._files.save, anyway=True))
        return await self._saved(self._files.save)

    def _save_elsewhere(self) -> None:
        self.save_as()

    async def _save_as(self, *, copy: bool = False) -> bool:
        if self._document.is_loading or self._document.is_closed:
            return False
        suggested = suggested_file(self._document, copy=copy)
        path = self._dialogs.file_to_save(self._come_forward(), suggested)
        if path is None:
            return False
        if not may_be_path(str(path.absolute())):
            self._tell(tr("No file can have the name that was given. Choose another name."))
            return False
        if self._document.is_elsewhere(path):
            sentence = tr(
                "“{name}” is open in another tab or window. Choose another name, or close it there first.",
                name=path.name,
            )
            self._tell(sentence, NoticeAction(label=tr("Save elsewhere"), do=self._save_elsewhere))
            return False
        writable = not self._document.read_only_reason
        if writable and self._document.is_in(path) and await self._files.changed_elsewhere():
            return await self._about_changed(partial(self._write_as, path))
        return await self._saved(partial(self._write_as, path))

    async def _write_as(self, path: Path) -> None:
        await self._files.save_as(path)
        for problem in await self._files.write_pictures():
            self.window.show_notice(Notice(text=problem, about=self.view))
        self.encoding_chosen.emit(self._document.path, self._document.chosen_encoding)

    # --- closing ---

    def may_close(self, answer: Unsaved | None = None) -> Later[bool]:
        """Ask what becomes of text that no file holds, after what is under way. Whether the view may close.

        ``answer`` is what the writer has said to that already. If the disk lets it wait, the window says so, and offers
        to keep the text for the next start instead.
        """
        if self._closing is not None and not self._closing.is_done:
            return self._closing
        closing = self._closing = Later[bool]()
        begin(closing, self._wait_visibly(lambda slow: self._ask_to_close(slow, answer)))
        return closing

    def settle(self) -> Flow[bool]:
        """Wait for what is under way, as visibly; no question is asked. Whether the program may end then.

        Text that no file holds is in the journal then, also that of a file that was replaced.
        """
        return Flow(self._wait_visibly(lambda _slow: self._keep_if_replaced()))

    async def _wait_visibly(self, work: Callable[[SlowSaving], Coroutine[Any, None, bool]]) -> bool:
        slow = SlowSaving(self.window, self._document.name, may_keep=not self._document.is_private)
        done = self._in_turn(lambda: work(slow))
        done.then(slow.stop)
        match await slow.ended:
            case WaitEnd.DONE:
                return done.result
            case WaitEnd.KEEP:
                self._document.keep_unsaved()
                return True
            case WaitEnd.STAY:
                return False

    async def _ask_to_close(self, slow: SlowSaving, answer: Unsaved | None = None) -> bool:
        document = self._document
        await self.autosave.save()
        if slow.ended.is_done or document.is_loading:
            return not slow.ended.is_done
        if not document.is_modified or document.is_untouched:
            # If it is replaced, the page has what no file has any more.
            if await self._is_replaced() and not await self._about_changed(
                partial(self._files.save, anyway=True)
            ):
                return False
            if not document.is_modified or document.is_untouched:
                document.journal.forget_unsaved()
                return True
        match answer or self._dialogs.about_unsaved(self._come_forward(), document.name):
            case Unsaved.SAVE:
                # What was typed while it was being saved is asked about again.
                return await self._save() and (
                    not document.is_modified or await self._ask_to_close(slow)
                )
            case Unsaved.DISCARD:
                document.journal.forget_unsaved()
                return True
            case Unsaved.CANCEL:
                return False

    async def _keep_if_replaced(self) -> bool:
        document = self._document
        await self.autosave.save()
        if not document.is_modified and not document.is_private and await self._is_replaced():
            document.set_modified(True)
        return True

    async def _is_replaced(self) -> bool:
        """Whether another program has changed or removed the file of a text that was not changed here."""
        document = self._document
        if document.path is None or document.read_only_reason or document.is_loading:
            return False
        return await self._files.changed_elsewhere()

    async def _about_changed(self, save: Callable[[], Coroutine[Any, None, None]]) -> bool:
        """Ask which version of a file is to stay that another program has changed; ``save`` keeps this one."""
        path = self._document.path
        is_gone = path is not None and not os.path.exists(path)  # noqa: PTH110 - a dead disk raises
        window, name = self._come_forward(), self._document.name
        match self._dialogs.about_changed(window, name, is_gone=is_gone):
            case Changed.KEEP_MINE:
                return await self._saved(save)
            case Changed.LOAD_THEIRS:
                return await self._load_theirs()
            case Changed.SAVE_AS:
                return await self._save_as(copy=True)
            case Changed.CANCEL:
                return False

    async def _load_theirs(self) -> bool:
        path = self._document.path
        if path is None or not await self._open(path):
            return False
        self._document.journal.write()
        return True

    async def _saved(self, save: Callable[[], Coroutine[Any, None, None]]) -> bool:
        if self._document.is_closed:  # while a question was on screen
            return False
        try:
            await save()
        except UserError as error:
            label = tr("Save a copy") if self._document.read_only_reason else tr("Save as…")
            acts = [NoticeAction(label=label, do=self._save_elsewhere)]
            if await self._files.needs_utf8():
                acts.insert(0, NoticeAction(label=tr("Save as UTF-8"), do=self._save_as_utf8))
                if self._document.format.certainty.is_guess:
                    acts.insert(
                        1,
                        NoticeAction(label=tr(OTHER_ENCODING), do=self.choose_encoding, stays=True),
                    )
            self._tell(str(error), *acts)
            return False
        self.window.messages.dismiss(NOTICE_KEY, self.view)
        self.window.status_line.say(tr("Saved"))
        self.file_used.emit(self._document.path)
        return True

    def _save_as_utf8(self) -> None:
        self._in_turn(self._write_as_utf8)

    async def _write_as_utf8(self) -> bool:
        """In UTF-8 wrong words would stay wrong: where the encoding is a guess, they are looked at first."""
        is_guess = self._document.format.certainty.is_guess
        if is_guess and not await self._ask_encoding(**BEFORE_UTF8):
            self.say_guess()
            return False
        if not await self._saved(partial(self._files.save, as_utf8=True)):
            return False
        self.encoding_chosen.emit(self._document.path, "")
        self.say_guess()
        return True

    def _tell(self, text: str, *acts: NoticeAction) -> None:
        self.window.show_notice(Notice(key=NOTICE_KEY, text=text, acts=acts, about=self.view))


def guess_sentence(text_format: TextFormat) -> str:
    """What is said of an encoding that is a guess; empty for one that is not."""
    name = text_format.encoding_name
    match text_format.certainty:
        case Certainty.LIKELY:
            return tr(
                "This file does not say its encoding. By its letters, Cowrite reads it as {name}.",
                name=name,
            )
        case Certainty.UNSURE:
            return tr(
                "This file does not say its encoding, and its text is not enough to be sure. Cowrite "
                "reads it as {name}. Are the words right?",
                name=name,
            )
        case _:
            return ""
