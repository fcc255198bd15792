"""The check of a window: its panel, made when it is shown first, and its commands."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtWidgets import QWidget

from cowrite.app.passages.reader_questions import WindowReaderQuestions
from cowrite.app.shared import Shared
from cowrite.editor.commands.command import Command
from cowrite.editor.common.side_panel import Side, SidePanel
from cowrite.editor.panels.check.commands import PANEL_ID
from cowrite.editor.panels.check.commands import commands as check_commands
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.localization import tr


def commands(context: CommandContext, shared: Shared) -> list[Command]:
    """The table of one window."""
    window, manager, panels = context.window, context.manager, context.window.side_panels

    def make(parent: QWidget) -> QWidget:
        from cowrite.editor.panels.check.check_panel import CheckChoices, CheckPanel

        choices = CheckChoices(
            kinds=lambda: manager.preferences.check_kinds,
            set_kinds=lambda kinds: manager.change(check_kinds=tuple(kinds)),
            kinds_changed=manager.preferences_changed,
            dismissals=shared.dismissals,
            reader=WindowReaderQuestions(window, shared),
            reader_changed=shared.bridge.status_changed,
            disk=shared.disk,
            say=window.status_line.say,
        )
        panel = CheckPanel(window.active_view, choices, window.appearance, parent)
        window.active_view_changed.connect(panel.follow)
        window.closed.connect(panel.close_for_good)
        return panel

    def go(step: int) -> None:
        from cowrite.editor.panels.check.check_panel import CheckPanel

        if not panels.shown(PANEL_ID):
            panels.show(PANEL_ID, focus=False)
        cast(CheckPanel, panels.widget(PANEL_ID)).go(step)

    panels.add(SidePanel(id=PANEL_ID, title=tr("Check"), side=Side.RIGHT, make=make))
    return check_commands(
        toggle=partial(panels.toggle, PANEL_ID),
        is_shown=partial(panels.shown, PANEL_ID),
        shown_changed=panels.changed,
        go=go,
    )
