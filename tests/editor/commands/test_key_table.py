"""Which key does what, as a list to read."""

from __future__ import annotations

import pytest

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.commands.key_table import guide_ids, guide_table, key_rows
from cowrite.editor.commands.registry import CommandRegistry

pytestmark = pytest.mark.usefixtures("qapp")


def command(name: str, group: str, *keys: str, **more: str) -> Command:
    return Command(
        id=name,
        title=f"&{name}…",
        group=group,
        keys=key_sequences(*keys),
        run=lambda: None,
        **more,  # type: ignore[arg-type]
    )


def test_each_command_with_a_key_has_a_row_and_groups_stay_together() -> None:
    registry = CommandRegistry(
        [
            command("save", "File", "Ctrl+S", "F2"),
            command("undo", "Edit", "Ctrl+Z", help="Undo everything"),
            command("logs", "Help"),
            command("open", "File", "Ctrl+O"),
        ]
    )
    assert key_rows(registry) == [
        ("Ctrl+S or F2", "save"),
        ("Ctrl+O", "open"),
        ("Ctrl+Z", "Undo everything"),
    ]
    assert guide_table(registry) == (
        "File:\n\n| key | does |\n| --- | --- |\n"
        "| `Ctrl+S`, `F2` | save |\n| `Ctrl+O` | open |\n\n"
        "Edit:\n\n| key | does |\n| --- | --- |\n"
        "| `Ctrl+Z` | Undo everything |"
    )
    assert guide_ids(registry) == "- File: `save`, `open`\n- Edit: `undo`\n- Help: `logs`"


def test_the_keys_are_those_of_now() -> None:
    registry = CommandRegistry([command("save", "File", "Ctrl+S"), command("logs", "Help")])
    registry.bind({}, {"save": [], "logs": ["F4"]})
    assert key_rows(registry) == [("F4", "logs")]
