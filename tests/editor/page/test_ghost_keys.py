"""What a key means: one for a suggestion, one that writes, one that moves, one that does nothing here."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from cowrite.editor.page.ghost_commands import default_keymap
from cowrite.editor.page.ghost_keys import (
    NEEDS_GHOST,
    GhostAction,
    action_of,
    is_idle_here,
    is_new_line,
    moves_caret,
    types_text,
    zoom_step,
)

pytestmark = pytest.mark.usefixtures("qapp")

Key = Qt.Key
PLAIN, SHIFT, CTRL, ALT, META, KEYPAD = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.MetaModifier,
    Qt.KeyboardModifier.KeypadModifier,
)
Action = GhostAction
not_on_a_mac = pytest.mark.skipif(sys.platform == "darwin", reason="there Alt writes")


def press(key: Key, held: Qt.KeyboardModifier = PLAIN, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, held, text)


# --- suggestions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("event", "action"),
    [
        (press(Key.Key_Tab, text="\t"), Action.ACCEPT_WORD),
        (press(Key.Key_Right, CTRL), Action.ACCEPT_WORD),
        (press(Key.Key_Backtab, SHIFT), Action.ACCEPT_ALL),
        (press(Key.Key_Backtab), Action.ACCEPT_ALL),  # as some systems report it
        (press(Key.Key_Tab, SHIFT), Action.ACCEPT_ALL),
        (press(Key.Key_End), Action.ACCEPT_ALL),
        (press(Key.Key_End, KEYPAD), Action.ACCEPT_ALL),
        (press(Key.Key_BracketRight, ALT, "]"), Action.NEXT),
        (press(Key.Key_BracketLeft, ALT, "["), Action.PREVIOUS),
        (press(Key.Key_Backslash, ALT, "\\"), Action.ASK_NOW),
        (press(Key.Key_Escape), Action.REJECT),
        (press(Key.Key_Tab, CTRL), None),
        (press(Key.Key_Escape, SHIFT), None),
        (press(Key.Key_End, SHIFT), None),
        (press(Key.Key_Right), None),
        (press(Key.Key_BracketRight, text="]"), None),
        (press(Key.Key_A, text="a"), None),
    ],
)
def test_the_usual_keys_of_a_suggestion(event: QKeyEvent, action: GhostAction | None) -> None:
    assert action_of(event, default_keymap()) is action


@pytest.mark.parametrize(
    ("event", "action"),
    [
        (press(Key.Key_Tab, text="\t"), Action.ACCEPT_ALL),
        (press(Key.Key_Backtab, SHIFT), Action.ACCEPT_ALL),
        (press(Key.Key_End), Action.ACCEPT_ALL),
        (press(Key.Key_Right, CTRL), Action.ACCEPT_WORD),
        (press(Key.Key_Escape), Action.REJECT),
    ],
)
def test_the_keys_when_tab_takes_all(event: QKeyEvent, action: GhostAction) -> None:
    assert action_of(event, default_keymap("all")) is action


def test_a_keymap_can_be_another_one() -> None:
    keymap = {Action.ASK_NOW: (QKeySequence("Ctrl+Space"), QKeySequence("F5"))}
    assert action_of(press(Key.Key_Space, CTRL), keymap) is Action.ASK_NOW
    assert action_of(press(Key.Key_F5), keymap) is Action.ASK_NOW
    assert action_of(press(Key.Key_Tab), keymap) is None


def test_only_asking_makes_sense_without_a_suggestion() -> None:
    assert set(GhostAction) - NEEDS_GHOST == {Action.ASK_NOW, Action.ASK_SENTENCES}


# --- writing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        press(Key.Key_A, text="a"),
        press(Key.Key_A, SHIFT, "A"),
        press(Key.Key_5, KEYPAD, "5"),
        press(Key.Key_Space, text=" "),
        press(Key.Key_Tab, text="\t"),
        press(Key.Key_At, CTRL | ALT, "@"),  # AltGr, as Windows reports it
        press(Key.Key_unknown, text="你"),
        press(Key.Key_unknown, text="😀"),
        press(Key.Key_unknown, text="\u0301"),  # a mark over the letter before
        press(Key.Key_unknown, text="\u200d"),  # a joiner
        press(Key.Key_unknown, text="\u200f"),  # a direction
        press(Key.Key_nobreakspace, text="\u00a0"),
        press(Key.Key_unknown, text="\ue000"),  # a character of one's own
    ],
)
def test_keys_that_write(event: QKeyEvent) -> None:
    assert types_text(event)


@pytest.mark.parametrize(
    "event",
    [
        press(Key.Key_Shift, SHIFT),
        press(Key.Key_F5),
        press(Key.Key_A, CTRL, "\x01"),
        press(Key.Key_K, CTRL, "k"),
        press(Key.Key_K, META, "k"),
        press(Key.Key_K, META | CTRL | ALT, "k"),
        press(Key.Key_Backtab, SHIFT, "\t"),
        press(Key.Key_Escape, text="\x1b"),
        press(Key.Key_Backspace, text="\b"),
        press(Key.Key_Delete, text="\x7f"),
        press(Key.Key_Return, text="\r"),
        pytest.param(press(Key.Key_F, ALT, "f"), marks=not_on_a_mac),
    ],
)
def test_keys_that_write_nothing(event: QKeyEvent) -> None:
    assert not types_text(event)


@pytest.mark.parametrize(
    ("event", "idle"),
    [
        (press(Key.Key_Backtab, SHIFT), True),
        (press(Key.Key_F, ALT, "f"), True),
        (press(Key.Key_K, META, "k"), True),
        (press(Key.Key_Alt, ALT), False),
        (press(Key.Key_Left, ALT), False),
        (press(Key.Key_A, text="a"), False),
        (press(Key.Key_Tab, text="\t"), False),
    ],
)
def test_keys_that_do_nothing_on_the_page(event: QKeyEvent, idle: bool) -> None:
    assert is_idle_here(event) is idle


@pytest.mark.parametrize(
    ("event", "new_line"),
    [
        (press(Key.Key_Return, text="\r"), True),
        (press(Key.Key_Enter, KEYPAD, "\r"), True),
        (press(Key.Key_Return, SHIFT, "\r"), True),
        (press(Key.Key_A, text="a"), False),
        (press(Key.Key_Down), False),
    ],
)
def test_keys_that_begin_a_line(event: QKeyEvent, new_line: bool) -> None:
    assert is_new_line(event) is new_line


# --- moving and looking ----------------------------------------------------------------------------------------------

MOVING = [
    Key.Key_Left, Key.Key_Right, Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End,
    Key.Key_PageUp, Key.Key_PageDown, Key.Key_Backspace, Key.Key_Delete,
]  # fmt: skip


@pytest.mark.parametrize("held", [PLAIN, SHIFT, CTRL, CTRL | SHIFT, KEYPAD], ids=str)
@pytest.mark.parametrize("key", MOVING, ids=str)
def test_keys_that_move_or_delete(key: Key, held: Qt.KeyboardModifier) -> None:
    assert moves_caret(press(key, held))


def test_selecting_all_moves_and_writing_does_not() -> None:
    assert moves_caret(press(Key.Key_A, CTRL, "\x01"))
    assert not moves_caret(press(Key.Key_A, text="a"))
    assert not moves_caret(press(Key.Key_S, CTRL, "\x13"))
    assert not moves_caret(press(Key.Key_Tab, text="\t"))


@pytest.mark.parametrize(
    ("event", "step"),
    [
        (press(Key.Key_Plus, CTRL), 1),
        (press(Key.Key_Plus, CTRL | KEYPAD), 1),
        (press(Key.Key_Equal, CTRL), 1),  # the same key without Shift
        (press(Key.Key_Equal, CTRL | SHIFT), 1),
        (press(Key.Key_Minus, CTRL), -1),
        (press(Key.Key_Minus, CTRL | KEYPAD), -1),
        (press(Key.Key_0, CTRL), 0),
        (press(Key.Key_0, CTRL | KEYPAD), 0),
        (press(Key.Key_0, CTRL | SHIFT), None),
        (press(Key.Key_0, text="0"), None),
        (press(Key.Key_Plus, text="+"), None),
        (press(Key.Key_Minus, text="-"), None),
        (press(Key.Key_Equal, text="="), None),
    ],
)
def test_keys_that_zoom(event: QKeyEvent, step: int | None) -> None:
    assert zoom_step(event) == step
