"""The menu bar of a writing window: it never keeps the keyboard, so that no letter typed on the page can run a command.

Qt's own bar takes the keyboard when Alt is pressed alone, when a menu is opened by its letter, and when a menu is left
with Esc; every letter typed then is a command. Here only Alt with a letter opens a menu, or F10 the first.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget

from cowrite.editor.common.announcing import tell_focus
from cowrite.localization import tr


class MenuBar(QMenuBar):
    """Gives the keyboard to ``page``, or to what that stands for, always."""

    def __init__(self, page: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._page = page
        self.setAccessibleName(tr("Menu bar"))
        first = QShortcut(QKeySequence(Qt.Key.Key_F10), parent)
        first.activated.connect(self._open_first)

    def add_menu(self, title: str) -> QMenu:
        """A new menu at the right end."""
        menu = self.addMenu(title)
        menu.aboutToShow.connect(self._lend)
        # Once it is gone: until then Qt still notes that the bar has the keyboard.
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self, self._let_go))
        return menu

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Alt, Qt.Key.Key_Meta)
        ):
            return False  # Alt alone is the beginning of a switch of windows, or a slip
        return super().eventFilter(watched, event)

    def _open_first(self) -> None:
        actions = self.actions()
        if actions:
            self.setActiveAction(actions[0])
            menu = actions[0].menu()
            if isinstance(menu, QMenu) and menu.isVisible():
                menu.setActiveAction(menu.actions()[0])

    def _lend(self) -> None:
        """While a menu is open Qt would give the bar the keyboard. Only then: of the proxy's owner a screen reader is
        told that it has the keyboard itself.
        """
        self.setFocusProxy(self._page)

    def _let_go(self) -> None:
        if not isinstance(QApplication.activePopupWidget(), QMenu):
            self.setFocusProxy(None)  # type: ignore[arg-type]  # Qt takes a null pointer
            lost = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.MenuBarFocusReason)
            QApplication.sendEvent(self, lost)
            tell_focus()
