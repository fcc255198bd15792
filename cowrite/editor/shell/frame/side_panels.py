"""The panels beside the page: one on each side at a time, as wide as the writer made them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.appearance.icons import icon
from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.common.accessible_role import ATTRIBUTE, Role
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.common.side_panel import Side, SidePanel
from cowrite.editor.shell.frame.window_parts import in_tab_order
from cowrite.localization import tr

_GRID_PX = 8
USUAL_WIDTH_PX = 264
LEAST_WIDTH_PX, MOST_WIDTH_PX = 176, 4096
STEP_PX = 88
LEAST_PAGE_PX = 280
"""Where less than that would be left for the page, panels make room for it until the window is wider again."""


class SidePanels(QObject):
    """``splitter`` has ``centre``, the page and what is around it, between two sides.

    ``give_back`` gives the page the keyboard. Signal: ``changed()`` after a panel was shown, hidden or made wider.
    """

    changed = Signal()

    def __init__(
        self, theme: Theme, centre: QWidget, give_back: Callable[[], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.splitter = splitter = QSplitter(Qt.Orientation.Horizontal, parent)
        self._give_back = give_back
        self._scale = 1.0
        self._panels: dict[str, SidePanel] = {}
        self._sides = {side: _SideArea(side, splitter) for side in Side}
        self._widths = dict.fromkeys(Side, USUAL_WIDTH_PX)
        splitter.addWidget(self._sides[Side.LEFT])
        splitter.addWidget(centre)
        splitter.addWidget(self._sides[Side.RIGHT])
        splitter.setStretchFactor(1, 1)
        splitter.setChildrenCollapsible(False)
        splitter.setHandleWidth(1)
        # Held: what Python notes of an object of Qt's goes with the last who knows it.
        self._handles = [splitter.handle(1), splitter.handle(2)]
        for handle in self._handles:
            setattr(handle, ATTRIBUTE, Role.Separator)
            handle.setAccessibleName(tr("Edge of the panel"))
        for area in self._sides.values():
            area.hide()
            area.close_asked.connect(self.hide)
            area.installEventFilter(self)
        self._set_aside: list[str] = []
        splitter.installEventFilter(self)
        splitter.splitterMoved.connect(self._on_moved)
        self.set_theme(theme)

    # --- panels ---

    def add(self, panel: SidePanel) -> None:
        """Offer a panel; it is made when it is shown first. Raises ValueError for an id that is there already."""
        if panel.id in self._panels:
            raise ValueError(f"there are two panels “{panel.id}”")
        self._panels[panel.id] = panel

    def show(self, panel_id: str, *, focus: bool = True) -> None:
        """Show a panel in place of the one on its side, and give it the keyboard. Raises KeyError."""
        panel = self._panels[panel_id]
        area = self._sides[panel.side]
        was_there = self.shown(panel_id)
        area.show_panel(panel)
        self._make_room()
        if focus and area.isVisible():
            area.focus()
        if not was_there:
            self.changed.emit()

    def hide(self, panel_id: str) -> None:
        """Hide a panel, and give the page the keyboard if the panel had it. Raises KeyError."""
        area = self._sides[self._panels[panel_id].side]
        if not self.shown(panel_id):
            return
        had_keyboard = area.has_keyboard
        area.show_none()
        self._make_room()
        if had_keyboard:
            self._give_back()
        self.changed.emit()

    def toggle(self, panel_id: str) -> None:
        """Show a panel, or hide it if it is shown. Raises KeyError."""
        if self.shown(panel_id):
            self.hide(panel_id)
        else:
            self.show(panel_id)

    def widen(self) -> None:
        """Make the panel that has the keyboard wider, or the first that is open; the widest becomes the narrowest."""
        there = [side for side, area in self._sides.items() if area.isVisible()]
        if not there:
            return
        side = next((each for each in there if self._sides[each].has_keyboard), there[0])
        others = sum(self._sides[each].width() for each in there if each is not side)
        page = round(LEAST_PAGE_PX * min(self._scale, 1.25))
        most = (self.splitter.width() - others - page) / self._scale
        wider = self._widths[side] + STEP_PX
        self._widths[side] = wider if wider <= most else LEAST_WIDTH_PX
        self._make_room()
        self.changed.emit()

    @property
    def is_any_open(self) -> bool:
        """Whether a panel stands beside the page."""
        return any(area.isVisible() for area in self._sides.values())

    def shown(self, panel_id: str) -> bool:
        """Whether the writer has this panel open. Raises KeyError."""
        return self._sides[self._panels[panel_id].side].panel_id == panel_id

    def widget(self, panel_id: str) -> QWidget | None:
        """What was made for a panel; None before it was shown first. Raises KeyError."""
        return self._sides[self._panels[panel_id].side].made.get(panel_id)

    # --- where they were ---

    @property
    def made(self) -> Mapping[str, QWidget]:
        """What was made for panels so far, by their ids."""
        return {each: made for area in self._sides.values() for each, made in area.made.items()}

    def set_aside(self, away: bool) -> None:
        """Hide what is open, and with False show it again, unless the writer has opened something else meanwhile."""
        if away:
            self._set_aside = [area.panel_id for area in self._sides.values() if area.panel_id]
            for panel_id in self._set_aside:
                self.hide(panel_id)
            return
        ids, self._set_aside = self._set_aside, []
        for panel_id in ids:
            if not self._sides[self._panels[panel_id].side].panel_id:
                self.show(panel_id, focus=False)

    def state(self) -> Mapping[Side, tuple[str, int]]:
        """On each side the id of the panel that is open, or nothing, and its width in pixels at 100 %."""
        aside = {self._panels[panel_id].side: panel_id for panel_id in self._set_aside}
        return {
            side: (area.panel_id or aside.get(side, ""), round(self._widths[side]))
            for side, area in self._sides.items()
        }

    def restore(self, state: Mapping[Side, tuple[str, int]]) -> None:
        """Be as it was; a panel that there is no more is left out. The keyboard stays where it is.

        A width of 0 is the usual one.
        """
        for side, (panel_id, width_px) in state.items():
            width = min(width_px, MOST_WIDTH_PX) or USUAL_WIDTH_PX
            self._widths[side] = max(LEAST_WIDTH_PX, width)
            if panel_id in self._panels and self._panels[panel_id].side is side:
                self.show(panel_id, focus=False)
            elif self._sides[side].panel_id:
                self.hide(self._sides[side].panel_id)
        self._make_room()

    # --- looks ---

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        line = mixed(theme.desk, theme.ink, 0.12)
        self.splitter.setStyleSheet(
            f"QSplitter::handle {{ background: {line}; }}"
            f"#sideArea {{ background: {theme.desk}; border: none; }}"
            f"#sideTitle {{ color: {theme.quiet}; background: transparent; }}"
            "#sideArea QToolButton { border: none; background: transparent; border-radius: 4px; padding: 4px; }"
            f"#sideArea QToolButton:hover {{ background: {mixed(theme.desk, theme.ink, 0.06)}; }}"
            f"#sideArea QToolButton:focus {{ border: 2px solid {theme.accent}; padding: 2px; }}"
        )
        for area in self._sides.values():
            area.set_theme(theme)

    def set_scale(self, scale: float) -> None:
        """Scale its sizes; 1.0 is 100 %."""
        self._scale = scale
        for area in self._sides.values():
            area.set_scale(scale)
        self._make_room()

    # --- room ---

    def _make_room(self) -> None:
        """Give each panel its width, as far as the page keeps its own; else the panels step back, right before left."""
        left = self.splitter.width() - round(LEAST_PAGE_PX * min(self._scale, 1.25))
        widths = dict.fromkeys(Side, 0)
        for side in (Side.LEFT, Side.RIGHT):
            wanted = round(self._widths[side] * self._scale)
            least = round(LEAST_WIDTH_PX * min(self._scale, 1.25))
            if self._sides[side].panel_id and left >= least:
                widths[side] = min(wanted, left)
                left -= widths[side]
            area = self._sides[side]
            had_keyboard = area.has_keyboard
            area.setVisible(bool(widths[side]))
            if had_keyboard and not widths[side]:
                self._give_back()
        if any(widths.values()):
            rest = self.splitter.width() - sum(widths.values())
            self.splitter.setSizes([widths[Side.LEFT], rest, widths[Side.RIGHT]])

    def _on_moved(self, _position: int, _index: int) -> None:
        sizes = self.splitter.sizes()
        for side, size in ((Side.LEFT, sizes[0]), (Side.RIGHT, sizes[2])):
            if self._sides[side].isVisible():
                self._widths[side] = max(LEAST_WIDTH_PX, round(size / self._scale))
        self.changed.emit()

    # --- the keyboard ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc that nobody in a panel has a use for arrives at its side: the page has the keyboard then."""
        if watched is self.splitter:
            if event.type() == QEvent.Type.Resize:
                self._make_room()
        elif (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self._give_back()
            return True
        return super().eventFilter(watched, event)


class _SideArea(QFrame):
    """One side: a title, a button that closes it, and one panel of those that were made for it."""

    accessible_role = Role.Pane
    close_asked = Signal(str)

    def __init__(self, side: Side, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("sideArea")
        self.setAccessibleName(tr("Left panel") if side is Side.LEFT else tr("Right panel"))
        self.panel_id = ""
        self.made: dict[str, QWidget] = {}
        self._title = PlainLabel(parent=self)
        self._title.setObjectName("sideTitle")
        self._close = QToolButton(self)
        self._close.setAccessibleName(tr("Close panel"))
        self._close.setToolTip(tr("Close panel"))
        self._close.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._close.clicked.connect(lambda: self.close_asked.emit(self.panel_id))
        self._stack = QStackedWidget(self)
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._close)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addLayout(self._head)
        self._column.addWidget(self._stack, 1)
        self.set_scale(1.0)

    def show_panel(self, panel: SidePanel) -> None:
        """Show it, made if it was not yet."""
        widget = self.made.get(panel.id)
        if widget is None:
            widget = self.made[panel.id] = panel.make(self._stack)
            self._stack.addWidget(widget)
        self.panel_id = panel.id
        self._title.setText(panel.title)
        self._stack.setCurrentWidget(widget)
        # The button is older than the panel: else Tab would come to it before everything else of the window.
        for last in [*in_tab_order(widget)][-1:]:
            self.setTabOrder(last, self._close)
        self.setAccessibleName(panel.title)

    def show_none(self) -> None:
        """Show nothing; what was made is kept."""
        self.panel_id = ""

    @property
    def has_keyboard(self) -> bool:
        """Whether something in it has the keyboard."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def focus(self) -> None:
        """Give the panel the keyboard."""
        widget = self._stack.currentWidget()
        if widget is not None:
            widget.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._close.setIcon(icon("x", theme.quiet))

    def set_scale(self, scale: float) -> None:
        """Scale its sizes; 1.0 is 100 %."""
        grid = round(_GRID_PX * scale)
        self.setMinimumWidth(round(LEAST_WIDTH_PX * min(scale, 1.25)))
        self._head.setContentsMargins(2 * grid, grid, grid, grid // 2)
