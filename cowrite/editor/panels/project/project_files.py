"""What is done with the files of a project: made, renamed, put into the bin. What cannot be done is said."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFile, QObject, Signal
from PySide6.QtWidgets import QWidget

from cowrite.base.errors import UserError, of_the_system
from cowrite.base.printable import one_line
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Flow
from cowrite.editor.dialogs.dialogs import Dialogs, ToBin
from cowrite.editor.panels.project.folder_listing import FolderEntry, is_text
from cowrite.localization import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectServices:
    """What the panel asks others for.

    ``folder`` is the one that is open, ``recent`` are those opened lately; ``open_folder`` opens one, or none.
    ``move`` gives a file or a folder another name, and raises UserError; ``is_open`` tells whether it, or a text in it,
    is open. ``say`` says what could not be done.
    """

    appearance: Appearance
    disk: Disk
    dialogs: Dialogs
    folder: Callable[[], Path | None]
    recent: Callable[[], Sequence[Path]]
    choose_folder: Callable[[], object]
    open_folder: Callable[[Path | None], object]
    open_file: Callable[[Path], object]
    move: Callable[[Path, Path], Coroutine[Any, None, None]]
    is_open: Callable[[Path], bool]
    say: Callable[[str], object]


class ProjectFiles(QObject):
    """Asks with questions over ``parent``. Signal: ``made(Path)`` when there is something of that name now."""

    made = Signal(object)

    def __init__(self, services: ProjectServices, parent: QWidget) -> None:
        super().__init__(parent)
        self._services, self._parent = services, parent

    def new_text(self, folder: Path) -> None:
        """Ask for a name, make an empty text of that name and open it."""
        name = self._name(tr("New text"), tr("Name of the text:"))
        if not name:
            return
        path = folder / (name if is_text(Path(name)) and Path(name).suffix else f"{name}.md")

        async def make() -> None:
            await self._services.disk.run(lambda: _make_file(path))
            self.made.emit(path)
            self._services.open_file(path)

        self._do(make)

    def new_folder(self, folder: Path) -> None:
        """Ask for a name, and make a folder of that name."""
        name = self._name(tr("New folder"), tr("Name of the folder:"))
        if not name:
            return

        async def make() -> None:
            await self._services.disk.run(lambda: _make_folder(folder / name))
            self.made.emit(folder / name)

        self._do(make)

    def rename(self, entry: FolderEntry) -> None:
        """Ask for another name; a text that is open, its history and its notes go with it."""
        old = entry.path.name
        name = self._name(tr("Rename"), tr("New name:"), one_line(old))
        if not name or name == old or name == one_line(old):
            return
        if not entry.is_folder and not Path(name).suffix:
            name += entry.path.suffix
        self._move(entry.path, entry.path.with_name(name))

    def move_elsewhere(self, entry: FolderEntry) -> None:
        """Ask for a folder, and move it there, with all that belongs to it."""
        folder = self._services.dialogs.folder_for(
            self._parent, tr("Move “{name}” to", name=one_line(entry.path.name))
        )
        if folder is None or folder == entry.path.parent:
            return
        if folder.is_relative_to(entry.path):
            self._services.say(tr("A folder cannot be moved into itself. Choose another one."))
            return
        self._move(entry.path, folder / entry.path.name)

    def _move(self, source: Path, target: Path) -> None:
        async def move() -> None:
            await self._services.move(source, target)
            self.made.emit(target)

        self._do(move)

    def put_into_bin(self, entry: FolderEntry) -> None:
        """Ask, and put it into the system's bin, from where it can be fetched. What is open has to be closed first."""
        name = one_line(entry.path.name)
        if self._services.is_open(entry.path):
            if entry.is_folder:
                is_open = tr(
                    "A text in “{name}” is open. Close it before you move it to the bin.", name=name
                )
            else:
                is_open = tr("“{name}” is open. Close it before you move it to the bin.", name=name)
            self._services.say(is_open)
            return
        answer = self._services.dialogs.about_bin(self._parent, name, is_folder=entry.is_folder)
        if answer is ToBin.MOVE:
            self._do(lambda: self._put_into_bin(entry.path))

    async def _put_into_bin(self, path: Path) -> None:
        done = await self._services.disk.run(lambda: QFile.moveToTrash(str(path)))
        if not done:
            raise UserError(
                tr("“{name}” cannot be moved to the bin.", name=path.name),
                tr(
                    "Nothing was deleted. Perhaps this disk has no bin; then delete it in your file manager."
                ),
            )

    def _name(self, title: str, label: str, before: str = "") -> str:
        """The name that the writer gives; empty for none, or for one that is not allowed, which is said."""
        name = self._services.dialogs.name_for(self._parent, title, label, before)
        if name in (".", "..") or any(letter in name for letter in "/\\\0"):
            self._services.say(tr("A name cannot have / or \\ in it. Choose another one."))
            return ""
        return name

    def _do(self, work: Callable[[], Coroutine[Any, None, None]]) -> None:
        async def do() -> None:
            try:
                await work()
            except UserError as error:
                self._services.say(str(error))

        Flow(do())


def _make_file(path: Path) -> None:
    try:
        path.open("x").close()
    except OSError as error:
        raise _not_made(path, error) from error


def _make_folder(path: Path) -> None:
    try:
        path.mkdir()
    except OSError as error:
        raise _not_made(path, error) from error


def _not_made(path: Path, error: OSError) -> UserError:
    if isinstance(error, FileExistsError):
        return UserError(
            tr("There is a “{name}” already.", name=path.name), tr("Choose another name.")
        )
    return of_the_system(error)
