"""The desktop program of one run: what happens when it begins, when something changes everywhere, and when it ends.

Imports no torch, and starts no thread that would, before the first window is painted.
"""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from cowrite.app.after_painting import after_painting
from cowrite.app.engines import MakeWorker
from cowrite.app.error_report import ErrorReports
from cowrite.app.finishing import close_each, wait_for
from cowrite.app.first_start import FirstStart
from cowrite.app.forgetting import forget_everywhere
from cowrite.app.language.switching import LanguageSwitch
from cowrite.app.shared import Shared, follow_log_settings
from cowrite.app.single_instance import SingleInstance
from cowrite.app.window_factory import WindowFactory
from cowrite.base.clock import Clock, SystemClock
from cowrite.decisions.maintenance.erasing import Erasure
from cowrite.documents.files_to_open import FilesToOpen
from cowrite.documents.session import Session, load_session
from cowrite.editor.assistance.model_host import InstallCommand
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.flow import Flow, Later, begin
from cowrite.editor.common.messages import MOST_AT_ONCE
from cowrite.editor.dialogs.dialogs import Dialogs, QtDialogs
from cowrite.editor.document.document import Document
from cowrite.editor.panels.personalization.learning import (
    Learning,
    LearningCommand,
    learning_command,
)
from cowrite.editor.panels.privacy.log_maintenance import LogMaintenance
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.extras_room import ExtrasRoom
from cowrite.editor.shell.files.interrupted_saves import offer_interrupted_saves
from cowrite.editor.shell.files.reopener import Reopener
from cowrite.editor.shell.models_room import ModelsRoom
from cowrite.editor.shell.tool_windows import ToolWindows
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.engine.messages import EngineStatus
from cowrite.localization import tr, tr_noop
from cowrite.models.store import ModelStore
from cowrite.settings.exclusions import is_excluded
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore
from cowrite.settings.this_program import this_program

logger = logging.getLogger(__name__)

FINISHING = tr_noop("Cowrite is saving what you wrote…")
FINISHING_LIMIT_MS = 20_000
RECOVERED = tr_noop(
    "Cowrite closed unexpectedly last time. Your text is back as it was a few seconds before "
    "that; an asterisk in the title marks unsaved changes. Save what you want to keep."
)


class Program(QObject):
    """Everything of one run of the desktop program, built and connected."""

    def __init__(
        self,
        application: QApplication,
        paths: Paths,
        instance: SingleInstance | None = None,
        *,
        make_engine: MakeWorker | None = None,
        command: InstallCommand | None = None,
        learning: LearningCommand | None = None,
        dialogs: Dialogs | None = None,
        clock: Clock | None = None,
        models: ModelStore | None = None,
        disk: Disk | None = None,
    ) -> None:
        super().__init__()
        self._application = application
        self._paths = paths
        self._instance = instance
        self._dialogs = dialogs or QtDialogs()
        self._install_model = self._begun = self._model_begun = self._assists = self._closed = False
        self._offered = Later[None]()
        self._errors = ErrorReports(self)

        store = PreferencesStore(paths.settings_file)
        loaded = store.load()
        self._session, problem = load_session(paths.session_file)
        self._excluded = loaded.preferences.excluded
        shared = self._shared = Shared(
            application,
            paths,
            clock or SystemClock(),
            loaded.preferences,
            preferences=lambda: self.manager.preferences,
            make_worker=make_engine,
            command=command,
            models=models,
            disk=disk,
            parent=self,
        )
        self._problems = [*loaded.problems, problem, shared.identities.problem]
        self.appearance, self.bridge, self.model = shared.appearance, shared.bridge, shared.model
        self.decisions, self.journal_writer = shared.decisions, shared.journal_writer
        self.snooze, self.power = shared.snooze, shared.power
        self._factory = WindowFactory(
            shared, self._dialogs, lambda page: self.learning.follow_page(page)
        )
        self.log_maintenance = LogMaintenance(self.decisions, paths, shared.clock, self)
        self.manager = self._build_manager(store, loaded.preferences)
        self._first_start = FirstStart(self.manager)
        self.language = LanguageSwitch(
            application, self.manager, self.appearance, loaded.preferences, lambda: self.has_begun
        )
        self.learning = self._build_learning(learning or learning_command(paths.home), models)
        self.models = ModelsRoom(
            self.manager,
            shared.models,
            shared.catalogue,
            self._dialogs,
            paths,
            lambda words: [*this_program(paths.home), "models", *words],
        )
        self.extras = ExtrasRoom(self.manager, paths, self._dialogs)
        self.side = self._build_tool_windows()
        self._connect()

    def _build_manager(self, store: PreferencesStore, preferences: Preferences) -> WindowManager:
        return WindowManager(
            make_view=lambda chosen, private: self._factory.make_view(chosen, private=private),
            make_window=self._make_window,
            appearance=self.appearance,
            store=store,
            preferences=preferences,
            session_file=self._paths.session_file,
            session=self._session,
            open_documents=self._shared.open_documents,
            unkept=self.journal_writer.unkept,
            disk=self._shared.disk,
            states=self._shared.states,
            dialogs=self._dialogs,
            parent=self,
        )

    def _build_tool_windows(self) -> ToolWindows:
        return ToolWindows(
            manager=self.manager,
            model=self.model,
            learning=self.learning,
            log_maintenance=self.log_maintenance,
            appearance=self.appearance,
            paths=self._paths,
            dialogs=self._dialogs,
            clock=self._shared.clock,
            reading=self._shared.reading,
            server_keys=self._shared.server_keys,
            models=self.models,
            extras=self.extras,
        )

    def _build_learning(self, command: LearningCommand, models: ModelStore | None) -> Learning:
        return Learning(
            manager=self.manager,
            bridge=self.bridge,
            model=self.model,
            appearance=self.appearance,
            paths=self._paths,
            clock=self._shared.clock,
            dialogs=self._dialogs,
            command=command,
            models=models,
            noticed=lambda: self._shared.habits.noticed,
            change_noticed=self._shared.habits.change,
            parent=self.manager,
        )

    def _make_window(self, preferences: Preferences, view: EditorView) -> EditorWindow:
        window = self._factory.make(preferences, view)
        commands = self._factory.add_commands(window, self.manager, self.side)
        self._problems += commands.problems
        window.first_painted.connect(self._begin)
        self.learning.follow_window(window)
        self._first_start.follow_window(window)
        return window

    def _connect(self) -> None:
        manager = self.manager
        manager.emptied.connect(self._application.quit)
        manager.preferences_changed.connect(self._on_preferences)
        manager.document_used.connect(self._on_document_used)
        self.snooze.keep.connect(lambda until_ms: manager.change(snoozed_until_ms=until_ms))
        self.model.noticed.connect(manager.notice)
        self.model.progress_said.connect(manager.say_progress)
        self.model.went_back.connect(lambda values: manager.change(**values))
        self.model.card_asked.connect(self.extras.explain_card)
        self.bridge.status_changed.connect(self._on_status)
        self.language.switched.connect(self.model.tell_again)
        self._shared.reports.log_problem.connect(manager.tell)
        self._shared.spelling.problem.connect(manager.tell)
        self.log_maintenance.forgotten.connect(self._on_forgotten)
        self._shared.reports.journal_done.connect(manager.journal_done)
        self._errors.happened.connect(manager.tell_error)
        if self._instance is not None:
            self._instance.files_received.connect(self._on_files_received)
            manager.emptied.connect(self._instance.stop_listening)
        self._application.commitDataRequest.connect(self._on_session_ends)

    @property
    def has_begun(self) -> bool:
        """Whether the first window was painted and everything else was started."""
        return self._model_begun and self._offered.is_done

    # --- beginning ---

    def open(
        self, opening: FilesToOpen | None = None, *, install_model: bool = False
    ) -> Flow[None]:
        """Show the windows: ``opening``, or what was open last time, and text that was never saved."""
        self._install_model = install_model
        return Flow(self._open_all(opening or FilesToOpen()))

    async def _open_all(self, opening: FilesToOpen) -> None:
        self._problems += opening.problems
        reopener = Reopener(
            self.manager,
            self._shared.journal,
            self.journal_writer,
            self._shared.identities,
            self._shared.open_documents,
            self._shared.disk,
        )
        session = Session() if opening.loaded else self._session
        self._problems += await reopener.reopen(session)
        for loaded in opening.loaded:
            view = await self.manager.opening.show_read(loaded)
            window = self.manager.window_of(view)
            if window is not None:
                window.stack.activate(view)
        if not self.manager.windows:
            self.manager.new_window()
        if reopener.found_unsaved and self._instance is not None and self._instance.took_over:
            self._problems.insert(0, tr(RECOVERED))
        for window in self.manager.windows:
            self.manager.bring_forward(window)
        if self._begun:
            self._tell_problems()  # of what took its time

    def _begin(self) -> None:
        """The first window is painted: now everything that takes its time."""
        if self._begun or self._closed:
            return
        self._begun = True
        self.decisions.begin_session(self._shared.session_id)
        self.decisions.start()
        self._tell_problems()
        shared = self._shared
        saves_dir, journal = self._paths.saves_dir, shared.journal
        begin(
            self._offered,
            offer_interrupted_saves(self.manager, journal, shared.clock, saves_dir, shared.disk),
        )
        self._begin_assistance()
        self.manager.save_session()
        self._first_start.greet()
        self.extras.begin()
        # Once what was said here is painted: importing torch takes the interpreter for a while.
        after_painting(self, self._begin_model)

    def _begin_model(self) -> None:
        if not self._closed:
            self._model_begun = True
            self.power.refresh()
            self.model.begin(install=self._install_model)

    def _begin_assistance(self) -> None:
        """Begin what learns from the writer, once, as soon as the writer uses AI."""
        chosen, shared = self.manager.preferences, self._shared
        if self._assists or not chosen.assistance:
            return
        self._assists = True
        shared.filter_fitting.start()
        shared.pauses_store.start()
        self.learning.begin()
        shared.recent.read(
            [path for path in self.manager.recent if not is_excluded(path, chosen.excluded)]
        )

    def _tell_problems(self) -> None:
        """Say what was the matter at the start. A window shows few messages at once; many sentences make one."""
        problems = list(dict.fromkeys(filter(None, self._problems)))
        self._problems = []
        if len(problems) >= MOST_AT_ONCE:
            problems = ["\n".join(problems)]
        for problem in problems:
            self.manager.tell(problem)

    # --- what happens ---

    def _on_preferences(self, preferences: Preferences) -> None:
        follow_log_settings(self.decisions, preferences)
        self._shared.spelling.set_on(preferences.spelling)
        self._shared.reading.follow_preferences(preferences)
        if preferences.excluded != self._excluded:
            self._excluded = preferences.excluded
            # What is no longer left alone may be known again.
            for document in self._own_documents():
                self._on_document_used(document.document_id, str(document.path or ""))
        if self._begun:
            self.model.apply(preferences)
            self._begin_assistance()

    def _on_status(self, status: EngineStatus) -> None:
        if status.announcement:
            self.manager.tell(status.announcement)

    def _on_forgotten(self, erasure: Erasure) -> None:
        """It is in no file any more: nor is it to be in memory, or noted as open lately. What is open stays open."""
        forget_everywhere(erasure, self.manager, self._shared)
        self.decisions.begin_session(self._shared.session_id)
        for document in self._own_documents():
            document.files.note_identity()
            document.undo_memory.forget()
            self._on_document_used(document.document_id, str(document.path or ""))

    def _own_documents(self) -> list[Document]:
        """The open documents that are not private."""
        documents = [view.document for view in self.manager.views]
        return [document for document in documents if not document.is_private]

    def _on_document_used(self, document_id: str, path: str) -> None:
        if not is_excluded(Path(path) if path else None, self.manager.preferences.excluded):
            self.decisions.register_document(document_id, path)

    def _on_files_received(self, names: list[str]) -> None:
        self.manager.open_paths([Path(name) for name in names])
        if not names and self.manager.front is not None:
            self.manager.bring_forward(self.manager.front)

    def _on_session_ends(self, _manager: object) -> None:
        self.manager.keep_everything()
        wait_for(
            self._shared.states.settled(), tr(FINISHING), FINISHING_LIMIT_MS
        )  # the system may end it at once

    # --- the end ---

    def close(self) -> None:
        """Keep everything, close every window, end every thread. May be called again."""
        if self._closed:
            return
        self._closed = True
        close_each(
            self.snooze.close,
            lambda: wait_for(self.manager.quit()),
            self.bridge.drop,  # it ends while everything else is written
            self._shared.recent.close,
            self.power.close,
            self.learning.close,
            self._write_the_rest,
            self.models.close,
            self.extras.close,
            self.model.close,
            self._shared.archive.close,
            self.log_maintenance.close,
            self._shared.own_disk.close,
        )
        self._errors.close()

    def _write_the_rest(self) -> None:
        """Wait, visibly, for what is still to be written; a disk that does not answer keeps no program from ending."""
        self._shared.pauses_store.close()
        self._shared.progress.close()
        self._shared.voice.close()
        self._shared.reading.close()
        wait_for(self._shared.states.settled(), tr(FINISHING), FINISHING_LIMIT_MS)
        closes = self._shared.filter_fitting.close, self.journal_writer.close, self.decisions.close
        ended = self._shared.disk.run(lambda: close_each(*closes))
        if not wait_for(ended, tr(FINISHING), FINISHING_LIMIT_MS):
            logger.error("not everything could be written within %s ms", FINISHING_LIMIT_MS)
