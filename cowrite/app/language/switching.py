"""Changes the language of all windows while the program runs; ADR 63 says how.

Documents, views, the engine, the journal and everything else that is no window go on as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from cowrite.app.language.qt_texts import speak
from cowrite.app.language.window_renewal import WindowRenewal
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.shell.window_manager import WindowManager
from cowrite.localization import current
from cowrite.settings.language import use_language
from cowrite.settings.preferences import Preferences

AGAIN_MS = 100
"""How long after a try in vain the next one is made: a question is on screen, or a disk is waited for."""


class LanguageSwitch(QObject):
    """Follows the preference ``language``. ``may_begin``: the start is over. Signal: ``switched()``."""

    switched = Signal()

    def __init__(
        self,
        application: QCoreApplication,
        manager: WindowManager,
        appearance: Appearance,
        chosen: Preferences,
        may_begin: Callable[[], bool],
    ) -> None:
        super().__init__(manager)
        self._application = application
        self._manager = manager
        self._appearance = appearance
        self._may_begin = may_begin
        self._wanted = self._has = chosen.language
        self._renewal = WindowRenewal(manager)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._try)
        manager.preferences_changed.connect(self._on_preferences)

    def _on_preferences(self, chosen: Preferences) -> None:
        self._wanted = chosen.language
        if self._wanted != self._has:
            self._soon.start(0)  # the window in which it was chosen is about to go

    def _try(self) -> None:
        if not self._manager.windows or self._wanted == self._has:
            return
        if self._must_wait():
            self._soon.start(AGAIN_MS)
            return
        self._has, before = self._wanted, current()
        for view in self._manager.views:
            view.page.end_composing()
        language = use_language(self._wanted)
        if language == before:
            return
        speak(self._application, language)
        self._appearance.follow_language()
        self._renewal.renew_all()
        self.switched.emit()

    def _must_wait(self) -> bool:
        """Whether something stands on screen, or is under way, that belongs to one of the windows."""
        is_asked = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        return bool(is_asked) or self._manager.is_busy or not self._may_begin()
