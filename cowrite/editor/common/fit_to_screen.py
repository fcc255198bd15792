"""No window is larger than the screen it is on, and none lies outside it; what needs more room scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QElapsedTimer,
    QEvent,
    QMargins,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.focus_ring import stop_at_if_it_scrolls
from cowrite.editor.common.letters import letter_width
from cowrite.localization import tr

ASSUMED_FRAME_PX = QMargins(4, 36, 4, 4)
"""What a window manager puts around a window, until it is there and tells."""
CONTENT_SHARE = 0.9, 0.75
"""How much of the screen's width and height the content of a dialog takes at most before it scrolls."""
STEP_PX = 32
"""How far each new window stands from the one before."""
MOST_ROWS = 100
SETTLING_MS = 1_000
"""So long after it was shown the place of a window is the window manager's doing, not the writer's."""
_SETTLING = frozenset({QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.WindowActivate})
_BOUNDED = "boundedByScreen"
_LARGE = Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen


def fit_to_screen(window: QWidget) -> None:
    """Bound size, smallest size and place of ``window``, with its frame, to what its screen has to give.

    A window that no screen shows any part of comes back to the main one.
    """
    _fit(window, is_placed=window.isVisible() or _was_moved(window))


def _fit(window: QWidget, *, is_placed: bool) -> None:
    if window.windowState() & _LARGE:
        return
    available = screen_of(window).availableGeometry()
    frame = _frame(window)
    room = available.marginsRemoved(frame)
    _bound_minimum(window, room.size())
    size = window.size().boundedTo(room.size())
    if size != window.size():
        window.resize(size)
    outer = QRect(
        window.pos(), size.grownBy(frame)
    )  # a place that was asked for is that of the frame
    if is_placed and not available.contains(outer):
        window.move(
            max(available.left(), min(outer.left(), available.right() + 1 - outer.width())),
            max(available.top(), min(outer.top(), available.bottom() + 1 - outer.height())),
        )


def keep_on_screen(window: QWidget) -> None:
    """Have :func:`fit_to_screen` done whenever ``window`` is shown, or grows because its content does."""
    _Keeper(window)


def place_beside(window: QWidget, beside: QWidget, taken: Sequence[QPoint]) -> None:
    """Put ``window`` a step to the right of and below ``beside``, or else begin again at the top left of the screen.

    ``taken`` are the corners of the other windows; none is covered exactly while there is room for another step.
    """
    available = screen_of(beside).availableGeometry()
    frame = _frame(beside)
    window.resize(window.size().boundedTo(available.marginsRemoved(frame).size()))
    size = window.size().grownBy(frame)
    first, step = beside.pos() + QPoint(STEP_PX, STEP_PX), QPoint(STEP_PX, STEP_PX)
    for row in range(MOST_ROWS):
        corner = first
        while available.contains(QRect(corner, size)):
            if all((corner - each).manhattanLength() >= STEP_PX for each in taken):
                window.move(corner)
                return
            corner += step
        first = available.topLeft() + QPoint(row * STEP_PX, 0)
    window.move(available.topLeft())


def screen_of(window: QWidget) -> QScreen:
    """The screen that shows the most of ``window``; the main one if none shows any of it."""
    area = window.geometry()
    overlaps = {
        screen: _area(screen.availableGeometry().intersected(area))
        for screen in QGuiApplication.screens()
    }
    best = max(overlaps, key=lambda screen: overlaps[screen])
    parent = window.parentWidget()
    if parent is not None and not (window.isVisible() or _was_moved(window)):
        return parent.screen()  # it will be shown in front of it
    return best if overlaps[best] else QGuiApplication.primaryScreen()


class ContentArea(QScrollArea):
    """Shows ``content`` whole where the screen has room for it, and lets it scroll where not.

    It is ``characters`` wide, or as wide as what is in it needs. One that is ``long`` may be made less high at will.
    """

    accessible_role = Role.Pane

    def __init__(
        self,
        content: QWidget,
        parent: QWidget | None = None,
        *,
        characters: int = 0,
        long: bool = False,
    ) -> None:
        super().__init__(parent)
        self._characters = characters
        self._long = long
        self._content = content
        self.setAccessibleName(tr("Content"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(content)
        stop_at_if_it_scrolls(self, has_fields=True)

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        return self._wanted().boundedTo(self._most())

    def minimumSizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        whole = self.sizeHint()
        return QSize(whole.width(), 4 * self.fontMetrics().height()) if self._long else whole

    def _wanted(self) -> QSize:
        content, bar = self._content, self.verticalScrollBar().sizeHint().width()
        own = content.minimumSizeHint() if self._characters else content.sizeHint()
        width = max(own.width(), self._characters * letter_width(content.fontMetrics()))
        width = min(width, self._most().width() - bar)
        has_own = content.hasHeightForWidth()
        height = content.heightForWidth(width) if has_own else content.sizeHint().height()
        scrolls = self._long or height > self._most().height()
        return QSize(width + (bar if scrolls else 0), height)

    def _most(self) -> QSize:
        available = self.screen().availableGeometry()
        width, height = CONTENT_SHARE
        return QSize(round(width * available.width()), round(height * available.height()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if event.type() == QEvent.Type.LayoutRequest and watched is self._content:
            self.updateGeometry()
        return super().eventFilter(watched, event)


class _Keeper(QObject):
    """Watches one window."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._size = window.size()
        # Only once it is shown does the window manager tell of the frame, and may have put it half outside.
        self._settles = QElapsedTimer()
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.timeout.connect(self._fit_again)
        window.installEventFilter(self)

    def _fit_again(self) -> None:
        if self._window.isVisible():
            fit_to_screen(self._window)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.Show:
            self._settles.start()
        elif kind == QEvent.Type.Hide:
            self._again.stop()
        elif (
            kind in _SETTLING
            and self._settles.isValid()
            and not self._settles.hasExpired(SETTLING_MS)
        ):
            self._again.start(0)
        if kind in (QEvent.Type.Show, QEvent.Type.LayoutRequest) and isinstance(watched, QWidget):
            # Where the writer has put it half off the screen, it stays while it does not grow.
            grown = watched.size() != watched.size().boundedTo(self._size)
            if kind == QEvent.Type.Show:
                # A dialog finds its place in front of its parent only now.
                _fit(watched, is_placed=_was_moved(watched))
            elif grown and watched.isVisible():
                fit_to_screen(watched)
            else:
                _bound_minimum(watched, _room(watched))
            self._size = watched.size()
        return False


def _bound_minimum(window: QWidget, room: QSize) -> None:
    """Where its layout asks for more than there is, say in its place how small the window may be."""
    layout = window.layout()
    if layout is None:
        window.setMinimumSize(window.minimumSize().boundedTo(room))
        return
    needed = layout.totalMinimumSize()
    bound = QSize(
        room.width() if needed.width() > room.width() else 0,
        room.height() if needed.height() > room.height() else 0,
    )
    before = window.property(_BOUNDED) or QSize(0, 0)
    if bound == before:
        return
    window.setProperty(_BOUNDED, bound)
    if bound.width() != before.width():
        window.setMinimumWidth(bound.width())
    if bound.height() != before.height():
        window.setMinimumHeight(bound.height())


def _room(window: QWidget) -> QSize:
    """How large the window may be without its frame."""
    return screen_of(window).availableGeometry().marginsRemoved(_frame(window)).size()


def _frame(window: QWidget) -> QMargins:
    outer, inner = window.frameGeometry(), window.geometry()
    real = QMargins(
        inner.left() - outer.left(),
        inner.top() - outer.top(),
        outer.right() - inner.right(),
        outer.bottom() - inner.bottom(),
    )
    return ASSUMED_FRAME_PX if real.isNull() else real


def _was_moved(window: QWidget) -> bool:
    return window.testAttribute(Qt.WidgetAttribute.WA_Moved)


def _area(rect: QRect) -> int:
    return max(0, rect.width()) * max(0, rect.height())
