"""Which keys a command may have: what the settings say is checked here, and refused with a plain sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, Scope
from cowrite.localization import tr, tr_noop

_Key = Qt.Key
_Held = Qt.KeyboardModifier
_WRITES = frozenset(
    {_Key.Key_Space, _Key.Key_Return, _Key.Key_Enter, _Key.Key_Backspace, _Key.Key_Delete}
)
_NO_KEYS = frozenset(
    {
        _Key(0), _Key.Key_unknown, _Key.Key_Backtab, _Key.Key_Shift, _Key.Key_Control, _Key.Key_Alt,
        _Key.Key_Meta, _Key.Key_AltGr, _Key.Key_CapsLock, _Key.Key_NumLock, _Key.Key_ScrollLock,
    }
)  # fmt: skip
"""Modifiers, and another name for Shift+Tab."""
_MOVES = frozenset(
    {
        _Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down, _Key.Key_Home, _Key.Key_End,
        _Key.Key_PageUp, _Key.Key_PageDown, _Key.Key_Tab, _Key.Key_Escape,
    }
)  # fmt: skip
OF_THE_SYSTEM: Mapping[str, str] = {
    "Alt+F4": tr_noop("closes the window"),
    "Alt+Tab": tr_noop("switches between windows"),
    "Alt+Shift+Tab": tr_noop("switches between windows"),
    "Alt+Space": tr_noop("opens the menu of the window"),
    "Ctrl+Alt+Del": tr_noop("belongs to the system"),
    "Print": tr_noop("takes a picture of the screen"),
}
"""Keys which a desktop keeps for itself, with what they do there."""
_FIRST_NAMED_KEY = 0x01000000
"""Keys below it are characters."""


def portable(key: QKeySequence) -> str:
    """The name of a key in settings files and in the user guide, the same on every system."""
    return key.toString(QKeySequence.SequenceFormat.PortableText)


def native(key: QKeySequence) -> str:
    """The name of a key as this system shows it."""
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def either(keys: Iterable[str]) -> str:
    """Keys of which any will do, in one text."""
    first, *others = keys
    return reduce(
        lambda one, another: tr("{one} or {another}", one=one, another=another), others, first
    )


def key_problem(key: QKeySequence, scope: Scope, reserved: Mapping[str, str]) -> str:
    """Why no command of this scope may have the key, as the end of a sentence; empty if one may.

    ``reserved`` says of each key that no command may have what it does.
    """
    return _problem_of(key, scope) or tr(reserved.get(portable(key), ""))


def parse_keys(
    names: Iterable[str], command: Command, reserved: Mapping[str, str]
) -> tuple[QKeySequence, ...]:
    """The keys with these names, in their order. Raises ValueError whose text goes on “the key …”.

    ``reserved`` says of each key that no command may have what it does.
    """
    keys = []
    for name in names:
        key = QKeySequence.fromString(name, QKeySequence.SequenceFormat.PortableText)
        if problem := key_problem(key, command.scope, reserved):
            raise ValueError(tr("“{name}”, which {problem}", name=name, problem=problem))
        if key not in keys:
            keys.append(key)
    return tuple(keys)


def _problem_of(key: QKeySequence, scope: Scope) -> str:
    """Why no command of this scope may have the key; empty if one may."""
    if key.count() != 1:
        return tr("is not the name of one key")
    combination = key[0]  # type: ignore[index]  # Qt's stubs leave it out
    pressed, held = combination.key(), combination.keyboardModifiers()
    if pressed in _NO_KEYS or held & _Held.KeypadModifier:
        return tr("is not the name of a key")
    is_character = pressed.value < _FIRST_NAMED_KEY
    if is_character and held & _Held.ControlModifier and held & _Held.AltModifier:
        return tr("writes text on some keyboards")
    if held & (_Held.ControlModifier | _Held.AltModifier | _Held.MetaModifier):
        return ""
    if is_character or (pressed in _WRITES and scope is not Scope.PROPOSAL):
        return tr("writes or deletes text")
    if pressed in _MOVES and scope not in (Scope.SUGGESTION, Scope.PROPOSAL):
        return tr("is needed on the page")
    return ""


def is_ordinary(key: QKeySequence) -> bool:
    """Whether a key writes, deletes or moves on the page when nothing else has a use for it."""
    return key.count() != 1 or bool(_problem_of(key, Scope.PAGE))


def shared_key(
    keys: Mapping[str, tuple[QKeySequence, ...]],
) -> tuple[QKeySequence, tuple[str, ...]] | None:
    """The first key that more than one command has, and the ids of these commands; None if there is none."""
    holders: dict[QKeySequence, list[str]] = {}
    for command_id, held in keys.items():
        for key in held:
            holders.setdefault(key, []).append(command_id)
    return next(((key, tuple(ids)) for key, ids in holders.items() if len(ids) > 1), None)
