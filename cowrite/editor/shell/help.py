"""A small window that explains the keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from cowrite.editor.common.fit_to_screen import ContentArea, keep_on_screen
from cowrite.localization import tr


class KeysDialog(QDialog):
    """A table of keys and what they do. ``assistance``: whether there are suggestions at all."""

    def __init__(
        self, keys: Sequence[tuple[str, str]], parent: QWidget, *, assistance: bool
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        content = QWidget()
        table = QGridLayout(content)
        table.setContentsMargins(24, 24, 24, 0)
        table.setHorizontalSpacing(24)
        table.setVerticalSpacing(8)
        by_typing = (
            [(tr("Typing the suggestion"), tr("Accept it letter by letter"))] if assistance else []
        )
        for row, (key, text) in enumerate([*keys, *by_typing]):
            name = QLabel(key)
            font = name.font()
            font.setBold(True)
            name.setFont(font)
            table.addWidget(name, row, 0)
            table.addWidget(QLabel(text), row, 1)
        _lay_out(self, ContentArea(content))


def _lay_out(dialog: QDialog, area: ContentArea) -> None:
    """The area, and below it the button that closes."""
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, dialog)
    buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("&Close"))
    buttons.setContentsMargins(24, 0, 24, 0)
    buttons.rejected.connect(dialog.close)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(0, 0, 0, 16)
    column.setSpacing(16)
    column.addWidget(area)
    column.addWidget(buttons)
    keep_on_screen(dialog)
