"""Builds one window with everything that belongs to it: page, document, suggestions, provenance, commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cowrite.app import spelling_factory
from cowrite.app.command_tables import gather
from cowrite.app.language_notes import LanguageNotes
from cowrite.app.passages import factory as passages
from cowrite.app.shared import Shared
from cowrite.editor.assistance.suggestion_binding import SuggestionBinding
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.side_panel import Side, SidePanel
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.document.document import Document, DocumentServices
from cowrite.editor.markup.structure import structure_of
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.panels.goals.commands import PANEL_ID as GOALS
from cowrite.editor.panels.history.commands import PANEL_ID as HISTORY
from cowrite.editor.panels.notes.commands import PANEL_ID as NOTES
from cowrite.editor.panels.outline.commands import PANEL_ID as OUTLINE
from cowrite.editor.panels.provenance.origin_view import OriginView
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.commands.menu_layout import MENU_BAR
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.frame.dropped_files import DroppedFiles
from cowrite.editor.shell.tabs.tab_menu import TabMenu
from cowrite.editor.shell.tool_windows import ToolWindows
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.editor.writing.list_typing import ListTyping
from cowrite.editor.writing.rich_text import PastedRichText
from cowrite.editor.writing.smart_typing import SmartTyping
from cowrite.localization import tr
from cowrite.settings.preferences import Preferences

if TYPE_CHECKING:
    from cowrite.editor.shell.statement_export import StatementExport


class WindowFactory:
    """Makes windows of what they share, and connects each. ``follow_page`` hears of each page on which is written."""

    def __init__(
        self, shared: Shared, dialogs: Dialogs, follow_page: Callable[[PageEdit], None]
    ) -> None:
        self._shared = shared
        self._dialogs = dialogs
        self._follow_page = follow_page

    def make(self, preferences: Preferences, view: EditorView) -> EditorWindow:
        """A window with ``view`` in it."""
        shared = self._shared
        window = EditorWindow(
            view=view,
            bridge=shared.bridge,
            appearance=shared.appearance,
            preferences=preferences,
        )
        window.status_line.problem_clicked.connect(shared.model.explain)
        window.counts.counted.connect(shared.progress.counted)
        return window

    def make_view(self, preferences: Preferences, *, private: bool) -> EditorView:
        """A view of a new document, with everything that belongs to one view."""
        shared = self._shared
        document = Document(self._document_services(), preferences, is_private=private)
        page = PageEdit(
            shared.appearance.theme,
            shared.appearance.fonts,
            document,
            reduced_motion=preferences.reduced_motion,
        )
        view = EditorView(document, page)
        view.bind(
            SuggestionBinding(
                view=view,
                bridge=shared.bridge,
                power=shared.power,
                sink=shared.decisions,
                clock=shared.clock,
                session_id=shared.session_id,
                preferences=preferences,
                own_filter=lambda: shared.filter_store.own_filter,
                pauses=shared.pauses_store.pauses,
                is_paused=lambda: shared.decisions.is_paused,
            )
        )
        if not private:
            shared.decisions.register_document(document.document_id, "")
        self.equip(view)
        return view

    def equip(self, view: EditorView) -> None:
        """Add what rooms have for each view. It goes with the view, and may assume neither a window nor to be in front.

        A room makes its object here, with the view as its parent. What is one for a window, such as a panel or a bar,
        is made in :meth:`add_commands` and follows the window's ``active_view_changed``.
        """
        shared = self._shared
        spelling_factory.equip(view, shared.spelling, shared.appearance, shared.bridge)
        passages.equip(view, shared)
        self._follow_page(view.page)
        structure = structure_of(view.document)
        signs = SmartTyping(view.page, structure, lambda: view.document.path, shared.preferences)
        view.page.set_typing_aid(ListTyping(view.page, structure, signs))
        view.page.rich_text = PastedRichText(view.page, structure, partial(_say_below, view))

    def _document_services(self) -> DocumentServices:
        shared = self._shared
        return DocumentServices(
            unsaved=shared.journal_writer,
            clock=shared.clock,
            identities=shared.identities,
            open_documents=shared.open_documents,
            snooze=shared.snooze,
            archive=shared.archive,
            session_id=shared.session_id,
            disk=shared.disk,
            keep_in=shared.paths.saves_dir,
            versions=shared.versions,
            watcher=shared.watcher,
        )

    def add_commands(
        self, window: EditorWindow, manager: WindowManager, tools: ToolWindows
    ) -> WindowCommands:
        """Give the window its menus, its keys and its view of authorship."""
        shared = self._shared
        origins = OriginView(window.active_view, shared.appearance, window)
        window.active_view_changed.connect(origins.follow)
        window.put_below_page(origins.legend)
        window.renewals.add("origins", lambda: origins.is_on or None, lambda _: origins.switch())
        window.closed.connect(origins.close)
        following = Connections()
        # A function would be kept by the signal for good, and with it the window and its document.
        following.add(manager.preferences_changed, origins.follow_preferences)
        window.closed.connect(following.end)
        self._add_history(window)
        self._add_outline(window)
        self._add_goals(window, manager)
        self._add_notes(window, manager)
        registry = CommandRegistry()

        def take_in(files: Sequence[Path]) -> None:
            if not tools.models.take_dropped(window, files, registry):
                manager.open_paths(files, private=window.is_private)

        DroppedFiles(window, take_in)
        statement = self._statement_export(window)
        context = CommandContext(
            registry=registry,
            window=window,
            manager=manager,
            model=shared.model,
            dialogs=self._dialogs,
            snooze=shared.snooze,
            tools=tools,
            origins=origins,
            export_statement=lambda: statement().export(),
            logs=shared.paths.logs,
            keep_in=shared.paths.saves_dir,
        )
        gather(context, shared)
        TabMenu(window.stack, context.registry)
        LanguageNotes(window, shared)
        return WindowCommands(context, MENU_BAR)

    def _statement_export(self, window: EditorWindow) -> Callable[[], StatementExport]:
        @cache
        def make() -> StatementExport:
            # When it is asked for: a start needs none of it.
            from cowrite.editor.shell.statement_export import StatementExport

            paths, clock = self._shared.paths, self._shared.clock
            return StatementExport(
                window, self._dialogs, paths.decision_log, clock, paths.saves_dir
            )

        return make

    def _add_outline(self, window: EditorWindow) -> None:
        appearance = self._shared.appearance

        def make(parent: QWidget) -> QWidget:
            # Not before it is wanted: a start needs none of it.
            from cowrite.editor.panels.outline.outline_panel import OutlinePanel

            panel = OutlinePanel(window.active_view, appearance, parent)
            window.active_view_changed.connect(panel.follow)
            window.closed.connect(panel.close_for_good)
            return panel

        window.side_panels.add(
            SidePanel(id=OUTLINE, title=tr("Outline"), side=Side.LEFT, make=make)
        )

    def _add_goals(self, window: EditorWindow, manager: WindowManager) -> None:
        shared = self._shared

        def make(parent: QWidget) -> QWidget:
            from cowrite.editor.panels.goals.goals_panel import GoalsPanel

            panel = GoalsPanel(
                window.active_view,
                shared.progress,
                shared.appearance,
                words=lambda: window.counts.words,
                daily_goal=lambda: manager.preferences.daily_goal,
                set_daily_goal=lambda words: manager.change(daily_goal=words),
                parent=parent,
            )
            window.active_view_changed.connect(panel.follow)
            window.counts.shown.connect(panel.refresh)
            window.closed.connect(panel.close_for_good)
            return panel

        window.side_panels.add(SidePanel(id=GOALS, title=tr("Goals"), side=Side.RIGHT, make=make))

    def _add_notes(self, window: EditorWindow, manager: WindowManager) -> None:
        shared = self._shared

        def make(parent: QWidget) -> QWidget:
            from cowrite.editor.panels.notes.notes_panel import NotesPanel

            view = window.active_view
            panel = NotesPanel(view, shared.notes, shared.disk, shared.states, manager.tell, parent)
            window.active_view_changed.connect(panel.follow)
            window.closed.connect(panel.close_for_good)
            return panel

        window.side_panels.add(SidePanel(id=NOTES, title=tr("Notes"), side=Side.RIGHT, make=make))

    def _add_history(self, window: EditorWindow) -> None:
        shared = self._shared

        def make(parent: QWidget) -> QWidget:
            from cowrite.editor.panels.history.history_panel import HistoryPanel

            panel = HistoryPanel(
                window.active_view, shared.clock, shared.appearance, self._dialogs, parent
            )
            window.active_view_changed.connect(panel.follow)
            window.closed.connect(panel.close_for_good)
            return panel

        window.side_panels.add(
            SidePanel(id=HISTORY, title=tr("History"), side=Side.RIGHT, make=make)
        )


def _say_below(view: EditorView, text: str) -> None:
    """Say it in the status line of the window that the view is in."""
    window = view.page.window()
    if isinstance(window, EditorWindow):
        window.status_line.say(text)
