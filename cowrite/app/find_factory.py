"""Makes find and replace of a window, when it is asked for first: no start waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cowrite.editor.commands.command import Command
from cowrite.editor.panels.find import commands as find_commands
from cowrite.editor.shell.commands.context import CommandContext

if TYPE_CHECKING:
    from cowrite.editor.panels.find.finder import Finder


def commands(context: CommandContext) -> list[Command]:
    """The table of find and replace in the window of ``context``."""
    window = context.window
    made: list[Finder] = []

    def finder() -> Finder:
        if not made:
            from cowrite.editor.panels.find.finder import Finder

            its = Finder(lambda: window.active_view, window.appearance, window)
            window.put_below_page(its.bar)
            window.active_view_changed.connect(its.follow)
            window.closed.connect(its.close)
            made.append(its)
        return made[0]

    return find_commands.commands(finder)
