"""What the setting “keys” becomes when the writer gives a command a key, takes one from it, or resets it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command
from cowrite.editor.commands.key_rules import native, portable
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.localization import tr

ChosenKeys = Mapping[str, Sequence[str]]
"""By the id of a command the portable names of its keys; a command that is not in it has the default."""


class KeyChanges:
    """Works on the keys that ``registry`` has bound; each method takes what was chosen and returns what is then."""

    def __init__(self, registry: CommandRegistry) -> None:
        self._registry = registry

    def refusal(self, command_id: str, key: QKeySequence) -> str:
        """A plain sentence why the command cannot have the key; empty if it can."""
        problem = self._registry.problem_with(key, command_id)
        if not problem:
            return ""
        return tr(
            "{key} {problem}, so it cannot run a command. Press another key.",
            key=native(key),
            problem=tr(problem),
        )

    def holder(self, command_id: str, key: QKeySequence) -> Command | None:
        """The other command that has the key now."""
        holder = self._registry.holder_of(key, self._registry.command(command_id).scope)
        return None if holder is None or holder.id == command_id else holder

    def is_changed(self, command_id: str) -> bool:
        """Whether it has other keys than it would have by itself."""
        return self._registry.keys_of(command_id) != self._registry.defaults_of(command_id)

    def with_key(self, chosen: ChosenKeys, command_id: str, key: QKeySequence) -> ChosenKeys:
        """``key`` runs this command and no other."""
        now = self._registry.keys_of(command_id)
        return self._taken(chosen, command_id, now if key in now else (*now, key))

    def without_key(self, chosen: ChosenKeys, command_id: str, key: QKeySequence) -> ChosenKeys:
        """``key`` no longer runs this command."""
        left = tuple(each for each in self._registry.keys_of(command_id) if each != key)
        return self._taken(chosen, command_id, left)

    def reset(self, chosen: ChosenKeys, command_id: str) -> ChosenKeys:
        """The command has its default keys, also those that were given to others meanwhile."""
        return self._taken(chosen, command_id, self._registry.defaults_of(command_id))

    def repaired(self, chosen: ChosenKeys) -> ChosenKeys:
        """What of ``chosen`` is in use, without what could not be bound."""
        known = {command.id for command in self._registry.commands}
        result: dict[str, Sequence[str]] = {}
        for command_id in chosen:
            if command_id in known:
                self._set(result, command_id, self._registry.keys_of(command_id))
        return result

    def _taken(
        self, chosen: ChosenKeys, command_id: str, keys: Sequence[QKeySequence]
    ) -> ChosenKeys:
        """The command has ``keys``, and nobody else has one of them."""
        result = dict(chosen)
        for key in keys:
            other = self.holder(command_id, key)
            if other is not None:
                left = [each for each in self._left(result, other.id) if each != key]
                self._set(result, other.id, left)
        self._set(result, command_id, keys)
        return result

    def _left(self, result: ChosenKeys, command_id: str) -> list[QKeySequence]:
        """What it has when some of its keys were given away already."""
        now = self._registry.keys_of(command_id)
        names = result.get(command_id)
        return [key for key in now if names is None or portable(key) in names]

    def _set(
        self, result: dict[str, Sequence[str]], command_id: str, keys: Sequence[QKeySequence]
    ) -> None:
        if tuple(keys) == self._registry.defaults_of(command_id):
            result.pop(command_id, None)
        else:
            result[command_id] = [portable(key) for key in keys]
