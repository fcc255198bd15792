"""Says in the status line, once and quietly, that the model does not know the language that is written."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cowrite.app.shared import Shared
from cowrite.editor.common.connections import Connections
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.window import EditorWindow
from cowrite.engine.messages import EngineState
from cowrite.suggest.filter.show_filter import SilenceReason

SAID_MS = 12_000
_LOOKED_AT_UNITS = 1_000
_ANSWERS = (EngineState.READY, EngineState.THINKING)
_NOTHING_FITS = frozenset(
    {
        SilenceReason.EMPTY,
        SilenceReason.LOW_CONFIDENCE,
        SilenceReason.NOT_WORTH_IT,
        SilenceReason.ONLY_PUNCTUATION,
        SilenceReason.UNWANTED_CHARACTERS,
    }
)


class LanguageNotes(QObject):
    """Of one ``window``: when words were counted, and when a suggestion was asked for in vain."""

    def __init__(self, window: EditorWindow, shared: Shared) -> None:
        super().__init__(window)
        self._window, self._shared = window, shared
        self._following = Connections()
        window.counts.shown.connect(self._on_counted)
        window.active_view_changed.connect(self._follow)
        window.closed.connect(self._following.end)
        self._follow(window.active_view)

    def _follow(self, view: EditorView) -> None:
        self._following.end()
        self._following.add(view.suggestions.asked_in_vain, self._on_asked_in_vain)

    def _on_counted(self) -> None:
        chosen, state = self._shared.preferences(), self._shared.bridge.status.state
        if chosen.assistance and chosen.suggestions and state in _ANSWERS:
            note = self._shared.model_languages.first_note_on(self._written())
            if note:
                self._window.status_line.say(note, SAID_MS, wakes=False)

    def _on_asked_in_vain(self, reason: SilenceReason) -> None:
        """After the window has said that nothing fits: this is why."""
        note = self._shared.model_languages.note_on(self._written())
        if reason in _NOTHING_FITS and note and self._shared.preferences().assistance:
            self._window.status_line.say(note, SAID_MS)

    def _written(self) -> str:
        """What stands before the caret, as much as tells a language."""
        view = self._window.active_view
        end = view.caret
        return view.document.content.text_between(max(0, end - _LOOKED_AT_UNITS), end)
