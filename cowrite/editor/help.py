"""Small windows that explain: the keys, what this program is, where its log is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from cowrite import __version__


class KeysDialog(QDialog):
    """A table of keys and what they do."""

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard shortcuts")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        table = QGridLayout()
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
        column.addLayout(table)
        column.addWidget(_close_button(self))


class AboutDialog(QDialog):
    """What this is, and that nothing leaves the machine."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About Cowrite")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
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
        text.setMinimumWidth(360)
        column.addWidget(text)
        column.addWidget(_close_button(self))


def open_folder(folder: Path) -> None:
    """Show a folder in the system's file manager."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def show_dialog(dialog: QDialog) -> None:
    """Show it without stopping anything else; it goes when it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()


def _close_button(dialog: QDialog) -> QDialogButtonBox:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.rejected.connect(dialog.close)
    return buttons
