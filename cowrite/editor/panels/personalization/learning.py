"""Learning in the whole program: the training process, its scheduler, giving way to the writer, the training result.

Owns all of these and joins them; what each does is in its own module.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.assistance.adapter_watch import AdapterWatch
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.model_host import ModelHost
from cowrite.editor.assistance.user_activity import QUIET_AFTER_MS, UserActivity
from cowrite.editor.common.background import Background
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.panels.personalization.adapter_history import AdapterHistory
from cowrite.editor.panels.personalization.learning_host import LearningHost, PreviewReader
from cowrite.editor.panels.personalization.learning_ports import LearningWindow, LearningWindows
from cowrite.editor.panels.personalization.learning_strings import outcome as outcome_sentence
from cowrite.editor.panels.personalization.training_scheduler import (
    SystemStateProbe,
    TrainingScheduler,
    system_state_probe,
)
from cowrite.engine.port import AdapterSource
from cowrite.localization import tr
from cowrite.models.store import InstalledModel, ModelStore
from cowrite.personalize.adapters.active_adapters import ACTIVE_FILE
from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.adapters.registry import AdapterRegistry
from cowrite.personalize.learning_messages import Ending, LearningResult
from cowrite.personalize.schedule.rules import NotNow
from cowrite.settings.paths import Paths
from cowrite.settings.preferences import Preferences
from cowrite.settings.this_program import this_program
from cowrite.tasks.passage.noticed import Noticed

if TYPE_CHECKING:  # a window that is imported when it is asked for
    from cowrite.editor.panels.personalization.personalize_window import PersonalizeWindow
    from cowrite.editor.panels.personalization.training_result_card import TrainingResultCard
    from cowrite.personalize.adapters.outcome import Outcome
    from cowrite.personalize.schedule.new_data import NewData

NOTICE_KEY, WITHDRAWAL_KEY = "learning", "withdrawal"
# Options of “cowrite personalize”: those of a run that the window follows, and of a look before.
RUN = ("--log", "--lines")
PREVIEW_ARGUMENTS = ("--log", "--dry-run", "--json")
TOLD = frozenset({Ending.PROMOTED, Ending.KEPT, Ending.FAILED})

# The command line of the learning process with these options.
LearningCommand = Callable[[Sequence[str]], list[str]]


def learning_command(home: Path | None) -> LearningCommand:
    """This very program, with the folder that it was given."""
    return lambda options: [*this_program(home), "personalize", *options]


def no_model() -> UserError:
    """What a window can say better than a command."""
    return UserError(
        tr("No model is installed, so Cowrite cannot learn yet."),
        tr("Install it from the “Suggestions” menu."),
    )


def adapter_in_use(adapters_dir: Path) -> Callable[[InstalledModel], AdapterSource]:
    """Asked on the engine's thread: the folder of the adapter that a model is to use."""
    registry = AdapterRegistry(adapters_dir)

    def of(model: InstalledModel) -> AdapterSource:
        base = Base(model.id, model.weights_sha256)
        return lambda: registry.active_folder(base)

    return of


def _new_data(paths: Paths) -> NewData:
    """On a thread, and long after the start, which does not wait for what it needs."""
    from cowrite.personalize.schedule.new_data import read_new_data

    return read_new_data(paths)


def _outcome_of(paths: Paths) -> Outcome | None:
    """The same."""
    from cowrite.personalize.adapters.outcome import read_outcome

    return read_outcome(paths)


class Learning(QObject):
    """Nothing begins before :meth:`begin`; after :meth:`close` nothing of it is left."""

    def __init__(
        self,
        *,
        manager: LearningWindows,
        bridge: EngineBridge,
        model: ModelHost,
        appearance: Appearance,
        paths: Paths,
        clock: Clock,
        dialogs: Dialogs,
        command: LearningCommand,
        models: ModelStore | None = None,
        read_system_state: SystemStateProbe | None = None,
        quiet_after_ms: int = QUIET_AFTER_MS,
        noticed: Callable[[], tuple[Noticed, ...]] = tuple,
        change_noticed: Callable[[tuple[Noticed, ...]], None] = lambda _: None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._manager = manager
        self._appearance = appearance
        self._paths = paths
        self._clock = clock
        self._noticed, self._change_noticed = noticed, change_noticed
        self._dialogs = dialogs
        self._command = command
        self._models = models or ModelStore.of(paths)
        self._panels: list[PersonalizeWindow] = []
        self._card: TrainingResultCard | None = None
        self._is_marked = False
        self._waiting: Outcome | None = None
        self._began_ms = 0
        self._must_stop = False
        self._background = Background("outcome", self)
        self.host = LearningHost(self)
        self.activity = UserActivity(clock, quiet_after_ms, self)
        self.history = AdapterHistory(AdapterRegistry(paths.adapters_dir), self._base, self)
        self.scheduler = TrainingScheduler(
            probe=read_system_state or system_state_probe(paths.data),
            read_new_data=lambda: _new_data(paths),
            idle_s=lambda: self.activity.idle_s,
            clock=clock,
            parent=self,
        )
        self._adapter_watch = AdapterWatch(paths.adapters_dir / ACTIVE_FILE, self)
        self._connect(bridge, model)

    def _connect(self, bridge: EngineBridge, model: ModelHost) -> None:
        self._adapter_watch.changed.connect(model.adapter_changed)
        self._adapter_watch.changed.connect(self._on_adapter_changed)
        bridge.status_changed.connect(self.activity.engine_said)
        self.activity.touched.connect(self._on_touched)
        self.activity.rested.connect(self._on_rested)
        self.host.started.connect(self._show_state)
        self.host.pausing.connect(self._show_state)
        self.host.ended.connect(self._on_ended)
        self.scheduler.may_begin.connect(self._begin_scheduled)
        self.scheduler.must_stop.connect(self._stop_scheduled)
        self._manager.preferences_changed.connect(self._on_preferences)

    # --- what the program tells ---

    def follow_page(self, page: PageEdit) -> None:
        """Somebody who writes on ``page`` has priority."""
        page.text_changed.connect(self.activity.text_changed)
        page.composing_changed.connect(self.activity.touch)

    def follow_window(self, window: LearningWindow) -> None:
        """A window is there: have it say whether Cowrite learns just now."""
        window.set_learning(self.host.is_running)

    def begin(self) -> None:
        """The first window is there: say what the last training brought, and watch for the time of the next."""
        self.scheduler.set_on(self._manager.preferences.learn_at_night)
        self._read_outcome(0)
        self._review_versions()

    def close(self) -> None:
        """End what is going on, within about two seconds."""
        self.scheduler.close()
        self.activity.close()
        self._adapter_watch.close()
        self.host.close()
        self.history.close()
        self._background.close()

    # --- what the writer does ---

    def make_panel(self, parent: QWidget) -> PersonalizeWindow:
        """A Personalize window beside ``parent``."""
        from cowrite.editor.panels.personalization.personalize_window import PersonalizeWindow

        panel = PersonalizeWindow(
            host=self.host,
            history=self.history,
            appearance=self._appearance,
            begin=self.start,
            read_preview=self._read_preview,
            preferences=self._manager.preferences,
            change=self._manager.change,
            dialogs=self._dialogs,
            not_now=self.scheduler.sentence,
            noticed=self._noticed(),
            change_noticed=self._change_noticed,
            parent=parent,
        )
        self._panels.append(panel)
        panel.finished.connect(lambda _: self._panels.remove(panel))
        self.scheduler.said.connect(panel.show_not_now)
        self._manager.preferences_changed.connect(panel.follow)
        return panel

    def start(self) -> None:
        """Learn now."""
        if not self.host.is_running:
            self._began_ms = self._clock.unix_ms()
            self._must_stop = False
            self._manager.notice(Notice(key=NOTICE_KEY, text=""))
            # Its process reads them.
            self._manager.save_preferences().then(self._start_process)

    def _start_process(self) -> None:
        if not self.host.is_running:
            self.host.start(self._command(RUN))

    def _read_preview(self, asking: PreviewReader) -> None:
        if self._models.has_folder(self._manager.preferences.model):
            self._manager.save_preferences().then(
                lambda: asking.start(self._command(PREVIEW_ARGUMENTS))
            )
        else:
            asking.refuse(no_model())

    # --- training at its scheduled times ---

    def _begin_scheduled(self) -> None:
        has_model = self._models.has_folder(self._manager.preferences.model)
        if has_model and not self.host.is_running:
            self._review_versions()
            self.start()
            self.scheduler.began()

    def _review_versions(self) -> None:
        """See whether the version in use is worth it."""
        now_ms = self._clock.unix_ms()
        self.history.review_versions(self._paths.decision_log, now_ms, self._tell_withdrawal)

    def _tell_withdrawal(self, adapter: str, sentence: str) -> None:
        again = NoticeAction(label=tr("Use it again"), do=lambda: self.history.use(adapter))
        self._manager.notice(Notice(key=WITHDRAWAL_KEY, text=sentence, acts=(again,)))

    def _stop_scheduled(self, _reason: NotNow) -> None:
        self._must_stop = True
        self.host.stop()

    def _on_preferences(self, preferences: Preferences) -> None:
        wanted = preferences.assistance
        self.scheduler.set_on(wanted and preferences.learn_at_night)
        if not wanted:
            self.host.stop()
            self._waiting = None
            self._take_card_away()
            for key in (NOTICE_KEY, WITHDRAWAL_KEY):
                self._manager.notice(Notice(key=key, text=""))

    def _base(self) -> Base:
        """On a thread."""
        model = self._manager.preferences.model
        if not self._models.has_folder(model):
            raise no_model()
        installed = self._models.get(model)
        return Base(installed.id, installed.weights_sha256)

    # --- giving way ---

    def _on_touched(self) -> None:
        self.host.give_way(True)
        if self._card is not None and not self._is_marked:
            self._mark_seen()  # somebody writes below it

    def _on_rested(self) -> None:
        self.host.give_way(False)
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._show_card(waiting)

    def _show_state(self, _pausing: bool = False) -> None:
        for window in self._manager.windows:
            window.set_learning(self.host.is_running)

    # --- how it ended ---

    def _on_ended(self, result: LearningResult) -> None:
        self._show_state()
        # A writer who stopped it does not want to see it begin again in some minutes.
        self.scheduler.ended(of_itself=not (self._must_stop and result.status is Ending.STOPPED))
        if result.status in TOLD:
            self._read_outcome(self._began_ms, result)

    def _on_adapter_changed(self) -> None:
        """Perhaps the system's scheduler had something learned beside this window."""
        if not self.host.is_running and self._card is None and self._waiting is None:
            self._read_outcome(0)

    def _read_outcome(self, since_ms: int, result: LearningResult | None = None) -> None:
        """Tell what the last run left, if it is not older than ``since_ms``; else what it said at its end."""

        def tell(outcome: Outcome | None) -> None:
            is_this = outcome is not None and outcome.at_ms >= since_ms
            if outcome is not None and is_this and outcome.status in TOLD and not outcome.seen:
                self._tell(outcome)
            elif result is not None and not is_this:
                self._tell_result(result)

        self._background.run(lambda: _outcome_of(self._paths), tell)

    def _tell(self, outcome: Outcome) -> None:
        """A writer in the middle of a sentence is not to be disturbed."""
        if self.activity.is_busy and self._began_ms:
            self._waiting = outcome
        else:
            self._show_card(outcome)

    def _tell_result(self, result: LearningResult) -> None:
        if not self._manager.preferences.assistance:
            return
        if any(each.isVisible() for each in self._panels):
            return  # it says so itself
        again = NoticeAction(label=tr("Try again"), do=self.start)
        acts = (again,) if result.status is Ending.FAILED else ()
        self._manager.notice(Notice(key=NOTICE_KEY, text=outcome_sentence(result), acts=acts))

    def _show_card(self, outcome: Outcome) -> None:
        window = self._manager.front
        if not self._manager.preferences.assistance:
            return
        if window is None or (self._card is not None and self._card.outcome == outcome):
            return
        from cowrite.editor.panels.personalization.training_result_card import (
            TrainingResultCard,
            report_page,
        )

        self._take_card_away()
        now = datetime.fromtimestamp(self._clock.unix_ms() / 1000)
        influence = self._manager.preferences.influence
        card = TrainingResultCard(outcome, self._appearance, now, influence)
        card.fit(window.size())
        card.closed.connect(self._close_card)
        card.undo_asked.connect(self._undo)
        card.influence_asked.connect(lambda: self._manager.change(influence=outcome.best_influence))
        card.report_asked.connect(lambda: self._manager.show_place(report_page(outcome)))
        window.closed.connect(card.leave)
        card.left.connect(self._on_card_left)
        self._card, self._is_marked = card, False
        window.put_above_page(card)

    def _undo(self) -> None:
        self._mark_seen()
        self.history.go_back(self._on_undone)

    def _on_undone(self, sentence: str) -> None:
        if self._card is not None:
            self._card.say(sentence)

    def _close_card(self) -> None:
        self._mark_seen()
        self._take_card_away()

    def _take_card_away(self) -> None:
        if self._card is not None:
            self._card.leave()

    def _on_card_left(self) -> None:
        self._card = None

    def _mark_seen(self) -> None:
        self._is_marked = True

        def work() -> None:
            from cowrite.personalize.adapters.outcome import mark_seen

            with suppress(OSError):  # then it is told once more at the next start
                mark_seen(self._paths)

        self._background.run(work, lambda _: None)
