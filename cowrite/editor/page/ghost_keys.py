"""What keys mean on the page: one for a suggestion, one that writes, one that moves, one that does nothing here.

The keys of a suggestion are those of its commands, see :mod:`cowrite.editor.page.ghost_commands`. Knows nothing of the
page.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QTextCursor


class GhostAction(StrEnum):
    """What a key can do to a suggestion: the ids of its commands."""

    ACCEPT_WORD = "suggestion.accept_word"
    ACCEPT_ALL = "suggestion.accept_all"
    NEXT = "suggestion.next"
    PREVIOUS = "suggestion.previous"
    ASK_NOW = "suggestion.suggest_now"
    ASK_SENTENCES = "suggestion.suggest_sentences"
    REJECT = "suggestion.dismiss"


GhostKeymap = Mapping[GhostAction, tuple[QKeySequence, ...]]

NEEDS_GHOST = frozenset(set(GhostAction) - {GhostAction.ASK_NOW, GhostAction.ASK_SENTENCES})
"""Actions that mean nothing without a suggestion: their keys then do what they always do."""


class FirstAnswer(Protocol):
    """Who may have a use for a key or a click before the page, a suggestion or a menu has."""

    def wants_key(self, key: QKeySequence) -> bool:
        """Whether it would answer this key now."""
        ...

    def press_key(self, key: QKeySequence) -> bool:
        """Answer it; whether it was used."""
        ...

    def click(self, place: int) -> bool:
        """The left button was pressed at a place of the text; whether that was all that it meant."""
        ...

    @property
    def has_keyboard(self) -> bool:
        """Whether ordinary keys are its own now: nothing is suggested meanwhile."""
        ...


def action_of(event: QKeyEvent, keymap: GhostKeymap) -> GhostAction | None:
    """The action that a key press asks for, or None."""
    pressed = pressed_key(event)
    for action, sequences in keymap.items():
        if pressed in sequences:
            return action
    return None


def pressed_key(event: QKeyEvent) -> QKeySequence:
    """The key press without keypad flags, and with Qt's Backtab as the Shift+Tab it is."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    key = Qt.Key(event.key())
    if key == Qt.Key.Key_Backtab:
        modifiers |= Qt.KeyboardModifier.ShiftModifier
        return QKeySequence(QKeyCombination(modifiers, Qt.Key.Key_Tab))
    return QKeySequence(QKeyCombination(modifiers, key))


_NAVIGATION = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Delete,
    }
)
_STANDARD = QKeySequence.StandardKey
_ALT_WRITES = sys.platform == "darwin"
_LINE_COMMANDS = (
    _STANDARD.SelectAll,
    _STANDARD.MoveToStartOfLine,
    _STANDARD.MoveToEndOfLine,
    _STANDARD.MoveToStartOfBlock,
    _STANDARD.MoveToEndOfBlock,
    _STANDARD.MoveToNextLine,
    _STANDARD.MoveToPreviousLine,
    _STANDARD.DeleteEndOfLine,
    _STANDARD.DeleteCompleteLine,
)


def moves_caret(event: QKeyEvent) -> bool:
    """Whether a key moves the caret or deletes, on some system at least."""
    return event.key() in _NAVIGATION or any(event.matches(key) for key in _LINE_COMMANDS)


def is_new_line(event: QKeyEvent) -> bool:
    """Whether a key begins a new line; in plain text Shift+Enter is no other kind of line."""
    return event.matches(_STANDARD.InsertParagraphSeparator) or event.matches(
        _STANDARD.InsertLineSeparator
    )


_WRITTEN = ("Cf", "Cn", "Co", "Zl", "Zp", "Zs")


def types_text(event: QKeyEvent) -> bool:
    """Whether a key writes its text. AltGr, which some systems report as Ctrl+Alt, does."""
    text, held = event.text(), event.modifiers()
    control = bool(held & Qt.KeyboardModifier.ControlModifier)
    alt = bool(held & Qt.KeyboardModifier.AltModifier)
    if control != alt and (control or not _ALT_WRITES):
        return False
    if held & Qt.KeyboardModifier.MetaModifier or event.key() == Qt.Key.Key_Backtab:
        return False
    # Some scripts are written with joiners and direction marks, which do not count as printable; others are newer than
    # Python's tables of characters.
    return bool(text) and (
        text == "\t" or text.isprintable() or unicodedata.category(text[0]) in _WRITTEN
    )


def shifts(event: QKeyEvent, cursor: QTextCursor) -> bool | None:
    """Whether a key puts the items of a list one deeper (True) or higher (False); None for any other key.

    Tab does where several lines are selected; else it is a tab, unless whoever helps with typing knows better.
    """
    held = event.modifiers() & ~(
        Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
    )
    if held:
        return None
    if event.key() == Qt.Key.Key_Backtab:
        return False
    if event.key() != Qt.Key.Key_Tab or not cursor.hasSelection():
        return None
    blocks = cursor.document().findBlock
    several = blocks(cursor.selectionStart()) != blocks(cursor.selectionEnd())
    return True if several else None


def is_idle_here(event: QKeyEvent) -> bool:
    """Whether a key must do nothing on the page although Qt would write or leave with it.

    Alt with a letter opens a menu, and Shift+Tab without a suggestion would be a surprise.
    """
    if event.key() == Qt.Key.Key_Backtab:
        return True
    held = event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier)
    return bool(held) and event.text().isprintable() and bool(event.text())


def zoom_step(event: QKeyEvent) -> int | None:
    """1 for larger, -1 for smaller, 0 for back to 100 %; None for any other key."""
    if event.matches(_STANDARD.ZoomIn):
        return 1
    if event.matches(_STANDARD.ZoomOut):
        return -1
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if held & Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_Equal:
        return 1
    if held == Qt.KeyboardModifier.ControlModifier and event.key() == Qt.Key.Key_0:
        return 0
    return None
