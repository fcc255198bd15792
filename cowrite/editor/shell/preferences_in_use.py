"""What the writer chose, as it is now; changes are kept, many of them with one write."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.errors import UserError
from cowrite.editor.common.disk import StateFiles
from cowrite.settings.preferences import Preferences
from cowrite.settings.store import PreferencesStore


class PreferencesInUse(QObject):
    """Signals: ``changed(Preferences)``, ``failed(str)`` with a sentence when they could not be written."""

    changed = Signal(object)
    failed = Signal(str)

    def __init__(
        self,
        store: PreferencesStore,
        chosen: Preferences,
        states: StateFiles,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self.chosen = chosen
        self._store = store
        self._states = states
        self._is_unsaved = False

    def change(self, **values: Any) -> None:
        """Use other values for some of them from now on, and keep them."""
        chosen = replace(self.chosen, **values)
        if chosen == self.chosen:
            return
        self.chosen = chosen
        self.changed.emit(chosen)
        # A slider changes many times; only the last value is written.
        if not self._is_unsaved:
            self._is_unsaved = True
            QTimer.singleShot(0, self, self.save)

    def save(self) -> None:
        """Write what was changed, beside the GUI thread."""
        if not self._is_unsaved:
            return
        self._is_unsaved = False
        chosen = self.chosen
        self._states.write("preferences", lambda: self._store.save(chosen), self._on_error)

    def _on_error(self, error: UserError) -> None:
        self.failed.emit(str(error))
