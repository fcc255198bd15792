"""Which key does what to a suggestion: one table, ready to be rebound, shown by the menu and the hint."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence


class GhostAction(StrEnum):
    """What a key can do to a suggestion."""

    ACCEPT_WORD = "accept_word"
    ACCEPT_ALL = "accept_all"
    NEXT = "next"
    PREVIOUS = "previous"
    ASK_NOW = "ask_now"
    REJECT = "reject"


GhostKeymap = Mapping[GhostAction, tuple[QKeySequence, ...]]

NEEDS_GHOST = frozenset(set(GhostAction) - {GhostAction.ASK_NOW})
"""Actions that mean nothing without a suggestion: their keys then do what they always do."""


def default_keymap(tab_accepts: str = "word") -> GhostKeymap:
    """The keys of each action, first the one to show; ``tab_accepts`` is "word" or "all"."""
    keys = {
        GhostAction.ACCEPT_WORD: ("Tab", "Ctrl+Right"),
        GhostAction.ACCEPT_ALL: ("Shift+Tab", "End"),
        GhostAction.NEXT: ("Alt+]",),
        GhostAction.PREVIOUS: ("Alt+[",),
        GhostAction.ASK_NOW: ("Alt+\\",),
        GhostAction.REJECT: ("Esc",),
    }
    if tab_accepts == "all":
        keys[GhostAction.ACCEPT_WORD] = ("Ctrl+Right",)
        keys[GhostAction.ACCEPT_ALL] = ("Tab", "Shift+Tab", "End")
    return {action: tuple(QKeySequence(name) for name in names) for action, names in keys.items()}


def action_of(event: QKeyEvent, keymap: GhostKeymap) -> GhostAction | None:
    """The action that a key press asks for, or None."""
    pressed = QKeySequence(_combination(event))
    for action, sequences in keymap.items():
        if pressed in sequences:
            return action
    return None


def _combination(event: QKeyEvent) -> QKeyCombination:
    """The key press with what does not matter taken out: keypad flags, and Backtab for Shift+Tab."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if key == Qt.Key.Key_Backtab:
        return QKeyCombination(modifiers | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_Tab)
    return QKeyCombination(modifiers, key)
