"""Closing windows and quitting: what is under way is waited for, visibly, and no text is lost."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Flow, Later, begin
from cowrite.editor.shell.window import EditorWindow

if TYPE_CHECKING:  # a manager closes windows
    from cowrite.editor.shell.window_manager import WindowManager


class Closing:
    """How ``manager`` closes. ``unkept`` waits for the journal; it is called on another thread."""

    def __init__(
        self, manager: WindowManager, disk: Disk, unkept: Callable[[], Collection[str]]
    ) -> None:
        self._manager = manager
        self._disk = disk
        self._unkept = unkept
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
        actions = manager.actions_of(window)
        if manager.windows == [window] and not window.is_private:
            # Closing the last window ends the program, and the next start finds it as it was.
            if not await actions.settle():
                return False
            manager.keep_everything()
            if not await self._kept_nowhere():
                manager.keep_everything()  # with what was written meanwhile
                return True
        return await actions.may_close()

    async def _kept_nowhere(self) -> list[EditorWindow]:
        """The windows whose unsaved text the next start would not find."""
        unkept = await self._disk.run(self._unkept)
        return [
            window
            for window in self._manager.windows
            if window.is_private or window.active_view.document.document_id in unkept
        ]

    def close_document(self, window: EditorWindow) -> Flow[None]:
        """Put the document away, asking about what is not saved, and close its window."""
        return Flow(self._close_document(window))

    async def _close_document(self, window: EditorWindow) -> None:
        manager = self._manager
        may_close = await manager.actions_of(window).may_close()
        if may_close and window in manager.windows:
            manager.close_kept([window])
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
        for window in manager.windows:
            if window in manager.windows and not await manager.actions_of(window).settle():
                return
        manager.keep_everything()
        while True:
            for window in await self._kept_nowhere():
                if window in manager.windows and not await manager.actions_of(window).may_close():
                    return  # what is only there must not go unasked
            if not any(
                w.is_private and w.active_view.document.is_modified for w in manager.windows
            ):
                break
        manager.keep_everything()
        manager.close_kept(manager.windows)
