"""The command that opens the palette, and which commands were run from it lately."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.commands.registry import CommandRegistry

ID = "palette.show"
MOST_RECENT = 8


def commands(
    window: QWidget,
    registry: CommandRegistry,
    *,
    scale: Callable[[], float],
    recent: Callable[[], Sequence[str]],
    set_recent: Callable[[tuple[str, ...]], object],
    give_back: Callable[[], object],
) -> list[Command]:
    """The table of one window. ``give_back`` gives the keyboard to its page."""

    def used(command_id: str) -> None:
        others = (each for each in recent() if each != command_id)
        set_recent((command_id, *others)[:MOST_RECENT])

    def show() -> None:
        # Imported when it is asked for: the first window of a start does not wait for it.
        from cowrite.editor.panels.palette.palette import CommandPalette

        for before in window.findChildren(CommandPalette):
            before.hide()
            before.deleteLater()
        CommandPalette(
            window, registry, scale=scale(), recent=recent, used=used, give_back=give_back
        ).open()

    return [
        Command(
            id=ID,
            title="&Command palette…",
            group="Help",
            help="Find a command and run it",
            keys=key_sequences("Ctrl+Shift+P"),
            run=show,
        )
    ]
