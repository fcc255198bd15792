"""Offers what was in a file before, where the program ended while it was writing into it. Writes nothing back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.documents.journal import Journal, JournalEntry
from cowrite.documents.kept_bytes import InterruptedSave, interrupted_saves
from cowrite.documents.text_codec import decode
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Flow
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.localization import tr


async def offer_interrupted_saves(
    manager: WindowManager, journal: Journal, clock: Clock, folder: Path, disk: Disk
) -> None:
    """Say of each file in ``folder`` that a save of it was interrupted, with what can be done about it."""
    saves, problems = await disk.run(lambda: interrupted_saves(folder))
    for problem in problems:
        manager.tell(problem)
    for save in saves:
        await _Offer(save, manager, journal, clock, disk).show()


class _Offer:
    def __init__(
        self,
        save: InterruptedSave,
        manager: WindowManager,
        journal: Journal,
        clock: Clock,
        disk: Disk,
    ) -> None:
        self._save = save
        self._manager = manager
        self._journal = journal
        self._clock = clock
        self._disk = disk
        self._key = f"interrupted-{save.note.stem}"

    async def show(self) -> None:
        name = self._save.file.name
        open_it = NoticeAction(
            label=tr("Open the earlier text"), do=partial(self._do, self._open), stays=True
        )
        delete = NoticeAction(
            label=tr("Delete the copy"), do=partial(self._do, self._discard), stays=True
        )
        if await self._disk.run(self._text) is None:
            text = tr(
                "“{name}” may be damaged, because Cowrite ended while it was being saved. A copy of what "
                "was in it before is kept as {path}.",
                name=name,
                path=self._save.kept,
            )
            self._manager.notice(Notice(key=self._key, text=text, acts=(delete,)))
            return
        text = tr(
            "“{name}” may be damaged, because Cowrite ended while it was being saved. A copy of what "
            "was in it before is kept.",
            name=name,
        )
        self._manager.notice(Notice(key=self._key, text=text, acts=(open_it, delete)))

    def _do(self, act: Callable[[], Coroutine[Any, None, None]]) -> None:
        async def do() -> None:
            try:
                await act()
            except UserError as error:
                self._manager.tell(str(error))
            else:
                self._manager.notice(Notice(key=self._key, text=""))

        Flow(do())

    async def _discard(self) -> None:
        await self._disk.run(self._remove_copy)

    def _remove_copy(self) -> None:
        """Raises UserError. On whatever thread."""
        try:
            self._save.discard()
        except OSError as error:
            raise UserError(
                tr(
                    "The copy {path} could not be used ({reason}).",
                    path=self._save.kept,
                    reason=reason_of(error),
                )
            ) from error

    async def _open(self) -> None:
        """Show it as an unsaved text, which is durable before the copy goes."""
        text = await self._disk.run(self._text)
        if text is None:
            raise UserError(tr("The copy {path} cannot be read.", path=self._save.kept))
        entry = JournalEntry(
            document_id=uuid.uuid4().hex,
            path="",
            text=text,
            caret=0,
            saved_at_ms=self._clock.unix_ms(),
            title=tr("{name} (before an interrupted save)", name=self._save.file.name),
        )
        await self._disk.run(lambda: self._journal.write(entry))
        self._manager.show_view(await self._manager.opening.show_unsaved(entry))
        await self._discard()

    def _text(self) -> str | None:
        """None where it cannot be read whole as text, and can only be kept as a file."""
        try:
            decoded = decode(self._save.bytes.read())
        except (UserError, OSError):
            return None
        return None if decoded.read_only_reason else decoded.text
