"""The project of a window: the folder whose texts stand beside the page, and how they are opened."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from cowrite.app.shared import Shared
from cowrite.editor.commands.command import Command
from cowrite.editor.common.side_panel import Side, SidePanel
from cowrite.editor.panels.project.commands import PANEL_ID
from cowrite.editor.panels.project.commands import commands as project_commands
from cowrite.editor.panels.project.folder_listing import texts_below
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.files.file_moving import FileMoving
from cowrite.localization import tr


def commands(context: CommandContext, shared: Shared) -> list[Command]:
    """Its commands; the panel is made when it is shown first."""
    window, manager, panels = context.window, context.manager, context.window.side_panels
    beside, disk, versions = window.beside_page, shared.disk, shared.versions.store
    moving = FileMoving(manager, shared.identities, versions, disk, shared.states, texts_below)

    def choose() -> None:
        chosen = context.dialogs.folder_for(window, tr("Open folder"))
        if chosen is not None:
            open_folder(chosen)

    def open_folder(folder: Path | None) -> None:
        if folder is not None and not window.is_private:
            manager.session.change(lambda session: session.with_folder(folder))
        beside.open_folder(folder)
        panels.show(PANEL_ID)

    def make(parent: QWidget) -> QWidget:
        from cowrite.editor.panels.project.project_files import ProjectServices
        from cowrite.editor.panels.project.project_panel import ProjectPanel

        panel = ProjectPanel(
            ProjectServices(
                appearance=window.appearance,
                disk=disk,
                dialogs=context.dialogs,
                folder=lambda: beside.folder,
                recent=lambda: manager.session.folders,
                choose_folder=choose,
                open_folder=open_folder,
                open_file=lambda path: manager.open_paths([path]),
                move=moving.move,
                is_open=lambda path: bool(moving.open_below(path)),
                say=manager.tell,
            ),
            parent,
        )
        beside.folder_changed.connect(panel.follow_folder)
        window.closed.connect(panel.close_for_good)
        return panel

    panels.add(SidePanel(id=PANEL_ID, title=tr("Project"), side=Side.LEFT, make=make))
    return project_commands(
        open_folder=choose,
        toggle=lambda: panels.toggle(PANEL_ID),
        is_shown=lambda: panels.shown(PANEL_ID),
        shown_changed=panels.changed,
    )
