"""Builds one window with everything that belongs to it: page, document, suggestions, provenance, commands."""

from __future__ import annotations

from cowrite.app.command_tables import gather
from cowrite.app.shared import Shared
from cowrite.documents.journal_writer import NoJournal
from cowrite.editor.assistance.suggestion_binding import SuggestionBinding
from cowrite.editor.assistance.suggestion_policy import DocumentPolicy
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.common.qt_timer import QtTimer
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.document.document_keeper import DocumentKeeper
from cowrite.editor.document.provenance_keeper import ProvenanceKeeper
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.panels.personalization.learning import Learning
from cowrite.editor.panels.provenance.origin_view import OriginView
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.commands.menu_layout import MENU_BAR
from cowrite.editor.shell.statement_export import StatementExport
from cowrite.editor.shell.tool_windows import ToolWindows
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.provenance.authorship_share import origin_line
from cowrite.settings.preferences import Preferences


class WindowFactory:
    """Makes windows of what they share, and connects each."""

    def __init__(self, shared: Shared, dialogs: Dialogs) -> None:
        self._shared = shared
        self._dialogs = dialogs

    def make(self, preferences: Preferences, *, private: bool) -> EditorWindow:
        """A window with nothing in it."""
        shared = self._shared
        page = PageEdit(
            shared.appearance.theme,
            shared.appearance.fonts,
            reduced_motion=preferences.reduced_motion,
        )
        keeper = DocumentKeeper(
            page,
            NoJournal() if private else shared.journal_writer,
            shared.clock,
            shared.identities.unkept() if private else shared.identities,
            shared.open_documents,
            shared.paths.saves_dir,
        )
        window = EditorWindow(
            page=page,
            keeper=keeper,
            binding=self._suggestions(page, keeper, preferences, private=private),
            bridge=shared.bridge,
            appearance=shared.appearance,
            preferences=preferences,
        )
        window.status_line.problem_clicked.connect(shared.model.explain)
        if not private:
            shared.decisions.register_document(keeper.document_id, "")
        return window

    def _suggestions(
        self, page: PageEdit, keeper: DocumentKeeper, preferences: Preferences, *, private: bool
    ) -> SuggestionBinding:
        shared = self._shared
        return SuggestionBinding(
            page=page,
            bridge=shared.bridge,
            quiet=DocumentPolicy(page, keeper, shared.snooze, preferences, private=private),
            power=shared.power,
            sink=shared.decisions,
            clock=shared.clock,
            session_id=shared.session_id,
            preferences=preferences,
            gate=lambda: shared.gate.gate,
            is_paused=lambda: shared.decisions.is_paused,
        )

    def add_commands(
        self, window: EditorWindow, manager: WindowManager, tools: ToolWindows, learning: Learning
    ) -> WindowCommands:
        """Give the window its menus, its keys and its view of authorship."""
        shared = self._shared
        provenance = self._follow_provenance(window)
        origins = OriginView(window.page, provenance, shared.appearance)
        window.put_below_page(origins.legend)
        window.closed.connect(origins.close)
        context = CommandContext(
            registry=CommandRegistry(),
            window=window,
            manager=manager,
            model=shared.model,
            dialogs=self._dialogs,
            snooze=shared.snooze,
            tools=tools,
            origins=origins,
            show_personalization=learning.show,
            export_statement=StatementExport(
                window,
                provenance,
                self._dialogs,
                shared.paths.decision_log,
                shared.clock,
                shared.paths.saves_dir,
            ).export,
            logs=shared.paths.logs,
        )
        gather(context)
        return WindowCommands(context, MENU_BAR)

    def _follow_provenance(self, window: EditorWindow) -> ProvenanceKeeper:
        shared = self._shared
        provenance = ProvenanceKeeper(
            page=window.page,
            keeper=window.keeper,
            quiet=window.binding.quiet,
            taking=lambda: window.binding.controller.taking,
            archive=shared.archive,
            timer=QtTimer(window.page),
            session_id=shared.session_id,
        )
        window.closed.connect(provenance.close)
        provenance.settled.connect(
            lambda: window.status_line.set_origin(origin_line(provenance.ranges))
        )
        return provenance
