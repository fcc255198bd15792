"""A file or a folder is renamed inside Cowrite: open documents, their history and what is noted of files go with it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cowrite.base.errors import UserError
from cowrite.documents.identity import Identities, document_id_for
from cowrite.documents.moving import move
from cowrite.documents.open_documents import same_file
from cowrite.documents.session import moved_path
from cowrite.documents.versions.snapshots import SnapshotStore
from cowrite.editor.common.disk import Disk, StateFiles
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_files import ClosedMeanwhileError
from cowrite.editor.shell.files.document_actions import DocumentActions
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.localization import tr


class FileMoving:
    """``texts_below`` reads which texts are in a folder, on any thread."""

    def __init__(
        self,
        manager: WindowManager,
        identities: Identities,
        versions: SnapshotStore,
        disk: Disk,
        states: StateFiles,
        texts_below: Callable[[Path], Sequence[Path]],
    ) -> None:
        self._manager = manager
        self._identities = identities
        self._versions = versions
        self._disk = disk
        self._states = states
        self._texts_below = texts_below

    def open_below(self, path: Path) -> list[Document]:
        """The open documents that are in the file ``path``, or in the folder and below it."""
        documents = (view.document for view in self._manager.views)
        return [each for each in documents if _place_in(each, path, path) is not None]

    async def move(self, source: Path, target: Path) -> None:
        """Make ``target`` of ``source``. Raises UserError; nothing is then changed.

        No document that is in it is saved meanwhile.
        """
        held = self.open_below(source)
        views = [view for view in self._manager.views if view.document in held]
        actions = [self._manager.actions_of(view) for view in views]
        await _in_turn_of(actions, partial(self._move, source, target))

    async def _move(self, source: Path, target: Path) -> None:
        for view in self._manager.views:
            if view.document.is_in(target) and not view.document.is_in(source):
                raise UserError(
                    tr("“{name}” is open in another tab or window.", name=target.name),
                    tr("Choose another name, or close it there first."),
                )
        places = [
            (each, now)
            for each in self.open_below(source)
            if (now := _place_in(each, source, target)) is not None
        ]
        texts = await self._disk.run(lambda: [source, *self._texts_below(source)])
        before = await self._disk.run(lambda: [document_id_for(text) for text in texts])
        ids = [self._identities.of(text) for text in texts]
        await self._disk.run(lambda: move(source, target))
        now_at = [moved_path(text, source, target) or target for text in texts]
        after = await self._disk.run(lambda: [document_id_for(text) for text in now_at])
        self._identities.moved(zip(before, after, strict=True))
        self._states.write(
            f"moved {source}",
            lambda: _note_files(self._versions, dict(zip(ids, now_at, strict=True))),
        )
        self._tell(source, target)
        for document, now in places:
            if not document.is_closed:
                document.files.moved(now)
                if not document.is_private:
                    self._manager.document_used.emit(document.document_id, str(now))

    def _tell(self, source: Path, target: Path) -> None:
        """What is noted of files is noted of where they are now."""
        manager = self._manager
        manager.session.change(lambda session: session.with_moved(source, target))
        manager.closed_tabs.moved(source, target)
        for window in manager.windows:
            folder = window.beside_page.folder
            if folder is not None and (now := moved_path(folder, source, target)) is not None:
                window.beside_page.open_folder(now)
        manager.save_session()


def _place_in(document: Document, source: Path, target: Path) -> Path | None:
    """Where the document's file is after ``source`` became ``target``; None if it is not in it."""
    path = document.path
    if path is None:
        return None
    for name, start in ((path, source), (path.resolve(), source.resolve())):
        if name.is_relative_to(start):
            return target / name.relative_to(start)
    return target if same_file(path, source) else None


async def _in_turn_of(
    actions: Sequence[DocumentActions], work: Callable[[], Coroutine[Any, None, None]]
) -> None:
    """Do ``work`` after what is under way for any of these documents, and before what comes."""
    if not actions:
        await work()
        return
    try:
        await actions[0].turns.take(lambda: _in_turn_of(actions[1:], work))
    except ClosedMeanwhileError:
        return


def _note_files(versions: SnapshotStore, files: dict[str, Path]) -> None:
    for document_id, path in files.items():
        versions.note_file(document_id, path)
