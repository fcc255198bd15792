"""Closing windows and quitting: what is under way is waited for, visibly, and no text is lost."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Flow, Later, begin
from cowrite.editor.dialogs.dialogs import Dialogs, Unsaved
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.window import EditorWindow

if TYPE_CHECKING:  # a manager closes windows
    from cowrite.editor.shell.window_manager import WindowManager


class Closing:
    """How ``manager`` closes. ``unkept`` waits for the journal; it is called on another thread."""

    def __init__(
        self,
        manager: WindowManager,
        disk: Disk,
        unkept: Callable[[], Collection[str]],
        dialogs: Dialogs,
    ) -> None:
        self._manager = manager
        self._disk = disk
        self._unkept = unkept
        self._dialogs = dialogs
        self._quitting: Later[None] | None = None
        self._under_way: dict[EditorWindow, Later[bool]] = {}
        self._may_go: set[EditorWindow] = set()

    @property
    def is_busy(self) -> bool:
        """Whether a window is about to close, or the program to end."""
        quitting = self._quitting is not None and not self._quitting.is_done
        return quitting or bool(self._under_way)

    def may_close(self, window: EditorWindow) -> bool:
        """Whether ``window`` may close now. If not, it is closed as soon as it may be, unless the writer objects."""
        if window in self._may_go:
            return True
        if window in self._under_way:
            return False  # the question is on screen, or a disk is waited for
        asked = self._under_way[window] = Later[bool]()
        try:
            begin(asked, self._ask(window))
        finally:
            if asked.is_done:
                del self._under_way[window]
        if asked.is_done:
            return asked.result
        asked.then(lambda: self._on_asked(window, asked))
        return False

    def _on_asked(self, window: EditorWindow, asked: Later[bool]) -> None:
        self._under_way.pop(window, None)
        if asked.result and window in self._manager.windows:
            self._may_go.add(window)
            try:
                window.close()
            finally:
                self._may_go.discard(window)

    async def _ask(self, window: EditorWindow) -> bool:
        manager = self._manager
        if manager.windows == [window] and not window.is_private:
            # Closing the last window ends the program, and the next start finds it as it was.
            if not await self._settled(window.views):
                return False
            manager.keep_everything()
            if not await self._kept_nowhere():
                manager.keep_everything()  # with what was written meanwhile
                return True
        return await self._may_all_close(window, window.views)

    async def _settled(self, views: Sequence[EditorView]) -> bool:
        """Wait for what is under way in each view that is still there. Whether the program may end then."""
        manager = self._manager
        for view in views:
            if manager.window_of(view) is not None and not await manager.actions_of(view).settle():
                return False
        return True

    async def _may_all_close(self, window: EditorWindow, views: Sequence[EditorView]) -> bool:
        """Ask what becomes of the texts of ``views`` that no file holds, once for all of them.

        What is typed in one while another is waited for is asked about again.
        """
        manager = self._manager
        agreed: dict[EditorView, int] = {}
        discarded: list[EditorView] = []
        while left := [
            v for v in views if v in window.views and agreed.get(v) != v.document.revision
        ]:
            unsaved = [view for view in left if self._needs_answer(view)]
            stamps = {view: view.document.stamp for view in unsaved}
            answer = None
            if len(unsaved) > 1:
                names = [view.document.name for view in unsaved]
                answer = self._dialogs.about_several_unsaved(window, names)
            # Those that need no answer first: another program may have changed their file, and that is asked about.
            for view in sorted(left, key=unsaved.__contains__):
                may_close = answer is not Unsaved.CANCEL and (
                    view not in window.views
                    or await manager.actions_of(view).may_close(answer if view in unsaved else None)
                )
                if not may_close:
                    _take_back(discarded)
                    return False
                if view in unsaved and view.document.stamp is stamps[view]:
                    discarded.append(view)
                agreed[view] = view.document.revision
        return True

    def _needs_answer(self, view: EditorView) -> bool:
        """Whether the writer has to say what becomes of its text, which is not simply saved."""
        document = view.document
        may_save = self._manager.actions_of(view).autosave.may_save
        return document.is_modified and not document.is_untouched and not may_save

    async def _kept_nowhere(self) -> list[EditorView]:
        """The views whose unsaved text the next start would not find."""
        unkept = await self._disk.run(self._unkept)
        return [
            view
            for view in self._manager.views
            if view.document.is_private or view.document.document_id in unkept
        ]

    def close_document(self, view: EditorView) -> Flow[None]:
        """Put the document away, asking about what is not saved, and close its tab or its window."""
        return Flow(self._close_document(view))

    async def _close_document(self, view: EditorView) -> None:
        manager = self._manager
        if manager.window_of(view) is None or not await manager.actions_of(view).may_close():
            return
        if manager.window_of(view) is not None:
            manager.close_view(view)
            manager.save_session()

    def close_others(self, view: EditorView) -> Flow[None]:
        """Put the other documents of its window away, with one question about what is not saved."""
        return Flow(self._close_others(view))

    async def _close_others(self, view: EditorView) -> None:
        manager = self._manager
        window = manager.window_of(view)
        if window is None:
            return
        others = [each for each in window.views if each is not view]
        if await self._may_all_close(window, others):
            for each in others:
                manager.close_view(each)
            manager.save_session()

    def quit(self) -> Later[None]:
        """Close everything and keep everything: the next start finds it, saved or not."""
        if self._manager.windows:  # else what was open is noted already; it is not nothing
            self._manager.keep_everything()  # whatever is answered, and also if the system does not wait for it
        if self._quitting is not None and not self._quitting.is_done:
            return self._quitting  # the question is on screen, and one is enough
        quitting = self._quitting = Later[None]()
        begin(quitting, self._quit())
        return quitting

    async def _quit(self) -> None:
        manager = self._manager
        if not manager.windows:
            return
        if not await self._settled(manager.views):
            return
        manager.keep_everything()
        while True:
            for view in await self._kept_nowhere():
                if manager.window_of(view) and not await manager.actions_of(view).may_close():
                    return  # what is only there must not go unasked
            if not any(v.document.is_private and v.document.is_modified for v in manager.views):
                break
        manager.keep_everything()
        manager.close_kept(manager.windows)


def _take_back(discarded: Sequence[EditorView]) -> None:
    """Nothing is closed after all: what was not to be saved is still on screen, and is kept again."""
    for view in discarded:
        if not view.document.is_closed:
            view.document.set_modified(True)
            view.document.journal.write()
