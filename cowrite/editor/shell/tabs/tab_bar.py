"""The bar of tabs above the page. It knows names and places, and is not there as long as there is one document."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QTabBar, QToolButton, QWidget

from cowrite.base.printable import one_line
from cowrite.editor.appearance.icons import icon
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import tool_tip
from cowrite.localization import tr

_GRID_PX = 8
WIDEST_CHARACTERS = 28
NARROWEST_CHARACTERS = 8
"""So much of a name is read at least; the bar scrolls where there is no room for that."""
MODIFIED = "•"


class DocumentTabs(QTabBar):
    """Signals: ``chosen(int)``, ``close_asked(int)``, ``menu_asked(int, QPoint)``.

    A click never takes the keyboard from the page.
    """

    chosen = Signal(int)
    close_asked = Signal(int)
    menu_asked = Signal(int, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._scale = 1.0
        self.setAccessibleName(tr("Open documents"))
        self.setDocumentMode(True)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setMovable(True)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for scroll_button in self.findChildren(QToolButton):
            scroll_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.currentChanged.connect(self._on_current)
        self.set_theme(theme)
        self.hide()

    # --- what it shows ---

    def insert(self, at: int) -> None:
        """A tab more; say what it is called with :meth:`describe`."""
        self.blockSignals(True)
        self.insertTab(at, "")
        self.blockSignals(False)
        self.setTabButton(at, QTabBar.ButtonPosition.RightSide, self._close_button())
        self.setVisible(self.count() > 1)

    def remove(self, at: int) -> None:
        """A tab less."""
        button = self.tabButton(at, QTabBar.ButtonPosition.RightSide)
        self.blockSignals(True)
        self.removeTab(at)
        self.blockSignals(False)
        if button is not None:
            button.deleteLater()
        self.setVisible(self.count() > 1)

    def set_current(self, at: int) -> None:
        """Mark this one as in front."""
        self.blockSignals(True)
        self.setCurrentIndex(at)
        self.blockSignals(False)
        self.update()

    def describe(self, at: int, *, name: str, where: str, modified: bool) -> None:
        """How the document is called, its file if it has one, and whether that lacks changes."""
        plain = one_line(name)
        mark = f"{MODIFIED} " if modified else ""
        self.setTabText(at, mark + plain.replace("&", "&&"))
        self.setTabToolTip(
            at, tool_tip(where or tr("{name} (not saved in a file yet)", name=plain))
        )
        self.setAccessibleTabName(at, tr("{name}, not saved", name=plain) if modified else plain)
        button = self.tabButton(at, QTabBar.ButtonPosition.RightSide)
        if button is not None:
            button.setAccessibleName(tr("Close {name}", name=plain))

    # --- looks ---

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self._dress()

    def set_scale(self, scale: float) -> None:
        """Scale its sizes; 1.0 is 100 %."""
        self._scale = scale
        self._dress()

    def _dress(self) -> None:
        theme, grid = self._theme, round(_GRID_PX * self._scale)
        hover = mixed(theme.desk, theme.ink, 0.06)
        self.setStyleSheet(
            f"QTabBar {{ background: {theme.desk}; border: none; }}"
            f"QTabBar::tab {{ background: {theme.desk}; color: {theme.quiet}; border: none;"
            f" padding: {grid * 3 // 4}px {grid // 2}px {grid * 3 // 4}px {grid * 2}px;"
            f" border-bottom: 2px solid transparent; }}"
            f"QTabBar::tab:hover {{ background: {hover}; color: {theme.ink}; }}"
            f"QTabBar::tab:selected {{ background: {theme.page}; color: {theme.ink};"
            f" border-bottom: 2px solid {theme.accent}; }}"
            "QTabBar QToolButton { border: none; background: transparent; border-radius: 4px; padding: 2px; }"
            f"QTabBar QToolButton:hover {{ background: {mixed(theme.desk, theme.ink, 0.12)}; }}"
            f"QTabBar::scroller {{ width: {4 * grid}px; }}"
        )
        for at in range(self.count()):
            button = self.tabButton(at, QTabBar.ButtonPosition.RightSide)
            if isinstance(button, QToolButton):
                self._dress_button(button)

    def _dress_button(self, button: QToolButton) -> None:
        size = round(2 * _GRID_PX * self._scale)
        button.setIcon(icon("x", self._theme.quiet, size=size))
        button.setIconSize(QSize(size, size))
        button.resize(button.sizeHint())

    def tabSizeHint(self, index: int) -> QSize:  # noqa: D102 - Qt's name
        size = super().tabSizeHint(index)
        widest = letter_width(self.fontMetrics()) * WIDEST_CHARACTERS
        widest += round(6 * _GRID_PX * self._scale)
        return QSize(min(size.width(), widest), size.height())

    def minimumTabSizeHint(self, index: int) -> QSize:  # noqa: D102 - Qt's name
        size, whole = super().minimumTabSizeHint(index), self.tabSizeHint(index)
        least = size.width() + letter_width(self.fontMetrics()) * NARROWEST_CHARACTERS
        return QSize(min(least, whole.width()), size.height())

    def _close_button(self) -> QToolButton:
        button = QToolButton(self)
        self._dress_button(button)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setToolTip(tr("Close"))
        button.clicked.connect(lambda: self._on_close(button))
        return button

    # --- what the writer does ---

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102 - Qt's name
        if event.button() == Qt.MouseButton.MiddleButton:
            at = self.tabAt(event.position().toPoint())
            if at >= 0:
                self.close_asked.emit(at)
            event.accept()
            return
        super().mouseReleaseEvent(event)

    def _on_close(self, button: QToolButton) -> None:
        for at in range(self.count()):
            if self.tabButton(at, QTabBar.ButtonPosition.RightSide) is button:
                self.close_asked.emit(at)
                return

    def _on_menu(self, place: QPoint) -> None:
        at = self.tabAt(place)
        if at >= 0:
            self.menu_asked.emit(at, self.mapToGlobal(place))

    def _on_current(self, at: int) -> None:
        if at >= 0:
            self.chosen.emit(at)
