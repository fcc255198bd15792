"""The command palette: every command of the window, found by a few letters and run with Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from cowrite.editor.commands.command import Command
from cowrite.editor.commands.key_rules import native
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.panels.palette.command_list import Row
from cowrite.editor.panels.palette.commands import ID
from cowrite.editor.panels.palette.list_over_page import ListOverPage, ListWords
from cowrite.editor.panels.palette.ranking import Entry, rank
from cowrite.localization import tr, tr_noop

NOTHING_FOUND = tr_noop("No command has that name.")
_WORDS = ListWords(
    name=tr_noop("Command palette"),
    field=tr_noop("Command"),
    rows=tr_noop("Commands"),
    placeholder=tr_noop("Type what you want to do"),
    nothing_found=NOTHING_FOUND,
)


class CommandPalette(ListOverPage):
    """Lists the commands of ``registry``; ``recent`` says which were run lately, ``used(id)`` is told of each."""

    def __init__(
        self,
        window: QWidget,
        registry: CommandRegistry,
        *,
        scale: float,
        recent: Callable[[], Sequence[str]],
        used: Callable[[str], object],
        give_back: Callable[[], object],
    ) -> None:
        self._registry = registry
        self._recent, self._used = recent, used
        self._entries: list[Entry] = []
        super().__init__(window, _WORDS, scale=scale, give_back=give_back)

    def gather(self) -> None:
        """All commands that there are now."""
        self._entries = [self._entry(each) for each in self._registry.commands if _is_listed(each)]

    def found(self, typed: str) -> list[Row]:
        """Those that are meant; with nothing typed those run lately come first."""
        return [self._row(entry) for entry in rank(typed, self._entries, self._recent())]

    def choose(self, row: Row) -> None:
        """Run it."""
        self._used(row.id)
        QTimer.singleShot(0, self, lambda: self._registry.run(row.id))

    def _entry(self, command: Command) -> Entry:
        return Entry(
            id=command.id,
            name=command.name.removesuffix("…"),
            text=tr(command.help) or command.name,
            group=tr(command.group),
            also=self._registry.english_name(command.id).removesuffix("…"),
            enabled=command.enabled(),
        )

    def _row(self, entry: Entry) -> Row:
        command = self._registry.command(entry.id)
        return Row(
            id=entry.id,
            text=entry.text,
            group=entry.group,
            keys="  ".join(native(key) for key in self._registry.keys_of(entry.id)[:2]),
            enabled=entry.enabled,
            checked=command.checked is not None and command.checked(),
        )


def _is_listed(command: Command) -> bool:
    return command.available() and command.visible() and command.id != ID
