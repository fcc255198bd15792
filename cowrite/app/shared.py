"""What all windows of one run share, built in the order of their needs: log, journal, model, appearance."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from cowrite.app import reading_factory
from cowrite.app.engines import Engines, MakeWorker
from cowrite.app.filter_fitting import FilterFitting
from cowrite.app.filter_store import FilterStore
from cowrite.app.passages.abilities import ModelAbilities
from cowrite.app.passages.habits_store import HabitsStore
from cowrite.app.pauses_store import PausesStore
from cowrite.app.spelling_factory import make_service
from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.check.dismissals import Dismissals
from cowrite.decisions.maintenance.retention import LogRetention
from cowrite.decisions.writing.log import DecisionLog
from cowrite.documents.identity import Identities
from cowrite.documents.journal import Journal
from cowrite.documents.journal_writer import JournalWriter
from cowrite.documents.notes import NotesStore
from cowrite.documents.open_documents import OpenDocuments
from cowrite.documents.versions.snapshots import SnapshotStore
from cowrite.documents.versions.undo_steps import UndoStore
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.model_host import InstallCommand, ModelHost
from cowrite.editor.assistance.model_languages import ModelLanguages
from cowrite.editor.assistance.personal_words import RecentFiles
from cowrite.editor.assistance.power_source import PowerSource
from cowrite.editor.assistance.voice_service import VoiceService
from cowrite.editor.common.disk import BackgroundDisk, Disk, StateFiles
from cowrite.editor.common.qt_timer import QtTimer
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_history import VersionKeeping
from cowrite.editor.document.file_watch import FileWatcher
from cowrite.editor.document.provenance_archive import ProvenanceArchive
from cowrite.editor.document.suggestion_policy import Snooze
from cowrite.editor.panels.personalization.learning import adapter_in_use
from cowrite.editor.writing.progress import WritingProgress
from cowrite.models.catalogue import load_catalogue
from cowrite.models.progress import install_command
from cowrite.models.store import ModelStore
from cowrite.remote.keys import ServerKeys
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.resources import resource_path


def follow_log_settings(log: DecisionLog, chosen: Preferences) -> None:
    """Have the log keep what the writer wants kept: who uses no AI makes no decisions, and typed text is theirs alone.

    Where characters come from is kept for them too.
    """
    if chosen.keep_log and chosen.assistance:
        log.resume()
    else:
        log.pause(keep_provenance=chosen.keep_log)


class ThreadReports(QObject):
    """What other threads have to say, brought to the window's. Signals: ``log_problem(str sentence)``.

    ``journal_done(str document id, str problem)``: its journal was written, unless there is a problem.
    """

    log_problem = Signal(str)
    journal_done = Signal(str, str)

    def on_journal_thread(self, document_id: str, error: UserError | None) -> None:
        """A document's journal was written, or could not be."""
        self.journal_done.emit(document_id, str(error) if error else "")


class Shared:
    """``chosen`` are the preferences at the start, ``preferences`` asks for those of now."""

    def __init__(
        self,
        application: QApplication,
        paths: Paths,
        clock: Clock,
        chosen: Preferences,
        *,
        preferences: Callable[[], Preferences],
        make_worker: MakeWorker | None,
        command: InstallCommand | None,
        models: ModelStore | None,
        disk: Disk | None,
        parent: QObject,
    ) -> None:
        self.paths = paths
        self.preferences = preferences
        self.clock = clock
        self.session_id = uuid.uuid4().hex
        self.reports = ThreadReports()
        self.appearance = Appearance(application, load_themes(), Fonts(), chosen, parent)
        self.bridge = EngineBridge(parent)
        self.own_disk = BackgroundDisk(parent)
        self.disk = disk or self.own_disk
        self.states = StateFiles(self.disk)
        self.watcher: FileWatcher | None = FileWatcher(parent)
        self.versions = VersionKeeping(
            store=SnapshotStore(paths.versions_dir),
            undo=UndoStore(paths.versions_dir),
            states=self.states,
            is_on=lambda: preferences().keep_versions,
        )
        self.notes = NotesStore(paths.notes_dir)
        self.progress = WritingProgress(
            paths.progress_file,
            self.states,
            lambda: datetime.fromtimestamp(clock.unix_ms() / 1000).astimezone().date(),
            parent,
        )
        self.dismissals = Dismissals(
            paths.check_file, lambda work: self.states.write("dismissed findings", work)
        )
        self.spelling = make_service(paths, self.disk, self.states, chosen, parent)
        self.voice = VoiceService(lambda: preferences().own_texts, parent)
        self.reading = reading_factory.make(preferences, parent)
        self._build_documents(parent)
        self._build_log(chosen, preferences, parent)
        store = self.models = models or ModelStore.of(paths)
        self.catalogue = load_catalogue(resource_path("models.json"))
        self.server_keys = ServerKeys()
        self.abilities = ModelAbilities(self.bridge, store, self.disk, parent)
        adapter_of = adapter_in_use(paths.adapters_dir)
        self.model = ModelHost(
            bridge=self.bridge,
            store=store,
            catalogue=self.catalogue,
            make_engine=Engines(store, self.server_keys, make_worker, adapter_of).make,
            install_command=command or (lambda model_id: install_command(model_id, paths.home)),
            preferences=chosen,
            clock=clock,
            adapter_of=adapter_of,
            parent=parent,
        )
        # Of a model on a server nobody knows which it was taught.
        self.model_languages = ModelLanguages(
            lambda: () if self.bridge.status.server else self.model.languages
        )
        self.snooze = Snooze(
            clock, QtTimer(parent), until_ms=chosen.snoozed_until_ms, parent=parent
        )

    def _build_documents(self, parent: QObject) -> None:
        paths = self.paths
        self.identities = Identities(
            paths.identities_file, lambda write: self.states.write("identities", write)
        )
        self.open_documents: OpenDocuments[Document] = OpenDocuments()
        self.recent = RecentFiles(self.bridge, self.identities.of, parent)
        self.power = PowerSource(parent)
        self.journal = Journal(paths.journal_dir)
        self.journal_writer = JournalWriter(self.journal, self.reports.on_journal_thread)

    def _build_log(
        self, chosen: Preferences, preferences: Callable[[], Preferences], parent: QObject
    ) -> None:
        paths, clock = self.paths, self.clock
        self.filter_store = FilterStore(paths.filter_file, paths.decision_log)
        self.habits = HabitsStore(
            paths.habits_file,
            paths.decision_log,
            lambda write: self.states.write("habits", write),
        )
        self.filter_fitting = FilterFitting(self.filter_store.refit, self.habits.refresh)
        self.pauses_store = PausesStore(
            paths.pauses_file, QtTimer(parent), lambda write: self.states.write("typing", write)
        )
        self.decisions = DecisionLog(
            paths.decision_log,
            on_problem=self.reports.log_problem.emit,
            now_ms=clock.unix_ms,
            retention=LogRetention(lambda: preferences().keep_log_days),
        )
        follow_log_settings(self.decisions, chosen)
        self.archive = ProvenanceArchive(self.decisions, paths.decision_log, clock, parent=parent)
