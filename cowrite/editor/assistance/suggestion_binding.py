"""Ties one page to one suggestion controller and the shared engine."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from cowrite.base.clock import Clock
from cowrite.decisions.events import EventSink
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.personal_words import PersonalWords
from cowrite.editor.assistance.power_source import PowerSource
from cowrite.editor.assistance.suggestion_policy import DocumentPolicy, PausableSink
from cowrite.editor.common.qt_timer import QtTimer
from cowrite.editor.page.page_edit import PageEdit
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.settings.preferences import Preferences
from cowrite.suggest.filter.acceptance_model import AcceptanceModel
from cowrite.suggest.filter.writer_filter import WriterFilter
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.live.edit_recorder import EditRecorder
from cowrite.suggest.live.stage import SuggestionState
from cowrite.suggest.ports import ChangeKind, TextChange
from cowrite.suggest.settings import Length, SuggestSettings

_ANSWERING = frozenset({EngineState.READY, EngineState.THINKING})


class SuggestionBinding(QObject):
    """Owns the controller of ``page``.

    Signals: ``state_changed(SuggestionState)``, ``asked_in_vain(SilenceReason)``.
    """

    state_changed = Signal(object)
    asked_in_vain = Signal(object)  # the writer asked by key, and nothing can be suggested

    def __init__(
        self,
        *,
        page: PageEdit,
        bridge: EngineBridge,
        quiet: DocumentPolicy,
        power: PowerSource,
        sink: EventSink,
        clock: Clock,
        session_id: str,
        preferences: Preferences,
        gate: Callable[[], WriterFilter | None] = lambda: None,
        is_paused: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(page)
        self._page = page
        self._bridge = bridge
        self._power = power
        self._preferences = preferences
        self._sink = PausableSink(sink)
        self._sink.is_open = not quiet.is_excluded
        self.quiet = quiet
        self._learned = PersonalWords(page, bridge)
        self._learned.exclude(quiet.is_excluded)
        self._timer = QtTimer(self)
        self._is_closed = False
        self.recorder = EditRecorder(
            self._sink,
            clock,
            QtTimer(self),
            session_id,
            page.text,
            keeps=lambda: self._sink.is_open and not is_paused(),
        )
        self.controller = SuggestionController(
            page=page,
            jobs=bridge,
            timer=self._timer,
            sink=self.recorder,
            clock=clock,
            session_id=session_id,
            settings=suggest_settings(
                preferences, quiet=quiet.quiet is not None, on_battery=power.on_battery
            ),
            is_private=lambda: quiet.is_private,
            on_state=self.state_changed.emit,
            on_asked_in_vain=self.asked_in_vain.emit,
            belief=AcceptanceModel(clock, lambda: gate() if self._preferences.own_gate else None),
        )
        page.set_ghost_keys(self.controller)
        page.text_changed.connect(self._on_text_changed)
        page.caret_moved.connect(self.controller.caret_moved)
        page.composing_changed.connect(self.controller.composing_changed)
        page.focus_changed.connect(self._on_focus_changed)
        quiet.changed.connect(self._follow_circumstances)
        keeper = quiet.keeper
        keeper.identity_changed.connect(self._on_identity_changed)
        keeper.saved.connect(self.recorder.saved)
        self._on_identity_changed()
        power.changed.connect(self._follow_circumstances)
        bridge.status_changed.connect(self._on_status)
        self._on_status(bridge.status)

    @property
    def state(self) -> SuggestionState:
        """Where the controller stands now."""
        return self.controller.state

    def apply(self, preferences: Preferences) -> None:
        """Use other preferences from the next suggestion on."""
        self._preferences = preferences
        self.quiet.apply(preferences)
        self._follow_circumstances()

    def close(self) -> None:
        """End what is on screen and listen to nothing more. May be called again."""
        if self._is_closed:
            return
        self._is_closed = True
        self._bridge.status_changed.disconnect(self._on_status)
        self.quiet.changed.disconnect(self._follow_circumstances)
        self._power.changed.disconnect(self._follow_circumstances)
        self.quiet.close()
        self._page.set_ghost_keys(None)
        self._learned.close()
        self.controller.close()
        self._timer.stop()
        self.recorder.close()

    def _follow_circumstances(self) -> None:
        """The log hears how what is on screen ends before it hears no more, and again before anything is asked."""
        excluded = self.quiet.is_excluded
        self._sink.is_open = self._sink.is_open or not excluded
        settings = suggest_settings(
            self._preferences,
            quiet=self.quiet.quiet is not None,
            on_battery=self._power.on_battery,
        )
        self.controller.apply_settings(settings)
        if excluded:
            self.recorder.flush()
        self._sink.is_open = not excluded
        self._learned.exclude(excluded)

    def _on_text_changed(self, change: TextChange) -> None:
        if change.kind is ChangeKind.LOADED:
            # Before it is known whether the next document may be recorded, the last one ends.
            self.controller.text_changed(change)
            self.recorder.document_leaves()
        else:
            self.recorder.changed(change, self._page.revision)
            self.controller.text_changed(change)

    def _on_identity_changed(self) -> None:
        """After the exclusions of the new name are known."""
        page = self._page
        length = page.document().characterCount() - 1
        self.recorder.document_is(page.document_id, page.revision, length)

    def _on_status(self, status: EngineStatus) -> None:
        self.controller.engine_available(
            status.state in _ANSWERING, model=status.model, adapter=status.adapter
        )

    def _on_focus_changed(self, has_focus: bool) -> None:
        # An open menu borrows the keyboard and gives it back; what it offers is meant for the ghost that is there.
        if has_focus or not self._page.hasFocus():
            self.controller.focus_changed(has_focus)


def suggest_settings(
    preferences: Preferences, *, quiet: bool = False, on_battery: bool = False
) -> SuggestSettings:
    """What the preferences say about suggestions, and nothing of them while it is ``quiet``."""
    saving = preferences.save_power
    return SuggestSettings(
        enabled=preferences.suggestions and not quiet,
        eagerness=preferences.eagerness,
        max_words=preferences.max_words,
        length=Length(preferences.length),
        saves_power=saving == "always" or (saving == "on battery" and on_battery),
    )
