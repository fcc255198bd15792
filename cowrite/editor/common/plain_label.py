"""What comes from files and models, shown in the window as the text it is: no markup in it is interpreted."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from cowrite.base.printable import lines, one_line


class PlainLabel(QLabel):
    """A label that shows every text as it is. A QLabel takes what looks like HTML for HTML, and loads its pictures."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: D102 - Qt's name
        super().setText(lines(text))


def tool_tip(text: str) -> str:
    """What to give ``setToolTip`` so that it shows ``text`` as it is; Qt has no other way to say that."""
    plain = lines(text)
    if "<" not in plain and "&" not in plain:
        return plain
    return f"<div style='white-space: pre-wrap'>{escape(plain)}</div>"


def window_title(name: str) -> str:
    """``name`` in the title of a window, where “[*]” would stand for a change that is not saved."""
    return one_line(name).replace("[*]", "[*][*]")


def make_plain(box: QMessageBox) -> None:
    """Show both texts of ``box`` as they are."""
    box.setTextFormat(Qt.TextFormat.PlainText)
    for each in box.findChildren(QLabel):
        each.setTextFormat(Qt.TextFormat.PlainText)
