"""Which model suggests: starts the engine on it, or says why there is none and what can be done.

Contacts nothing unless the writer asked for an installation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.model_setup import ModelSetup
from cowrite.editor.assistance.worked_before import WorkedBefore
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.engine.influence import Influence
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.engine.port import AdapterSource, Engine
from cowrite.localization import sentences, tr, tr_noop
from cowrite.models.catalogue import CatalogueEntry
from cowrite.models.progress import InstallPhase, InstallProgress
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.settings.preferences import Preferences

NOTICE_KEY, WENT_BACK_KEY = "model", "model before"
# Before this, what is left is a guess.
ESTIMATE_AFTER_MS = 3_000
_DOING = {
    InstallPhase.DOWNLOADING: tr_noop("downloading"),
    InstallPhase.CHECKING: tr_noop("checking the download"),
    InstallPhase.CONVERTING: tr_noop("preparing it for this computer"),
    InstallPhase.PROVING: tr_noop("checking its answers"),
    InstallPhase.MEASURING: tr_noop("measuring its speed on this computer"),
    InstallPhase.EXAMINING: tr_noop("finding out what it does well with passages"),
}

# Without a model on this computer a server answers alone.
EngineFactory = Callable[[InstalledModel | None, Preferences], Engine]
InstallCommand = Callable[[str], Sequence[str]]
# Which adapter a model uses; what it returns is asked on the engine's thread.
AdapterOf = Callable[[InstalledModel], AdapterSource]


def no_adapter(_: InstalledModel) -> AdapterSource:
    """Every model as it was installed."""
    return lambda: None


class ModelHost(QObject):
    """Signals: ``noticed(Notice)`` for the window, ``progress_said(str)`` for the status line.

    ``went_back(dict)``: the preferences to be used again, by name. ``card_asked(EngineStatus)``: the writer asks why
    the graphics card is not used.
    """

    noticed = Signal(object)
    progress_said = Signal(str)
    went_back = Signal(object)
    card_asked = Signal(object)

    def __init__(
        self,
        *,
        bridge: EngineBridge,
        store: ModelStore,
        catalogue: Mapping[str, CatalogueEntry],
        make_engine: EngineFactory,
        install_command: InstallCommand,
        preferences: Preferences,
        clock: Clock,
        adapter_of: AdapterOf = no_adapter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._adapter_of = adapter_of
        self._bridge = bridge
        self._store = store
        self._catalogue = catalogue
        self._make_engine = make_engine
        self._install_command = install_command
        self._preferences = preferences
        bridge.set_influence(Influence(preferences.influence))
        self._clock = clock
        self._install_began_ms = 0.0
        self._worked = WorkedBefore()
        bridge.status_changed.connect(self._on_status)
        self._setup = ModelSetup(self)
        self._setup.progressed.connect(self._on_progress)
        self._setup.installed.connect(self._on_installed)
        self._setup.failed.connect(self._on_failed)
        self._setup.stopped.connect(self._on_stopped)
        self._report_initial_state()

    @property
    def model_ids(self) -> list[str]:
        """What can be chosen: the installed models, and the chosen one."""
        return sorted({*self._store.ids(), self._preferences.model})

    @property
    def model_names(self) -> dict[str, str]:
        """What each of :attr:`model_ids` is called."""
        known = self._catalogue
        return {each: known[each].name if each in known else each for each in self.model_ids}

    @property
    def told_model(self) -> str:
        """The chosen model for a report: its id, but of one that the writer imported only that it is one.

        Its id may be the name of a file.
        """
        chosen = self._preferences.model
        name = chosen if chosen in self._catalogue else "imported"
        return name if self._store.has_folder(chosen) else tr("{name}, not installed", name=name)

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that the chosen model was taught, as far as the catalogue knows."""
        entry = self._catalogue.get(self._preferences.model)
        return entry.languages if entry is not None else ()

    @property
    def is_installing(self) -> bool:
        """Whether a model is being installed."""
        return self._setup.is_running

    @property
    def is_missing(self) -> bool:
        """Whether the chosen model could be installed now."""
        wanted = self._preferences.model
        is_there = self._store.has_folder(wanted) or self._setup.is_running
        return wanted in self._catalogue and not is_there

    def begin(self, *, install: bool = False) -> None:
        """Start the engine. If there is no model, install one when ``install``, else offer it.

        Does nothing for a writer who uses no AI.
        """
        if not self._preferences.assistance:
            return
        if self._store.has_folder(self._preferences.model):
            self._start_engine()
        elif install:
            self.install()
        elif self._preferences.uses_server:
            self._settle()  # no model is offered any more
            self._start_engine()
        else:
            self._report_missing()
            self.offer()

    def apply(self, preferences: Preferences) -> None:
        """Follow the preferences; another model or place to compute means another engine."""
        before, self._preferences = self._preferences, preferences
        self._bridge.set_influence(Influence(preferences.influence))
        if before.assistance and not preferences.assistance:
            self._leave()
        if _of_engine(before) != _of_engine(preferences) and not self._setup.is_running:
            self._bridge.drop()
            self.begin()

    def _leave(self) -> None:
        """No model is wanted: nothing of it stays in memory, and nothing is said of it."""
        self.stop_installing()
        self._bridge.drop()
        self._settle()
        self._report_initial_state()

    def offer(self) -> None:
        """Say what an installation would cost, and let the writer choose."""
        entry = self._catalogue.get(self._preferences.model)
        if entry is None:
            text = tr(
                "The model “{model}” is not installed, so there are no suggestions. Choose another one "
                "in the settings.",
                model=self._preferences.model,
            )
            self.noticed.emit(Notice(key=NOTICE_KEY, text=text))
            return
        text = tr(
            "To make suggestions, Cowrite needs its starter model: {download:.0f} MB to download, {disk:.0f} MB "
            "on disk. After that it works offline.",
            download=entry.download_bytes / 1e6,
            disk=entry.disk_bytes / 1e6,
        )
        act = NoticeAction(label=tr("Install"), do=self.install)
        self.noticed.emit(Notice(key=NOTICE_KEY, text=text, acts=(act,), close_label=tr("Not now")))

    def explain(self) -> None:
        """The writer asks what is the matter."""
        status = self._bridge.status
        if self._setup.is_running:
            self._announce_installation()
        elif status.state is EngineState.MISSING:
            self.offer()
        elif status.state is EngineState.PROBLEM:
            acts = [NoticeAction(label=tr("Try again"), do=self.try_again)]
            if self._preferences.model in self._catalogue:
                is_there = self._store.has_folder(self._preferences.model)
                label = tr("Install the model again") if is_there else tr("Install the model")
                acts.append(NoticeAction(label=label, do=self.install))
            self.noticed.emit(Notice(key=NOTICE_KEY, text=status.message, acts=tuple(acts)))
        elif status.unused_card:
            self.card_asked.emit(status)

    def tell_again(self) -> None:
        """Say what was said last, in the language of the interface now; what the engine said stays as it is."""
        match self._bridge.status.state:
            case EngineState.MISSING:
                self._report_missing()
            case EngineState.LOADING:
                self._report_loading()

    def try_again(self) -> None:
        """Load the model anew."""
        self.begin()

    def install(self) -> None:
        """Install the chosen model; the editor goes on meanwhile."""
        known = self._preferences.model in self._catalogue
        if self._setup.is_running or not known or not self._preferences.assistance:
            return
        self._bridge.drop()
        self._install_began_ms = self._clock.monotonic_ms()
        self._show(EngineState.INSTALLING, tr("The model is being installed."), progress=0.0)
        self._announce_installation()
        self._setup.start(self._install_command(self._preferences.model))

    def stop_installing(self) -> None:
        """The writer does not want to wait."""
        self._setup.stop()

    def close(self) -> None:
        """End what is running: the engine, an installation."""
        self._setup.close()
        self._bridge.close()

    # --- the engine ---

    def _report_initial_state(self) -> None:
        """What the first glance at the window should say, before anything was started."""
        if not self._preferences.assistance:
            self._show(EngineState.OFF, "")
            return
        if self._can_answer:
            self._report_loading()
        else:
            self._report_missing()

    def _on_status(self, status: EngineStatus) -> None:
        """What cannot be loaded takes nothing away from the writer: what worked before is used again."""
        before = self._worked.heard(status.state, self._preferences)
        if not before or not self._store.has_folder(before["model"]):
            return
        name = self.model_names.get(before["model"], before["model"])
        instead = tr("Cowrite uses “{model}” as before.", model=name)
        self.noticed.emit(Notice(key=WENT_BACK_KEY, text=sentences(status.message, instead)))
        # Not before everybody has heard of this status.
        QTimer.singleShot(0, self, lambda: self.went_back.emit(before))

    @property
    def _can_answer(self) -> bool:
        """Whether there is a model here, or a server that answers alone."""
        return self._store.has_folder(self._preferences.model) or self._preferences.uses_server

    def _start_engine(self) -> None:
        self._worked.begin()
        model: InstalledModel | None = None
        if self._store.has_folder(self._preferences.model):
            try:
                model = self._store.get(self._preferences.model)
            except UserError as error:
                self._show(EngineState.PROBLEM, str(error))
                return
        self._report_loading()
        engine = self._make_engine(model, self._preferences)
        if model is not None:
            engine.use_adapter(self._adapter_of(model))
        self._bridge.use(engine)

    def adapter_changed(self) -> None:
        """Another adapter is to be used, or none; the model stays loaded."""
        try:
            model = self._store.get(self._preferences.model)
        except UserError:
            return  # whoever starts the engine says so
        self._bridge.use_adapter(self._adapter_of(model))

    def _report_loading(self) -> None:
        is_here = self._store.has_folder(self._preferences.model)
        message = tr("The model is being loaded.") if is_here else tr("The server is being asked.")
        self._show(EngineState.LOADING, message)

    def _report_missing(self) -> None:
        self._show(EngineState.MISSING, tr("No model is installed, so there are no suggestions."))

    def _show(self, state: EngineState, message: str, progress: float | None = None) -> None:
        model = self._preferences.model
        self._bridge.show(
            EngineStatus(state=state, message=message, progress=progress, model=model)
        )

    # --- an installation ---

    def _announce_installation(self) -> None:
        entry = self._catalogue[self._preferences.model]
        text = tr(
            "Cowrite is installing its model ({download:.0f} MB to download). You can write in the meantime; "
            "suggestions start once it is installed.",
            download=entry.download_bytes / 1e6,
        )
        act = NoticeAction(label=tr("Stop"), do=self.stop_installing)
        self.noticed.emit(Notice(key=NOTICE_KEY, text=text, acts=(act,)))

    def _on_progress(self, progress: InstallProgress) -> None:
        message = self._describe(progress)
        self._show(EngineState.INSTALLING, message, progress=progress.fraction)
        self.progress_said.emit(message)

    def _describe(self, progress: InstallProgress) -> str:
        message = tr(_DOING.get(progress.phase, ""))
        if progress.bytes_total:
            done, total = progress.bytes_done / 1e6, progress.bytes_total / 1e6
            message = tr(
                "{doing} {done:.0f} of {total:.0f} MB", doing=message, done=done, total=total
            )
        elapsed_ms = self._clock.monotonic_ms() - self._install_began_ms
        if elapsed_ms > ESTIMATE_AFTER_MS and 0.02 < progress.fraction < 1.0:
            left_s = elapsed_ms / 1000 * (1 - progress.fraction) / progress.fraction
            message = tr("{doing}, {time} left", doing=message, time=_duration(left_s))
        return message

    def _on_installed(self) -> None:
        self._settle()
        self._start_engine()

    def _on_failed(self, error: UserError) -> None:
        self._settle()
        self._report_after_failure()
        retry = NoticeAction(label=tr("Try again"), do=self.install)
        notice = Notice(key=NOTICE_KEY, text=str(error), acts=(retry,), close_label=tr("Not now"))
        self.noticed.emit(notice)

    def _on_stopped(self) -> None:
        self._settle()
        self._report_after_failure()

    def _report_after_failure(self) -> None:
        """A model that was there before is still there."""
        if not self._preferences.assistance:
            return
        if self._can_answer:
            self._start_engine()
        else:
            self._report_missing()

    def _settle(self) -> None:
        self.progress_said.emit("")
        self.noticed.emit(Notice(key=NOTICE_KEY, text=""))


def _of_engine(chosen: Preferences) -> tuple[object, ...]:
    return (
        chosen.assistance,
        chosen.model,
        chosen.passage_model,
        chosen.device,
        chosen.quantization,
        chosen.server_use,
        chosen.server,
        chosen.server_model,
        chosen.server_confirmed,
    )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return tr("about {seconds} s", seconds=max(5, 5 * round(seconds / 5)))
    return tr("about {minutes} min", minutes=round(seconds / 60))
