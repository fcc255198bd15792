"""A label that wraps and a button that is never pressed by Return unasked, as small windows are made of."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton, QWidget

from cowrite.editor.common.plain_label import PlainLabel


def wrapped_label(text: str, parent: QWidget) -> PlainLabel:
    """``text`` in as many lines as it needs."""
    label = PlainLabel(text, parent)
    label.setWordWrap(True)
    return label


def plain_button(title: str, do: Callable[[], object], parent: QWidget) -> QPushButton:
    """A button that does ``do``; Return presses it only where the keyboard is."""
    button = QPushButton(title, parent)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: do())
    return button
