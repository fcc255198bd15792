"""The project of a window: the folder whose texts stand beside the page, and how they are opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from cowrite.editor.commands.command import Command
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.side_panel import Side, SidePanel
from cowrite.editor.panels.project.commands import PANEL_ID
from cowrite.editor.panels.project.commands import commands as project_commands
from cowrite.editor.shell.commands.context import CommandContext


def commands(context: CommandContext, disk: Disk) -> list[Command]:
    """Its commands; the panel is made when it is shown first."""
    window, manager, panels = context.window, context.manager, context.window.side_panels

    def folder() -> Path | None:
        chosen = manager.preferences.project_folder
        return Path(chosen) if chosen else None

    def choose() -> None:
        chosen = context.dialogs.folder_for(window, "Open folder")
        if chosen is None:
            return
        manager.change(project_folder=str(chosen))
        panels.show(PANEL_ID)

    def make(parent: QWidget) -> QWidget:
        from cowrite.editor.panels.project.project_files import ProjectServices
        from cowrite.editor.panels.project.project_panel import ProjectPanel

        panel = ProjectPanel(
            ProjectServices(
                appearance=window.appearance,
                disk=disk,
                dialogs=context.dialogs,
                folder=folder,
                choose_folder=choose,
                open_file=lambda path: manager.open_paths([path]),
                held=lambda path: any(view.document.is_in(path) for view in manager.views),
                say=manager.tell,
            ),
            parent,
        )
        manager.preferences_changed.connect(panel.follow_preferences)
        window.closed.connect(panel.close_for_good)
        return panel

    panels.add(SidePanel(id=PANEL_ID, title="Project", side=Side.LEFT, make=make))
    return project_commands(
        open_folder=choose,
        toggle=lambda: panels.toggle(PANEL_ID),
        is_shown=lambda: panels.shown(PANEL_ID),
        shown_changed=panels.changed,
    )
