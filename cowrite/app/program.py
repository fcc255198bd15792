"""The composition root of the desktop program: builds every object, connects them, and nothing else.

Imports no torch, and starts no thread that would, before the first window is painted.
"""

from __future__ import annotations

import logging
import os
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from cowrite import __version__
from cowrite.app.display_check import missing_display
from cowrite.app.error_report import ErrorReports
from cowrite.app.finishing import wait_for
from cowrite.app.shutdown_signals import ShutdownSignals
from cowrite.app.single_instance import SingleInstance
from cowrite.app.startup_error import show_start_problem
from cowrite.base.clock import Clock, SystemClock
from cowrite.base.errors import UserError
from cowrite.decisions.maintenance.erasing import Erasure
from cowrite.decisions.maintenance.retention import LogRetention
from cowrite.decisions.writing.log import DecisionLog
from cowrite.documents.files_to_open import FilesToOpen, check_files
from cowrite.documents.identity import Identities
from cowrite.documents.journal import Journal
from cowrite.documents.journal_writer import JournalWriter
from cowrite.documents.open_documents import OpenDocuments
from cowrite.documents.session import Session, load_session
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.model_host import EngineFactory, InstallCommand, ModelHost
from cowrite.editor.assistance.personal_words import RecentFiles
from cowrite.editor.assistance.power_source import PowerSource
from cowrite.editor.assistance.suggestion_binding import SuggestionBinding
from cowrite.editor.common.disk import BackgroundDisk, Disk, StateFiles
from cowrite.editor.common.flow import Flow
from cowrite.editor.common.messages import MOST_AT_ONCE
from cowrite.editor.common.qt_timer import QtTimer
from cowrite.editor.common.show_dialog import show_once
from cowrite.editor.dialogs.dialogs import Dialogs, QtDialogs
from cowrite.editor.document.document import Document, DocumentServices
from cowrite.editor.document.provenance_archive import ProvenanceArchive
from cowrite.editor.document.suggestion_policy import Snooze
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.panels.personalization.learning import (
    Learning,
    LearningCommand,
    adapter_in_use,
    learning_command,
)
from cowrite.editor.panels.privacy.log_maintenance import LogMaintenance
from cowrite.editor.panels.provenance.origin_view import OriginView
from cowrite.editor.shell.document_actions import DocumentActions
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.help import AboutDialog, KeysDialog
from cowrite.editor.shell.interrupted_saves import offer_interrupted_saves
from cowrite.editor.shell.menus import Menus, key_table
from cowrite.editor.shell.reopener import Reopener
from cowrite.editor.shell.statement_export import StatementExport
from cowrite.editor.shell.tool_windows import ToolWindows
from cowrite.editor.shell.ui_report import VARIABLE as UI_REPORT
from cowrite.editor.shell.ui_report import UiReport
from cowrite.editor.shell.welcome import Welcome
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.engine.jobs.worker import EngineWorker
from cowrite.engine.messages import Engine, EngineStatus
from cowrite.models.catalogue import load_catalogue
from cowrite.models.progress import install_command
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.personalize.adapters.forgetting import without_recent
from cowrite.provenance.authorship_share import origin_line
from cowrite.settings.exclusions import is_excluded
from cowrite.settings.logs import start_logging
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.resources import resource_path
from cowrite.settings.store import PreferencesStore
from cowrite.suggest.filter.filter_store import FilterStore
from cowrite.suggest.filter.fitting_thread import FilterFitting

__all__ = ["Program", "display_available", "missing_display", "run"]

logger = logging.getLogger(__name__)

# So long at most the engine's thread keeps the interpreter from the window; Python's own limit is ten times that.
WINDOW_WAITS_S = 0.0005
FINISHING = "Cowrite is saving what you wrote…"
FINISHING_LIMIT_MS = 20_000
RECOVERED = (
    "Cowrite closed unexpectedly last time. Your text is back as it was a few seconds before that; "
    "an asterisk in the title marks unsaved changes. Save what you want to keep."
)


def display_available() -> bool:
    """Whether a window can be shown here."""
    return missing_display() is None


def run(files: Sequence[Path], paths: Paths, *, install_model: bool = False) -> int:
    """Open the window, or hand ``files`` to the one that is open. Returns the exit status; raises UserError.

    Whoever started it from a menu is told of a UserError in a window first.
    """
    if (problem := missing_display()) is not None:
        raise problem
    try:
        paths.create()
        opening = check_files(files)
        sys.setswitchinterval(WINDOW_WAITS_S)
        with start_logging(paths.log_file) as log:
            log.catch_errors()
            return _run(make_application(), opening, paths, install_model=install_model)
    except UserError as error:
        make_application()
        show_start_problem(error)
        raise


def _run(
    application: QApplication, opening: FilesToOpen, paths: Paths, *, install_model: bool
) -> int:
    instance = SingleInstance(paths.instance_name, paths.data / "instance.lock")
    try:
        if not instance.begin_or_hand_over([loaded.path for loaded in opening.loaded]):
            print("Cowrite is already running; its window was asked to come to the front.")  # noqa: T201
            return 0
        program = Program(application, paths, instance)
        signals = ShutdownSignals(lambda: _quit(program))
        report = UiReport(os.environ[UI_REPORT]) if os.environ.get(UI_REPORT) else None
        try:
            program.open(opening, install_model=install_model)
            return application.exec()
        finally:
            program.close()
            signals.close()  # only now: a second request to end must not end the writing of unsaved text
            if report is not None:
                report.close()
    finally:
        instance.close()


def _quit(program: Program) -> None:
    program.manager.quit()


def make_application() -> QApplication:
    """The application object, which must be there before anything of Qt's windows."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    QGuiApplication.setDesktopFileName("cowrite")
    application = QApplication(sys.argv[:1])
    application.setApplicationName("cowrite")
    # No display name: Qt would append it to the title of every dialog, with a dash of its own.
    application.setApplicationVersion(__version__)
    application.setStyle("Fusion")
    application.setQuitOnLastWindowClosed(False)  # the desk says when it is empty
    return application


def make_engine_worker(model: InstalledModel, preferences: Preferences) -> Engine:
    """The real engine for an installed model; its files are looked at on its own thread."""

    def check() -> None:
        ModelStore(model.path.parent).quick_check(model.id)

    return EngineWorker(
        model_dir=model.path,
        model_id=model.id,
        device=preferences.device,
        quantizations=model.quantizations(preferences.quantization),
        check=check,
    )


class _Reports(QObject):
    """What other threads have to say, brought to the window's."""

    log_problem = Signal(str)
    journal_done = Signal(str, str)


class Program(QObject):
    """Everything of one run of the desktop program, built and connected."""

    def __init__(
        self,
        application: QApplication,
        paths: Paths,
        instance: SingleInstance | None = None,
        *,
        make_engine: EngineFactory = make_engine_worker,
        command: InstallCommand | None = None,
        learning: LearningCommand | None = None,
        questions: Dialogs | None = None,
        clock: Clock | None = None,
        models: ModelStore | None = None,
        disk: Disk | None = None,
    ) -> None:
        super().__init__()
        self._application = application
        self._paths = paths
        self._instance = instance
        self._clock = clock or SystemClock()
        self._questions = questions or QtDialogs()
        self._session_id = uuid.uuid4().hex
        self._install_model = False
        self._begun = False
        self._closed = False
        self._problems: list[str] = []
        self._reports = _Reports()
        self._errors = ErrorReports(self)

        store = PreferencesStore(paths.settings_file)
        loaded = store.load()
        self._problems += loaded.problems
        session, problem = load_session(paths.session_file)
        self._problems += [problem] if problem else []
        self._session = session
        self._excluded = loaded.preferences.excluded

        self.appearance = Appearance(application, load_themes(), Fonts(), loaded.preferences, self)
        self.bridge = EngineBridge(self)
        self._own_disk = BackgroundDisk(self)
        self.disk = disk or self._own_disk
        self._states = StateFiles(self.disk)
        self._identities = Identities(
            paths.identities_file, lambda write: self._states.write("identities", write)
        )
        self._problems += [self._identities.problem] if self._identities.problem else []
        self._open: OpenDocuments[Document] = OpenDocuments()
        self._recent = RecentFiles(self.bridge, self._identities.of, self)
        self._power = PowerSource(self)
        self._gate = FilterStore(paths.gate_file, paths.decision_log)
        self._gate_fitting = FilterFitting(self._gate)
        self.decisions = DecisionLog(
            paths.decision_log,
            on_problem=self._reports.log_problem.emit,
            now_ms=self._clock.unix_ms,
            care=LogRetention(lambda: self.manager.preferences.keep_log_days),
        )
        if not loaded.preferences.keep_log:
            self.decisions.pause()
        self._archive = ProvenanceArchive(
            self.decisions, paths.decision_log, self._clock, parent=self
        )
        self.keeping = LogMaintenance(self.decisions, paths, self._clock, self)
        self._journal = Journal(paths.journal_dir)
        self.journal_writer = JournalWriter(self._journal, self._on_journal_thread)
        self.model = ModelHost(
            bridge=self.bridge,
            store=models or ModelStore(paths.models_dir),
            catalogue=load_catalogue(resource_path("models.json")),
            make_engine=make_engine,
            install_command=command or (lambda model_id: install_command(model_id, paths.home)),
            preferences=loaded.preferences,
            clock=self._clock,
            adapter_of=adapter_in_use(paths.adapters_dir),
            parent=self,
        )
        self.snooze = Snooze(
            self._clock,
            QtTimer(self),
            until_ms=loaded.preferences.snoozed_until_ms,
            parent=self,
        )
        self.manager = WindowManager(
            make_window=self._make_window,
            appearance=self.appearance,
            store=store,
            preferences=loaded.preferences,
            session_file=paths.session_file,
            session=session,
            open_documents=self._open,
            unkept=self.journal_writer.unkept,
            disk=self.disk,
            states=self._states,
            parent=self,
        )
        self.learning = Learning(
            manager=self.manager,
            bridge=self.bridge,
            model=self.model,
            appearance=self.appearance,
            paths=paths,
            clock=self._clock,
            dialogs=self._questions,
            command=learning or learning_command(paths.home),
            models=models,
            parent=self.manager,
        )
        self.side = ToolWindows(
            manager=self.manager,
            model=self.model,
            learning=self.learning,
            keeping=self.keeping,
            appearance=self.appearance,
            paths=paths,
            questions=self._questions,
            clock=self._clock,
        )
        self._connect()

    def _connect(self) -> None:
        manager = self.manager
        manager.emptied.connect(self._application.quit)
        manager.preferences_changed.connect(self._on_preferences)
        manager.document_used.connect(self._on_document_used)
        self.snooze.keep.connect(lambda until_ms: manager.change(snoozed_until_ms=until_ms))
        self.model.noticed.connect(manager.notice)
        self.model.progress_said.connect(manager.say_progress)
        self.bridge.status_changed.connect(self._on_status)
        self._reports.log_problem.connect(manager.tell)
        self.keeping.forgotten.connect(self._on_forgotten)
        self._reports.journal_done.connect(manager.journal_done)
        self._errors.happened.connect(manager.tell_error)
        if self._instance is not None:
            self._instance.files_received.connect(self._on_files_received)
            manager.emptied.connect(self._instance.stop_listening)
        self._application.commitDataRequest.connect(self._on_session_ends)

    @property
    def has_begun(self) -> bool:
        """Whether the first window was painted and everything else was started."""
        return self._begun

    # --- windows ---

    def _make_window(
        self, preferences: Preferences, private: bool
    ) -> tuple[EditorWindow, DocumentActions]:
        view = self._make_view(preferences, private)
        window = EditorWindow(
            view=view, bridge=self.bridge, appearance=self.appearance, preferences=preferences
        )
        actions = DocumentActions(window, self._questions, self.disk)
        self._show_origin_line(window)
        Menus(
            window,
            self.manager,
            self.model,
            self._questions,
            self.snooze,
            show_keeping=self.side.show_keeping,
            show_settings=self.side.show_settings,
            show_keys=lambda parent: show_once(
                parent, KeysDialog, lambda: KeysDialog(key_table(parent), parent)
            ),
            show_logs=lambda: self.manager.show_place(self._paths.logs),
            show_insights=self.side.show_insights,
            show_replay=self.side.show_replay,
            show_personalize=self.side.show_personalize,
            show_about=lambda parent: show_once(parent, AboutDialog, lambda: AboutDialog(parent)),
            origins=self._show_origins(window),
            export_statement=StatementExport(
                window,
                self._questions,
                self._paths.decision_log,
                self._clock,
                self._paths.saves_dir,
            ).export,
        )
        window.status_line.problem_clicked.connect(self.model.explain)
        window.first_painted.connect(self._begin)
        self.learning.follow(window, window.active_view.page)
        if not private:
            self.decisions.register_document(view.document.document_id, "")
        return window, actions

    def _make_view(self, preferences: Preferences, private: bool) -> EditorView:
        document = Document(self._document_services(), preferences, is_private=private)
        page = PageEdit(
            self.appearance.theme,
            self.appearance.fonts,
            document,
            reduced_motion=preferences.reduced_motion,
        )
        view = EditorView(document, page)
        view.bind(
            SuggestionBinding(
                view=view,
                bridge=self.bridge,
                power=self._power,
                sink=self.decisions,
                clock=self._clock,
                session_id=self._session_id,
                preferences=preferences,
                gate=lambda: self._gate.gate,
                is_paused=lambda: self.decisions.is_paused,
            )
        )
        return view

    def _document_services(self) -> DocumentServices:
        return DocumentServices(
            unsaved=self.journal_writer,
            clock=self._clock,
            identities=self._identities,
            open_documents=self._open,
            snooze=self.snooze,
            archive=self._archive,
            session_id=self._session_id,
            disk=self.disk,
            keep_in=self._paths.saves_dir,
        )

    def _show_origin_line(self, window: EditorWindow) -> None:
        provenance = window.active_view.document.provenance
        provenance.settled.connect(
            lambda: window.status_line.set_origin(origin_line(provenance.ranges))
        )

    def _show_origins(self, window: EditorWindow) -> OriginView:
        view = OriginView(window.active_view, self.appearance)
        window.put_below_page(view.legend)
        window.closed.connect(view.close)
        return view

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
            self._journal,
            self.journal_writer,
            self._identities,
            self._open,
            self.disk,
        )
        session = Session() if opening.loaded else self._session
        self._problems += await reopener.reopen(session)
        for loaded in opening.loaded:
            await self.manager.opening.show_loaded(loaded)
        if not self.manager.windows:
            self.manager.new_window()
        if reopener.found_unsaved and self._instance is not None and self._instance.took_over:
            self._problems.insert(0, RECOVERED)
        for window in self.manager.windows:
            self.manager.bring_forward(window)
        if self._begun:
            self._tell_problems()  # of what took its time

    def _begin(self) -> None:
        """The first window is painted: now everything that takes its time."""
        if self._begun or self._closed:
            return
        self._begun = True
        self.decisions.begin_session(self._session_id)
        self.decisions.start()
        self._tell_problems()
        Flow(
            offer_interrupted_saves(
                self.manager, self._journal, self._clock, self._paths.saves_dir, self.disk
            )
        )
        self.model.begin(install=self._install_model)
        self._gate_fitting.start()
        self.learning.begin()
        excluded = self.manager.preferences.excluded
        self._recent.read([p for p in self.manager.recent if not is_excluded(p, excluded)])
        self.manager.save_session()
        self._welcome()

    def _tell_problems(self) -> None:
        """Say what was the matter at the start. A window shows few messages at once; many sentences make one."""
        problems, self._problems = list(dict.fromkeys(self._problems)), []
        if len(problems) >= MOST_AT_ONCE:
            problems = ["\n".join(problems)]
        for problem in problems:
            self.manager.tell(problem)

    def _welcome(self) -> None:
        """Say what this is to somebody who opens it for the first time."""
        preferences, window = self.manager.preferences, self.manager.windows[0]
        if preferences.welcomed:
            return
        self.manager.change(welcomed=True)
        if not window.active_view.document.is_untouched or window.is_private:
            return
        welcome = Welcome(
            window.active_view.page,
            self.appearance,
            stores=preferences.keep_log,
            store=lambda on: self.manager.change(keep_log=on),
        )
        window.closed.connect(welcome.close_for_good)

    # --- what happens ---

    def _on_preferences(self, preferences: Preferences) -> None:
        if preferences.keep_log:
            self.decisions.resume()
        else:
            self.decisions.pause()
        if preferences.excluded != self._excluded:
            self._excluded = preferences.excluded
            for window in self.manager.windows:
                if not window.is_private:  # what is no longer left alone may be known again
                    document = window.active_view.document
                    self._on_document_used(document.document_id, str(document.path or ""))
        if self._begun:
            self.model.apply(preferences)

    def _on_status(self, status: EngineStatus) -> None:
        if status.news:
            self.manager.tell(status.news)

    def _on_forgotten(self, erasure: Erasure) -> None:
        """It is in no file any more: nor is it to be in memory, or noted as open lately. What is open stays open."""
        identities = self._identities
        self.manager.forget(lambda session: without_recent(session, erasure, identities))
        identities.forget(erasure.documents, everything=erasure.everything)
        if erasure.everything:
            try:
                self._gate.forget()
            except OSError as error:
                self.manager.tell(f"What was learned could not be deleted ({error.strerror}).")
        for document_id in erasure.documents:
            self.bridge.learn(document_id, "")
        self.decisions.begin_session(self._session_id)
        for window in self.manager.windows:
            if not window.is_private:
                document = window.active_view.document
                document.files.note_identity()
                self._on_document_used(document.document_id, str(document.path or ""))

    def _on_document_used(self, document_id: str, path: str) -> None:
        if not is_excluded(Path(path) if path else None, self.manager.preferences.excluded):
            self.decisions.register_document(document_id, path)

    def _on_files_received(self, names: list[str]) -> None:
        self.manager.open_paths([Path(name) for name in names])
        if not names and self.manager.front is not None:
            self.manager.bring_forward(self.manager.front)

    def _on_journal_thread(self, document_id: str, error: UserError | None) -> None:
        self._reports.journal_done.emit(document_id, str(error) if error else "")

    def _on_session_ends(self, _manager: object) -> None:
        self.manager.keep_everything()

    # --- the end ---

    def close(self) -> None:
        """Keep everything, close every window, end every thread. May be called again."""
        if self._closed:
            return
        self._closed = True
        # One that fails must not keep the others from being written.
        for step in (
            self.snooze.close,
            lambda: wait_for(self.manager.quit()),
            self.bridge.drop,  # it ends while everything else is written
            self._recent.close,
            self._power.close,
            self.learning.close,
            self._write_the_rest,
            self.model.close,
            self._archive.close,
            self.keeping.close,
            self._own_disk.close,
            self.appearance.close,
        ):
            try:
                step()
            except Exception:
                logger.exception("a part of the program did not end as it should")
        self._errors.close()

    def _write_the_rest(self) -> None:
        """Wait, visibly, for what is still to be written; a disk that does not answer keeps no program from ending."""
        wait_for(self._states.settled(), FINISHING, FINISHING_LIMIT_MS)
        ended = self.disk.run(self._end_writers)
        if not wait_for(ended, FINISHING, FINISHING_LIMIT_MS):
            logger.error("not everything could be written within %s ms", FINISHING_LIMIT_MS)

    def _end_writers(self) -> None:
        """On another thread: each writes what waits."""
        for close in (self._gate_fitting.close, self.journal_writer.close, self.decisions.close):
            try:
                close()
            except Exception:
                logger.exception("a part of the program did not end as it should")
