"""Ties one document and its page to one suggestion controller and the shared engine."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from cowrite.base.clock import Clock
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.decisions.events import EventSink
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.model_status import seen_in_private
from cowrite.editor.assistance.personal_words import PersonalWords
from cowrite.editor.assistance.power_source import PowerSource
from cowrite.editor.common.qt_timer import QtTimer
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.document.suggestion_policy import PausableSink
from cowrite.editor.page.listeners import ListenerStage, SaveOccasion
from cowrite.engine.messages import EngineState, EngineStatus
from cowrite.settings.preferences import Preferences
from cowrite.suggest.filter.acceptance_model import AcceptanceModel
from cowrite.suggest.filter.writer_filter import WriterFilter
from cowrite.suggest.live.controller import SuggestionController
from cowrite.suggest.live.edit_recorder import EditRecorder
from cowrite.suggest.live.pauses import TypingPauses
from cowrite.suggest.live.stage import SuggestionState
from cowrite.suggest.settings import Length, SuggestSettings, WhenPaused

_ANSWERING = frozenset({EngineState.READY, EngineState.THINKING})


class SuggestionBinding(QObject):
    """Owns the controller of ``view``.

    Signals: ``state_changed(SuggestionState)``, ``asked_in_vain(SilenceReason)``.
    """

    state_changed = Signal(object)
    asked_in_vain = Signal(object)  # the writer asked by key, and nothing can be suggested

    def __init__(
        self,
        *,
        view: DocumentView,
        bridge: EngineBridge,
        power: PowerSource,
        sink: EventSink,
        clock: Clock,
        session_id: str,
        preferences: Preferences,
        own_filter: Callable[[], WriterFilter | None] = lambda: None,
        pauses: TypingPauses | None = None,
        is_paused: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(view)
        self._document = document = view.document
        self._page = view.page
        self._bridge = bridge
        self._power = power
        self._preferences = preferences
        self._policy = document.policy
        self._sink = PausableSink(sink)
        self._sink.is_open = not self._policy.is_excluded
        self._words = PersonalWords(document, bridge)
        self._words.exclude(self._policy.is_excluded)
        self._timer = QtTimer(self)
        self._stuck_timer = QtTimer(self)
        self._is_closed = False
        self.recorder = EditRecorder(
            document,
            self._sink,
            clock,
            QtTimer(self),
            session_id,
            keeps=lambda: self._sink.is_open and not is_paused(),
        )
        self.controller = self._make_controller(clock, session_id, own_filter, pauses)
        document.provenance.taking = lambda: self.controller.taking
        self._listen()
        self._on_identity_changed(document.document_id)
        self._on_status(bridge.status)

    def _make_controller(
        self,
        clock: Clock,
        session_id: str,
        own_filter: Callable[[], WriterFilter | None],
        pauses: TypingPauses | None,
    ) -> SuggestionController:
        return SuggestionController(
            page=self._page,
            jobs=self._bridge,
            timer=self._timer,
            stuck_timer=self._stuck_timer,
            sink=self.recorder,
            clock=clock,
            session_id=session_id,
            settings=self._settings(),
            pauses=pauses,
            is_private=lambda: self._policy.is_excluded,
            on_state=self.state_changed.emit,
            on_asked_in_vain=self.asked_in_vain.emit,
            known_texts=lambda: self._bridge.known_texts,
            acceptance=AcceptanceModel(
                clock, lambda: own_filter() if self._preferences.own_gate else None
            ),
        )

    def _listen(self) -> None:
        document, page = self._document, self._page
        page.set_ghost_keys(self.controller)
        page.caret_moved.connect(self.controller.caret_moved)
        page.composing_changed.connect(self.controller.composing_changed)
        page.focus_changed.connect(self._on_focus_changed)
        document.listeners.add(ListenerStage.RECORDER, self.recorder.changed)
        document.listeners.add(ListenerStage.SUGGESTIONS, self._on_text_changed)
        document.identity_listeners.add(ListenerStage.RECORDER, self._on_identity_changed)
        document.save_listeners.add(ListenerStage.RECORDER, self._on_saved)
        self._policy.changed.connect(self._follow_policy_and_power)
        self._power.changed.connect(self._follow_policy_and_power)
        self._bridge.status_changed.connect(self._on_status)

    @property
    def state(self) -> SuggestionState:
        """Where the controller stands now."""
        return self.controller.state

    def apply(self, preferences: Preferences) -> None:
        """Use other preferences from the next suggestion on."""
        self._preferences = preferences
        self._policy.apply(preferences)
        self._follow_policy_and_power()

    def close(self) -> None:
        """End what is on screen and listen to nothing more. May be called again."""
        if self._is_closed:
            return
        self._is_closed = True
        self._bridge.status_changed.disconnect(self._on_status)
        self._policy.changed.disconnect(self._follow_policy_and_power)
        self._power.changed.disconnect(self._follow_policy_and_power)
        self._stop_listening()
        self._page.set_ghost_keys(None)
        self._words.close()
        self.controller.close()
        self._timer.stop()
        self._stuck_timer.stop()
        self.recorder.close()

    def _follow_policy_and_power(self) -> None:
        """The log records how the suggestion ends before it is closed, and is open again before anything is asked."""
        excluded = self._policy.is_excluded
        self._sink.is_open = self._sink.is_open or not excluded
        self.controller.apply_settings(self._settings())
        if excluded:
            self.recorder.flush()
        self._sink.is_open = not excluded
        self._words.exclude(excluded)

    def _settings(self) -> SuggestSettings:
        return suggest_settings(
            self._preferences,
            paused=self._policy.pause is not None,
            on_battery=self._power.on_battery,
        )

    def _stop_listening(self) -> None:
        document = self._document
        document.listeners.remove(self.recorder.changed)
        document.listeners.remove(self._on_text_changed)
        document.identity_listeners.remove(self._on_identity_changed)
        document.save_listeners.remove(self._on_saved)

    def _on_text_changed(self, change: TextChange) -> None:
        self.controller.text_changed(change)
        if change.kind is ChangeKind.LOADED:
            # Its suggestion has ended; and before it is known whether the next document may be recorded, this one ends.
            self.recorder.document_leaves()

    def _on_identity_changed(self, _before: str) -> None:
        """After the exclusions of the new name are known."""
        self.recorder.identity_changed()

    def _on_saved(self, occasion: SaveOccasion) -> None:
        if occasion is SaveOccasion.ASKED:
            self.recorder.saved()

    def _on_status(self, status: EngineStatus) -> None:
        status = seen_in_private(status) if self._policy.is_private else status
        self.controller.engine_available(
            status.state in _ANSWERING, model=status.model, adapter=status.adapter
        )

    def _on_focus_changed(self, has_focus: bool) -> None:
        # An open menu borrows the keyboard and gives it back; what it offers is meant for the ghost that is there.
        if has_focus or not self._page.hasFocus():
            self.controller.focus_changed(has_focus)


def suggest_settings(
    preferences: Preferences, *, paused: bool = False, on_battery: bool = False
) -> SuggestSettings:
    """What the preferences say about suggestions, and nothing of them while they are ``paused``."""
    saving = preferences.save_power
    return SuggestSettings(
        enabled=preferences.assistance and preferences.suggestions and not paused,
        eagerness=preferences.eagerness,
        max_words=preferences.max_words,
        length=Length(preferences.length),
        when_paused=WhenPaused(preferences.when_paused),
        saves_power=saving == "always" or (saving == "on battery" and on_battery),
    )
