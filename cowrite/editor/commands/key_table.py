"""Which key does what, as a list to read: for the window of keys and for the user guide."""

from __future__ import annotations

from collections.abc import Sequence

from cowrite.editor.commands.command import Command
from cowrite.editor.commands.key_rules import either, native, portable
from cowrite.editor.commands.registry import CommandRegistry

GUIDE_HEAD = ("| key | does |", "| --- | --- |")


def key_rows(registry: CommandRegistry) -> list[tuple[str, str]]:
    """The keys of each command that has some, as this system names them, and what they do."""
    return [
        (either(dict.fromkeys(map(native, registry.keys_of(command.id)))), _does(command))
        for command in _with_keys(registry)
        if command.available()
    ]


def guide_table(registry: CommandRegistry) -> str:
    """The same in Markdown, under the heading of each group, with the names that keys have in settings files."""
    lines: list[str] = []
    group = ""
    for command in _with_keys(registry):
        if command.group != group:
            group = command.group
            lines += [*([""] if lines else []), f"{group}:", "", *GUIDE_HEAD]
        keys = ", ".join(f"`{portable(key)}`" for key in registry.keys_of(command.id))
        lines.append(f"| {keys} | {_does(command)} |")
    return "\n".join(lines)


def guide_ids(registry: CommandRegistry) -> str:
    """The ids of all commands in Markdown, a line for each group."""
    groups: dict[str, list[str]] = {}
    for command in registry.commands:
        groups.setdefault(command.group, []).append(f"`{command.id}`")
    return "\n".join(f"- {group}: {', '.join(ids)}" for group, ids in groups.items())


def _with_keys(registry: CommandRegistry) -> Sequence[Command]:
    """In the order of their groups' first commands."""
    groups = list(dict.fromkeys(command.group for command in registry.commands))
    return sorted(
        (command for command in registry.commands if registry.keys_of(command.id)),
        key=lambda command: groups.index(command.group),
    )


def _does(command: Command) -> str:
    return command.help or command.name.removesuffix("…")
