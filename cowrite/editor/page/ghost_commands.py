"""What can be done with a suggestion: the one table of its commands, their keys, and what the hint calls them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, Scope, key_sequences
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.page.ghost_keys import NEEDS_GHOST, GhostAction, GhostKeymap
from cowrite.localization import tr, tr_noop
from cowrite.suggest.ports import GhostKeys

GROUP = tr_noop("Suggestions")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    action: GhostAction
    title: str
    help: str
    keys: Sequence[str]
    do: Callable[[GhostKeys], bool]
    keys_if_tab_accepts_all: Sequence[str] | None = None
    hint: str = ""


_TABLE = (
    _Row(
        action=GhostAction.ACCEPT_WORD,
        title=tr_noop("Accept &word"),
        help=tr_noop("Accept the next word of the suggestion"),
        keys=("Tab", "Ctrl+Right"),
        keys_if_tab_accepts_all=("Ctrl+Right",),
        hint=tr_noop("{key} word"),
        do=lambda keys: keys.accept_word(),
    ),
    _Row(
        action=GhostAction.ACCEPT_ALL,
        title=tr_noop("Accept &all"),
        help=tr_noop("Accept the whole suggestion"),
        keys=("Shift+Tab", "End"),
        keys_if_tab_accepts_all=("Tab", "Shift+Tab", "End"),
        hint=tr_noop("{key} all"),
        do=lambda keys: keys.accept_all(),
    ),
    _Row(
        action=GhostAction.NEXT,
        title=tr_noop("&Next suggestion"),
        help=tr_noop("Show the next suggestion"),
        keys=("Alt+]",),
        do=lambda keys: keys.turn(1),
    ),
    _Row(
        action=GhostAction.PREVIOUS,
        title=tr_noop("&Previous suggestion"),
        help=tr_noop("Show the previous suggestion"),
        keys=("Alt+[",),
        do=lambda keys: keys.turn(-1),
    ),
    _Row(
        action=GhostAction.REJECT,
        title=tr_noop("&Dismiss"),
        help=tr_noop("Dismiss the suggestion"),
        keys=("Esc",),
        hint=tr_noop("{key} dismiss"),
        do=lambda keys: keys.reject(),
    ),
    _Row(
        action=GhostAction.ASK_NOW,
        title=tr_noop("S&uggest now"),
        help=tr_noop("Suggest now, without waiting"),
        keys=("Alt+\\",),
        do=lambda keys: keys.ask_now(),
    ),
    _Row(
        action=GhostAction.ASK_SENTENCES,
        title=tr_noop("Suggest senten&ces"),
        help=tr_noop("Suggest ways to end the sentence, or next sentences"),
        keys=("Alt+Return", "Alt+Enter"),
        do=lambda keys: keys.ask_sentences(),
    ),
)
HINTS: Mapping[GhostAction, str] = {row.action: row.hint for row in _TABLE if row.hint}
"""What the line of key hints names, in its order."""


def commands(
    keys: Callable[[], GhostKeys], *, is_shown: Callable[[], bool], may_ask: Callable[[], bool]
) -> list[Command]:
    """The table for whichever page is in front; ``keys`` says who answers its keys."""
    return [
        Command(
            id=row.action,
            title=tr(row.title),
            group=GROUP,
            help=tr(row.help),
            keys=key_sequences(*row.keys),
            scope=Scope.SUGGESTION if row.action in NEEDS_GHOST else Scope.PAGE,
            run=lambda row=row: row.do(keys()),  # type: ignore[misc]  # mypy does not infer the default's type
            enabled=is_shown if row.action in NEEDS_GHOST else may_ask,
        )
        for row in _TABLE
    ]


def answer(keys: GhostKeys, action: GhostAction) -> bool:
    """Do it; whether the key was used."""
    return next(row for row in _TABLE if row.action is action).do(keys)


def usual_keys(tab_accepts: str) -> dict[str, Sequence[str]]:
    """The defaults by id that depend on what Tab accepts, "word" or "all"."""
    if tab_accepts != "all":
        return {}
    return {
        row.action: row.keys_if_tab_accepts_all
        for row in _TABLE
        if row.keys_if_tab_accepts_all is not None
    }


def default_keymap(tab_accepts: str = "word") -> GhostKeymap:
    """The keys of each action before the writer changes them, first the one to show."""
    usual = usual_keys(tab_accepts)
    return {row.action: key_sequences(*usual.get(row.action, row.keys)) for row in _TABLE}


def keymap_of(registry: CommandRegistry) -> Mapping[GhostAction, tuple[QKeySequence, ...]]:
    """The keys of each action as they are bound now."""
    return {action: registry.keys_of(action) for action in GhostAction}
