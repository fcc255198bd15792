"""Makes find and replace of a window, when it is asked for first: no start waits for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cowrite.base.errors import UserError
from cowrite.documents.files import read_document
from cowrite.editor.commands.command import Command
from cowrite.editor.common.flow import Flow
from cowrite.editor.common.side_panel import Side, SidePanel
from cowrite.editor.document.document_files import ClosedMeanwhileError
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.panels.find import commands as find_commands
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.localization import tr

if TYPE_CHECKING:
    from cowrite.editor.panels.find.files_panel import FilesPanel
    from cowrite.editor.panels.find.finder import Finder
    from cowrite.editor.panels.find.workspace import Workspace

FILES = "find"
"""The id of the panel."""


def commands(context: CommandContext) -> list[Command]:
    """The table of find and replace in the window of ``context``."""
    window = context.window
    made: list[Finder] = []
    panels: list[FilesPanel] = []

    def finder() -> Finder:
        if not made:
            from cowrite.editor.panels.find.finder import Finder

            its = Finder(lambda: window.active_view, window.appearance, window)
            window.put_below_page(its.bar)
            window.active_view_changed.connect(its.follow)
            window.closed.connect(its.close)
            made.append(its)
        return made[0]

    def make_panel(parent: QWidget) -> FilesPanel:
        from cowrite.editor.panels.find.files_panel import FilesPanel

        panel = FilesPanel(_workspace(context), parent)
        window.closed.connect(panel.close_down)
        panels.append(panel)
        return panel

    def find_in_files() -> None:
        page = window.active_view.page
        cursor = page.textCursor()
        selected = page.text_between(cursor.selectionStart(), cursor.selectionEnd())
        window.side_panels.show(FILES)
        for panel in panels:
            panel.begin("" if "\n" in selected else selected)

    window.renewals.add(
        "find",
        lambda: made[0].handed_over() if made and made[0].is_shown else None,
        lambda state: finder().take_over(state),
    )
    window.side_panels.add(
        SidePanel(id=FILES, title=tr("Find in documents"), side=Side.RIGHT, make=make_panel)
    )
    return find_commands.commands(finder, find_in_files)


def _workspace(context: CommandContext) -> Workspace:
    from cowrite.editor.panels.find.workspace import Workspace

    window, manager = context.window, context.manager

    def views() -> list[DocumentView]:
        """Those of this window first. What is written in private is searched from a private window only."""
        windows = sorted(manager.windows, key=lambda each: each is not window)
        return [
            view
            for each in windows
            for view in each.views
            if not view.document.is_loading and (window.is_private or not view.document.is_private)
        ]

    def held() -> list[Path]:
        documents = (view.document for each in manager.windows for view in each.views)
        return [document.path for document in documents if document.path is not None]

    def bring_forward(view: DocumentView) -> None:
        for each in manager.windows:
            for its in each.views:
                if its is view:
                    each.stack.activate(its)
                    manager.bring_forward(each)

    async def go_to(path: Path, then: Callable[[DocumentView], None]) -> None:
        try:
            shown = await manager.opening.open(path, private=window.is_private)
        except ClosedMeanwhileError:
            return
        except UserError as error:
            manager.tell(str(error))
            return
        then(shown.active_view)

    def open_file(path: Path, then: Callable[[DocumentView], None]) -> None:
        Flow(go_to(path, then))

    return Workspace(
        appearance=window.appearance,
        active=lambda: window.active_view,
        views=views,
        held=held,
        choose_folder=lambda parent: context.dialogs.folder_for(parent, tr("Search a folder")),
        read=lambda path: read_document(path, remembered=manager.encoding_of(path)),
        bring_forward=bring_forward,
        open_file=open_file,
        keep_in=context.keep_in,
    )
