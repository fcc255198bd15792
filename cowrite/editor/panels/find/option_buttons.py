"""The small buttons that switch an option of a search on and off, and how they look."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.commands.key_rules import native
from cowrite.localization import tr


def option(parent: QWidget, label: str, name: str, key: str) -> QToolButton:
    """A button that stays down while ``name`` is on; ``key`` switches it from anywhere in ``parent``."""
    button = QToolButton(parent)
    button.setText(label)
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(name)
    sequence = QKeySequence(key)
    button.setToolTip(tr("{name} ({keys})", name=name, keys=native(sequence)))
    # Within the parent only: on the page such a key may be a letter.
    shortcut = QShortcut(sequence, parent, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(button.toggle)
    return button


def style(name: str, theme: Theme, scale: float) -> str:
    """The look of the widget with this object name, and of the buttons in it; ``scale`` is 1.0 at 100 %."""
    line = mixed(theme.desk, theme.ink, 0.12)
    hover = mixed(theme.desk, theme.ink, 0.06)
    corner, pad = round(4 * scale), round(4 * scale)
    return (
        f"#{name} {{ background: {theme.desk}; border: none; border-top: 1px solid {line}; }}"
        f"#{name} QLabel {{ color: {theme.ink}; background: transparent; }}"
        f"#{name} QToolButton {{ color: {theme.quiet}; background: transparent; border: 1px solid transparent;"
        f" border-radius: {corner}px; padding: {pad}px; }}"
        f"#{name} QToolButton:hover {{ background: {hover}; }}"
        f"#{name} QToolButton:checked {{ color: {theme.ink}; background: {theme.selection};"
        f" border-color: {theme.accent}; }}"
        f"#{name} QToolButton:focus {{ border: 2px solid {theme.accent}; padding: {max(0, pad - 1)}px; }}"
    )
