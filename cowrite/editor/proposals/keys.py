"""What can be done with a proposal by a key: the one table of its commands, and when each key is its own.

While a hunk is focused all of these keys are; while a proposal only stands, those are that write and move nothing
otherwise, such as F7; at any other time all are ordinary keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, Scope, key_sequences
from cowrite.editor.commands.key_rules import is_ordinary, native
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.localization import tr, tr_noop

GROUP = tr_noop("Passage")


class ProposalAction(StrEnum):
    """What a key can do to a proposal: the ids of its commands."""

    ACCEPT = "proposal.accept"
    REJECT = "proposal.reject"
    ACCEPT_ALL = "proposal.accept_all"
    REJECT_ALL = "proposal.reject_all"
    NEXT = "proposal.next"
    PREVIOUS = "proposal.previous"
    ANOTHER = "proposal.another"


ProposalKeymap = Mapping[ProposalAction, tuple[QKeySequence, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    action: ProposalAction
    title: str
    help: str
    keys: Sequence[str]


_TABLE = (
    _Row(
        action=ProposalAction.ACCEPT,
        title=tr_noop("&Accept change"),
        help=tr_noop("Accept the marked change"),
        keys=("Tab",),
    ),
    _Row(
        action=ProposalAction.REJECT,
        title=tr_noop("&Reject change"),
        help=tr_noop("Reject the marked change"),
        keys=("Backspace",),
    ),
    _Row(
        action=ProposalAction.NEXT,
        title=tr_noop("&Next change"),
        help=tr_noop("Go to the next change of a proposal"),
        keys=("F7", "Right", "Down"),
    ),
    _Row(
        action=ProposalAction.PREVIOUS,
        title=tr_noop("&Previous change"),
        help=tr_noop("Go to the previous change of a proposal"),
        keys=("Shift+F7", "Left", "Up"),
    ),
    _Row(
        action=ProposalAction.ACCEPT_ALL,
        title=tr_noop("A&ccept all changes"),
        help=tr_noop("Accept all changes of a proposal"),
        keys=("Return", "Enter"),
    ),
    _Row(
        action=ProposalAction.REJECT_ALL,
        title=tr_noop("R&eject all changes"),
        help=tr_noop("Reject all changes of a proposal, or stop the work on it"),
        keys=("Esc",),
    ),
    _Row(
        action=ProposalAction.ANOTHER,
        title=tr_noop("Another &version"),
        help=tr_noop("Turn to another version of a proposal"),
        keys=("Alt+]",),
    ),
)
_HINTS = {
    ProposalAction.ACCEPT: tr_noop("{key} accept"),
    ProposalAction.REJECT: tr_noop("{key} reject"),
    ProposalAction.ACCEPT_ALL: tr_noop("{key} all"),
    ProposalAction.REJECT_ALL: tr_noop("{key} none"),
}
"""What the line of key hints names, in its order."""


def commands(
    run: Callable[[ProposalAction], object], *, can: Callable[[ProposalAction], bool]
) -> list[Command]:
    """The table for whichever view is in front: ``run`` does what it is told, if it ``can`` now."""
    return [
        Command(
            id=row.action,
            title=tr(row.title),
            group=GROUP,
            help=tr(row.help),
            keys=key_sequences(*row.keys),
            scope=Scope.PROPOSAL,
            run=lambda action=row.action: run(action),  # type: ignore[misc]  # mypy does not infer the default's type
            enabled=lambda action=row.action: can(action),  # type: ignore[misc]
        )
        for row in _TABLE
    ]


def key_hint(keymap: ProposalKeymap) -> str:
    """The line "Tab accept · Backspace reject · …" with the first key of each."""
    return " · ".join(
        tr(hint, key=native(keymap[action][0]))
        for action, hint in _HINTS.items()
        if keymap.get(action)
    )


def default_keymap() -> ProposalKeymap:
    """The keys of each action before the writer changes them, first the one to show."""
    return {row.action: key_sequences(*row.keys) for row in _TABLE}


def keymap_of(registry: CommandRegistry) -> ProposalKeymap:
    """The keys of each action as they are bound now."""
    return {action: registry.keys_of(action) for action in ProposalAction}


def action_of(key: QKeySequence, keymap: ProposalKeymap, *, focused: bool) -> ProposalAction | None:
    """What a key asks for while a proposal stands; ``focused``: one of its hunks is. None if it is another's."""
    found = next((action for action, keys in keymap.items() if key in keys), None)
    return found if focused or not is_ordinary(key) else None
