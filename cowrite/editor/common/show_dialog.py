"""Windows beside the page: shown once, and left where the writer puts them; folders in the system's file manager."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, QUrl, SignalInstance
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QWidget

from cowrite.settings.preferences import Preferences

_Dialog = TypeVar("_Dialog", bound=QDialog)


def open_folder(folder: Path) -> bool:
    """Show a folder in the system's file manager; whether there is one."""
    if sys.platform.startswith("linux") and shutil.which("xdg-open") is None:
        return False  # Qt would look for browsers, and complain
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


COMMAND = "command"
"""The property of such a window that says which command shows it."""


def show_once(
    parent: QWidget, kind: type[_Dialog], make: Callable[[], _Dialog], *, command: str = ""
) -> None:
    """Bring the window of that ``kind`` beside ``parent`` forward, or ``make`` and show one."""
    dialog = next((each for each in parent.findChildren(kind) if each.isVisible()), None) or make()
    show_dialog(dialog, command=command)


def show_dialog(dialog: QDialog, *, command: str = "") -> None:
    """Show it beside the page, which the writer may put before it; it goes when it is closed.

    ``command`` is the id of the one that shows it, also when the window it belongs to is made anew.
    """
    dialog.setProperty(COMMAND, command)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if not dialog.isVisible():
        # As a dialog, or as belonging to the page's window, it would be kept above the page.
        others = dialog.windowFlags() & ~Qt.WindowType.WindowType_Mask
        dialog.setWindowFlags(others | Qt.WindowType.Window)
    dialog.setWindowState(dialog.windowState() & ~Qt.WindowState.WindowMinimized)
    dialog.show()
    handle = dialog.windowHandle()
    if handle is not None:
        handle.setTransientParent(None)  # type: ignore[arg-type]  # Qt takes a null pointer
    dialog.raise_()
    dialog.activateWindow()


def close_without_assistance(dialog: QDialog, preferences_changed: SignalInstance) -> None:
    """Have ``dialog`` close when the writer uses AI no more."""
    preferences_changed.connect(_Leaving(dialog).follow)


class _Leaving(QObject):
    """Belongs to a dialog, so that Qt ends the connection with it, however it goes."""

    def __init__(self, dialog: QDialog) -> None:
        super().__init__(dialog)
        self._dialog = dialog

    def follow(self, preferences: Preferences) -> None:
        """Close it if there is to be no AI."""
        if not preferences.assistance:
            self._dialog.close()
