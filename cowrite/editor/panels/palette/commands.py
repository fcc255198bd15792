"""The commands that open the palette and the quick switcher, and which commands were run from the palette lately."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.localization import tr, tr_noop

if TYPE_CHECKING:  # imported when it is opened
    from cowrite.editor.panels.palette.switcher import Place

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
            title=tr("&Command palette…"),
            group=tr_noop("Help"),
            help=tr("Find a command and run it"),
            keys=key_sequences("Ctrl+Shift+P"),
            run=show,
        )
    ]


def switcher_commands(
    window: QWidget,
    *,
    documents: Callable[[], Sequence[Place]],
    headings: Callable[[], Sequence[Place]],
    scale: Callable[[], float],
    give_back: Callable[[], object],
) -> list[Command]:
    """The way to another document, or to a heading of this one."""

    def show() -> None:
        from cowrite.editor.panels.palette.switcher import QuickSwitcher

        for before in window.findChildren(QuickSwitcher):
            before.hide()
            before.deleteLater()
        QuickSwitcher(
            window, documents=documents, headings=headings, scale=scale(), give_back=give_back
        ).open()

    return [
        Command(
            id="switcher.show",
            title=tr("&Go to…"),
            group=tr_noop("File"),
            help=tr("Go to another document, or to a heading"),
            keys=key_sequences("Ctrl+Shift+O"),
            run=show,
        )
    ]


def passage_commands(show: Callable[[], object], can: Callable[[], bool]) -> list[Command]:
    """The list of what can be done with a passage; ``show`` opens it."""
    return [
        Command(
            id="passage.choose",
            title=tr("W&ork on this passage…"),
            group=tr_noop("Passage"),
            help=tr("Choose what is to be done with a passage"),
            keys=key_sequences("Ctrl+Return", "Ctrl+Enter"),
            run=show,
            enabled=can,
        )
    ]
