"""One thing that the editor can do: how it is called, which keys run it, whether it can be done now, and how."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction, QKeySequence

from cowrite.localization import tr


class Scope(Enum):
    """Where the keys of a command count. All but the last are in reach at once: no two may have the same key there."""

    WINDOW = "window"
    """In the whole window: the shortcut of a menu entry."""
    PAGE = "page"
    """On the page, which answers them itself."""
    SUGGESTION = "suggestion"
    """On the page while a suggestion is shown; without one, such a key does what it always does."""
    PROPOSAL = "proposal"
    """On the page while a proposal for a passage stands, before all others; they may have the same keys."""


def always() -> bool:
    """Yes."""
    return True


def key_sequences(*keys: str | QKeySequence.StandardKey) -> tuple[QKeySequence, ...]:
    """Keys by their portable names, such as "Ctrl+W", or as the system has them."""
    return tuple(QKeySequence(key) for key in keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A row of a room's table. ``id`` is "group.name" and stands in settings files: it stays the same for ever.

    ``title`` is that of the menu entry, with its mnemonic; ``help`` says what the keys do where the title alone does
    not. ``useful`` is whether running it would change anything; it may cost more than ``enabled`` (the clipboard
    belongs to another program), so only lists that are made afresh ask. What is not ``visible`` has no entry just now;
    what is not ``available`` is in no list at all and cannot be run, because the writer wants none of it. ``follows``
    are the signals after which ``enabled`` and ``checked`` may have changed while no menu is open.
    """

    id: str
    title: str
    group: str
    run: Callable[[], object]
    keys: tuple[QKeySequence, ...] = ()
    scope: Scope = Scope.WINDOW
    help: str = ""
    enabled: Callable[[], bool] = always
    useful: Callable[[], bool] = always
    visible: Callable[[], bool] = always
    available: Callable[[], bool] = always
    checked: Callable[[], bool] | None = None
    follows: Sequence[SignalInstance] = ()
    role: QAction.MenuRole = QAction.MenuRole.NoRole

    @property
    def name(self) -> str:
        """The title without mnemonic, as lists show it."""
        return without_mnemonic(self.title)

    @property
    def group_name(self) -> str:
        """The group as lists show it; ``group`` itself is in English."""
        return tr(self.group)


_OF_ITS_OWN = re.compile(r"(?<=\S)\(&\w\)")
"""A letter that stands after a word which has no such letter: “文件(&F)”."""


def without_mnemonic(title: str) -> str:
    """The title of a command or a menu without the letter that chooses it."""
    plain = _OF_ITS_OWN.sub("", title)
    return plain.replace("&&", "\0").replace("&", "").replace("\0", "&")


def mnemonic_of(title: str) -> str:
    """The letter that chooses the title in its menu, as a capital; empty if there is none."""
    return title.replace("&&", "").partition("&")[2][:1].upper()
