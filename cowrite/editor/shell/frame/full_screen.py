"""Full screen: the page and nothing else. Menus and tabs come when the mouse goes to the upper edge, the status line at
the lower one, all of them while Alt is held; Esc that nobody has a use for leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

EDGE_PX = 3
"""So near to an edge of the screen the mouse asks for what is there,"""
AWAY_PX = 120
"""and so far from it, it has no use for it any more."""
_NO_LIMIT_PX = 16_777_215  # Qt's QWIDGETSIZE_MAX


class FullScreen(QObject):
    """Of one ``window``; ``above`` and ``below`` are what goes. Signal: ``switched(bool)``.

    What goes is made flat, not hidden: the keys of a hidden menu do nothing, and some of it hides for its own reasons.
    """

    switched = Signal(bool)

    def __init__(
        self, window: QMainWindow, *, above: Sequence[QWidget], below: Sequence[QWidget]
    ) -> None:
        super().__init__(window)
        self._window = window
        self._above, self._below = above, below
        self._before = Qt.WindowState.WindowNoState
        self.is_on = False
        window.installEventFilter(self)

    @property
    def before(self) -> Qt.WindowState:
        """How the window was before it filled the screen."""
        return self._before

    def switch(self) -> None:
        """Fill the screen, or be as before."""
        self.leave() if self.is_on else self.enter()

    def enter(self) -> None:
        """Fill the screen with the page."""
        if self.is_on:
            return
        self.is_on = True
        self._before = self._window.windowState() & ~Qt.WindowState.WindowFullScreen
        self._show(self._above, False)
        self._show(self._below, False)
        self._window.setWindowState(self._before | Qt.WindowState.WindowFullScreen)
        application = QApplication.instance()
        if application is not None:
            application.installEventFilter(self)  # the mouse is over other widgets
        self.switched.emit(True)

    def leave(self) -> None:
        """Be as before."""
        if not self.is_on:
            return
        self.is_on = False
        application = QApplication.instance()
        if application is not None:
            application.removeEventFilter(self)
        self._window.installEventFilter(self)  # Qt has one list of filters for each object
        self._show(self._above, True)
        self._show(self._below, True)
        self._window.setWindowState(self._before)
        self.switched.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        match event.type():
            case QEvent.Type.WindowStateChange if watched is self._window:
                if self.is_on and not self._window.isFullScreen():  # the window manager was asked
                    self.leave()
            case QEvent.Type.KeyPress if isinstance(event, QKeyEvent) and self.is_on:
                return self._on_key(watched, event)
            case QEvent.Type.KeyRelease if isinstance(event, QKeyEvent) and self.is_on:
                if event.key() == Qt.Key.Key_Alt and QApplication.activePopupWidget() is None:
                    self._show(self._above, False)
                    self._show(self._below, False)
            case QEvent.Type.MouseMove if isinstance(event, QMouseEvent) and self.is_on:
                self._on_mouse(event)
        return super().eventFilter(watched, event)

    def _on_key(self, watched: QObject, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Alt and self._window.isActiveWindow():
            self._show(self._above, True)
            self._show(self._below, True)
        if watched is self._window and event.key() == Qt.Key.Key_Escape:  # it came up from the page
            self.leave()
            return True
        return False

    def _on_mouse(self, event: QMouseEvent) -> None:
        if not self._window.isActiveWindow() or QApplication.activePopupWidget() is not None:
            return
        screen, y = self._window.geometry(), event.globalPosition().y()
        for parts, distance in (
            (self._above, y - screen.top()),
            (self._below, screen.bottom() - y),
        ):
            if distance <= EDGE_PX:
                self._show(parts, True)
            elif distance > AWAY_PX:
                self._show(parts, False)

    @staticmethod
    def _show(parts: Sequence[QWidget], shown: bool) -> None:
        for part in parts:
            part.setMaximumHeight(_NO_LIMIT_PX if shown else 0)
