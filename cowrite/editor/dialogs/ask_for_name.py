"""Asks for a name, of a file or a folder."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.letters import letter_width

WIDTH_CHARACTERS = 44


def ask_for_name(parent: QWidget, title: str, label: str, before: str = "") -> str:
    """What is typed, without blanks around it; empty for none.

    What stands before the ending of ``before`` is selected, as that is what is changed.
    """
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setLabelText(label)
    dialog.setTextValue(before)
    dialog.resize(letter_width(dialog.fontMetrics()) * WIDTH_CHARACTERS, dialog.sizeHint().height())
    # A dialog that comes on screen selects all of its first field.
    QTimer.singleShot(0, dialog, lambda: _select_stem(dialog, before))
    keep_on_screen(dialog)
    given = dialog.exec() == QInputDialog.DialogCode.Accepted
    name = dialog.textValue().strip()
    dialog.deleteLater()
    return name if given else ""


def _select_stem(dialog: QInputDialog, name: str) -> None:
    field = dialog.findChild(QLineEdit)
    if field is not None and name and field.text() == name:
        field.setSelection(0, len(PurePath(name).stem))
