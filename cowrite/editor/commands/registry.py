"""Every command of one window, by id, with the keys it has now. A menu, a palette or a list of keys is a view on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtGui import QKeySequence

from cowrite.editor.commands.command import Command, Scope, without_mnemonic
from cowrite.editor.commands.key_rules import (
    OF_THE_SYSTEM,
    either,
    key_problem,
    native,
    parse_keys,
    portable,
    shared_key,
)
from cowrite.localization import english, tr

OPENS_MENUS = "F10"
"""The key that opens the first menu, as on every desktop; see :mod:`cowrite.editor.shell.menu_bar`."""


class CommandRegistry:
    """The commands in the order in which they were added."""

    def __init__(self, commands: Iterable[Command] = ()) -> None:
        self._commands: dict[str, Command] = {}
        self._english: dict[str, str] = {}
        self._keys: dict[str, tuple[QKeySequence, ...]] = {}
        self._defaults: dict[str, tuple[QKeySequence, ...]] = {}
        self._reserved = {OPENS_MENUS: tr("opens the menus"), **OF_THE_SYSTEM}
        self.problems: Sequence[str] = ()
        """Plain sentences about the keys that could not be bound the last time."""
        self.add(commands)

    # --- what there is ---

    @property
    def commands(self) -> list[Command]:
        """Every command."""
        return list(self._commands.values())

    def command(self, command_id: str) -> Command:
        """The command with this id. Raises KeyError."""
        return self._commands[command_id]

    def english_name(self, command_id: str) -> str:
        """What the command is called in English, as guides and other people may name it. Raises KeyError."""
        return self._english[command_id]

    def keys_of(self, command_id: str) -> tuple[QKeySequence, ...]:
        """The keys that run it now, first the one to show. Raises KeyError."""
        return self._keys[command_id]

    def defaults_of(self, command_id: str) -> tuple[QKeySequence, ...]:
        """The keys that it has unless the writer chooses others. Raises KeyError."""
        return self._defaults[command_id]

    def holder_of(self, key: QKeySequence, scope: Scope = Scope.WINDOW) -> Command | None:
        """The command that the key runs now, of those that have their keys where ``scope`` has them."""
        return next(
            (
                self._commands[each]
                for each, keys in self._keys.items()
                if key in keys and self._is_apart(each) == (scope is Scope.PROPOSAL)
            ),
            None,
        )

    def _is_apart(self, command_id: str) -> bool:
        """Whether its keys may be those of other commands as well."""
        return self._commands[command_id].scope is Scope.PROPOSAL

    def _shared_key(
        self, keys: Mapping[str, tuple[QKeySequence, ...]]
    ) -> tuple[QKeySequence, tuple[str, ...]] | None:
        for apart in (False, True):
            its = {each: held for each, held in keys.items() if self._is_apart(each) == apart}
            if (shared := shared_key(its)) is not None:
                return shared
        return None

    def problem_with(self, key: QKeySequence, command_id: str) -> str:
        """Why the command may not have the key, as the end of “the key …”; empty if it may. Raises KeyError."""
        return key_problem(key, self._commands[command_id].scope, self._reserved)

    def run(self, command_id: str) -> None:
        """Run the command, unless it cannot be done now. Raises KeyError."""
        command = self._commands[command_id]
        if command.available() and command.enabled():
            command.run()

    # --- what it is made of ---

    def add(self, commands: Iterable[Command]) -> None:
        """Take in a room's table. Raises ValueError for an id or a key that is there already."""
        for command in commands:
            if command.id in self._commands:
                raise ValueError(f"there are two commands “{command.id}”")
            self._commands[command.id] = command
            self._english[command.id] = without_mnemonic(english(command.title))
            self._keys[command.id] = self._defaults[command.id] = command.keys
        if (shared := self._shared_key(self._keys)) is not None:
            key, ids = shared
            raise ValueError(f"{portable(key)} is the key of {' and '.join(ids)}")

    def reserve(self, keys: Mapping[str, str]) -> None:
        """No command may have these keys; each says what it does, as in “opens the menu File”."""
        self._reserved |= keys

    # --- keys ---

    def bind(
        self, usual: Mapping[str, Sequence[str]], chosen: Mapping[str, Sequence[str]]
    ) -> list[str]:
        """Give commands other keys than their table says: by id, the portable names of the keys.

        ``usual`` are the defaults that depend on another setting, ``chosen`` are the writer's. What cannot be is left
        out, so that the default stays; returns a plain sentence for each.
        """
        defaults = {command.id: command.keys for command in self.commands}
        for command_id, names in usual.items():
            defaults[command_id] = parse_keys(names, self._commands[command_id], {})
        problems: list[str] = []
        wanted: dict[str, tuple[QKeySequence, ...]] = {}
        for command_id, names in chosen.items():
            command = self._commands.get(command_id)
            if command is None:
                problems.append(
                    tr(
                        "The setting “keys” names “{command_id}”, but there is no such command.",
                        command_id=command_id,
                    )
                )
                continue
            try:
                wanted[command_id] = parse_keys(names, command, self._reserved)
            except ValueError as error:
                problems.append(
                    tr(
                        "The setting “keys” gives “{command}” the key {error}; {instead}.",
                        command=command.name,
                        error=error,
                        instead=_usual(defaults[command_id]),
                    )
                )
        problems += self._drop_shared(defaults, wanted)
        self._defaults = defaults
        self._keys = defaults | wanted
        self.problems = tuple(problems)
        return problems

    def _drop_shared(
        self,
        defaults: Mapping[str, tuple[QKeySequence, ...]],
        wanted: dict[str, tuple[QKeySequence, ...]],
    ) -> list[str]:
        """Leave out what was chosen last until each key has one command: a default coming back may be in the way."""
        problems = []
        while (shared := self._shared_key({**defaults, **wanted})) is not None:
            key, ids = shared
            refused = [command_id for command_id in wanted if command_id in ids][-1]
            other = next(command_id for command_id in ids if command_id != refused)
            del wanted[refused]
            problems.append(
                tr(
                    "The setting “keys” gives “{command}” the key “{key}”, which is that of “{other}”; "
                    "{instead}.",
                    command=self._commands[refused].name,
                    key=portable(key),
                    other=self._commands[other].name,
                    instead=_usual(defaults[refused]),
                )
            )
        return problems

    def rebound_keys(self) -> list[QKeySequence]:
        """The keys which the settings gave to commands of the window, or took from them: the page leaves them alone."""
        changed: list[QKeySequence] = []
        for command in self.commands:
            if command.scope is Scope.WINDOW:
                now = self._keys[command.id]
                changed += [key for key in now if key not in command.keys]
                changed += [key for key in command.keys if key not in now]
        of_page = {
            key
            for command in self.commands
            if command.scope not in (Scope.WINDOW, Scope.PROPOSAL)
            for key in self._keys[command.id]
        }
        return [key for key in changed if key not in of_page]


def _usual(keys: Sequence[QKeySequence]) -> str:
    if not keys:
        return tr("it has no key")
    return tr("the default, {keys}, is used", keys=either(native(key) for key in keys))
