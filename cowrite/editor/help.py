"""Small windows that explain: the keys, what this program is, where its log is."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from cowrite import __version__
from cowrite.editor.fit_to_screen import ContentArea, keep_on_screen

ABOUT_CHARACTERS = 64


_Dialog = TypeVar("_Dialog", bound=QDialog)


class KeysDialog(QDialog):
    """A table of keys and what they do."""

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        content = QWidget()
        table = QGridLayout(content)
        table.setContentsMargins(24, 24, 24, 0)
        table.setHorizontalSpacing(24)
        table.setVerticalSpacing(8)
        for row, (key, text) in enumerate(
            [*keys, ("Typing the suggestion", "Accept it letter by letter")]
        ):
            name = QLabel(key)
            font = name.font()
            font.setBold(True)
            name.setFont(font)
            table.addWidget(name, row, 0)
            table.addWidget(QLabel(text), row, 1)
        _lay_out(self, ContentArea(content))


class AboutDialog(QDialog):
    """What this is, and that nothing leaves the machine."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Cowrite")
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 24, 24, 0)
        column.setSpacing(16)
        title = QLabel(f"Cowrite {__version__}")
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        column.addWidget(title)
        text = QLabel(
            "A text editor that helps you write with a language model on your own computer. "
            "Nothing you write ever leaves it.\n\n"
            "Free software under the Apache License 2.0. Typeface: Source Serif 4 (SIL Open Font License). "
            "Icons: Lucide (ISC)."
        )
        text.setWordWrap(True)
        column.addWidget(text)
        _lay_out(self, ContentArea(content, characters=ABOUT_CHARACTERS))


def open_folder(folder: Path) -> bool:
    """Show a folder in the system's file manager; whether there is one."""
    if sys.platform.startswith("linux") and shutil.which("xdg-open") is None:
        return False  # Qt would look for browsers, and complain
    return QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def show_once(parent: QWidget, kind: type[_Dialog], make: Callable[[], _Dialog]) -> None:
    """Bring the window of that ``kind`` beside ``parent`` forward, or ``make`` and show one."""
    dialog = next((each for each in parent.findChildren(kind) if each.isVisible()), None) or make()
    show_dialog(dialog)


def show_dialog(dialog: QDialog) -> None:
    """Show it beside the page, which the writer may put before it; it goes when it is closed."""
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


def _lay_out(dialog: QDialog, area: ContentArea) -> None:
    """The area, and below it the button that closes."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.button(QDialogButtonBox.StandardButton.Close).setText("&Close")
    buttons.setContentsMargins(24, 0, 24, 0)
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 16)
    column.setSpacing(16)
    column.addWidget(area)
    column.addWidget(buttons)
    keep_on_screen(dialog)
