"""What is done with the files of a project: made, renamed, put into the bin. What cannot be done is said."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from cowrite.base.printable import one_line
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.disk import Disk
from cowrite.editor.dialogs.dialogs import Dialogs, Erase
from cowrite.editor.panels.project.folder_listing import FolderEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectServices:
    """What the panel asks others for. ``held`` tells whether a file is open, ``say`` what could not be done."""

    appearance: Appearance
    disk: Disk
    dialogs: Dialogs
    folder: Callable[[], Path | None]
    choose_folder: Callable[[], object]
    open_file: Callable[[Path], object]
    held: Callable[[Path], bool]
    say: Callable[[str], object]


class ProjectFiles:
    """Asks with questions over ``parent``."""

    def __init__(self, services: ProjectServices, parent: QWidget) -> None:
        self._services, self._parent = services, parent

    def new_text(self, folder: Path) -> None:
        """Ask for a name, make an empty text of that name and open it."""
        name, given = QInputDialog.getText(self._parent, "New text", "Name of the text:")
        name = name.strip()
        if not given or not self._is_name(name):
            return
        path = folder / (name if Path(name).suffix else f"{name}.md")
        try:
            path.open("x").close()
        except OSError as error:
            self._services.say(f"“{path.name}” cannot be made ({error.strerror}).")
            return
        self._services.open_file(path)

    def rename(self, entry: FolderEntry) -> None:
        """Ask for another name. A text that is open has to be closed first: it would be saved under its old one."""
        if self._is_held(entry, "renamed"):
            return
        old = entry.path.name
        name, given = QInputDialog.getText(
            self._parent, "Rename", "Name:", QLineEdit.EchoMode.Normal, one_line(old)
        )
        name = name.strip()
        if not given or name == old or not self._is_name(name):
            return
        target = entry.path.with_name(name)
        if target.exists():
            self._services.say(f"There is a “{name}” already. Choose another name.")
            return
        try:
            entry.path.rename(target)
        except OSError as error:
            self._services.say(f"“{old}” cannot be renamed ({error.strerror}).")

    def put_into_bin(self, entry: FolderEntry) -> None:
        """Ask, and put it into the system's bin, from where it can be fetched."""
        if self._is_held(entry, "moved to the bin"):
            return
        name = one_line(entry.path.name)
        answer = self._services.dialogs.about_erasing(
            self._parent,
            f"“{name}”",
            "It is moved to the bin of this computer, from where you can fetch it.",
        )
        if answer is Erase.ERASE and not QFile.moveToTrash(str(entry.path)):
            self._services.say(f"“{name}” cannot be moved to the bin. Nothing was deleted.")

    def _is_held(self, entry: FolderEntry, what: str) -> bool:
        if self._services.held(entry.path):
            name = one_line(entry.path.name)
            self._services.say(f"“{name}” is open. Close it first, then it can be {what}.")
            return True
        return False

    def _is_name(self, name: str) -> bool:
        if name in ("", ".", "..") or any(letter in name for letter in "/\\\0"):
            self._services.say("That is no name for a file. Leave out / and \\.")
            return False
        return True
