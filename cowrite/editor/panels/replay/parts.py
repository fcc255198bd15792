"""What the replay is made of: the list of sessions, and a slider that shows where decisions were made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionSlider,
    QStyleOptionViewItem,
    QWidget,
)

from cowrite.base.printable import one_line
from cowrite.decisions.past_sessions import PastSession, decisions, length
from cowrite.editor.common.plain_label import tool_tip
from cowrite.editor.common.wheel_guard import Slider
from cowrite.localization import tr
from cowrite.localization.dates import moment_text, weekday_text

TICK_PX = 2
_PADDING_PX = 10
_INDENT_PX = 24
_FOCUS_PX = 4
_GAP_PX = 3
_LINES = 3


class SessionList(QListWidget):
    """The sessions there are: when, what was worked on, how long, how many decisions."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Sessions"))
        self._lines = _ThreeLines(self)
        self.setItemDelegate(self._lines)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)

    def set_quiet_colour(self, colour: str) -> None:
        """Of what is not the name of a document."""
        self._lines.quiet = QColor(colour)
        self.viewport().update()

    def fill(self, sessions: Sequence[PastSession]) -> None:
        """Show ``sessions``; none is chosen."""
        self.blockSignals(True)
        self.clear()
        for each in sessions:
            item = QListWidgetItem("\n".join(map(one_line, _lines(each))))
            item.setToolTip(tool_tip(each.title))
            self.addItem(item)
        self.setCurrentRow(-1)
        self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102 - Qt's name
        if event.key() == Qt.Key.Key_Space:
            event.ignore()  # the window plays and pauses
            return
        super().keyPressEvent(event)


class _ThreeLines(QStyledItemDelegate):
    """The document in ink, the other lines in ``quiet``, each cut off where the list ends."""

    def __init__(self, parent: QListWidget) -> None:
        super().__init__(parent)
        self.quiet = QColor()

    def sizeHint(
        self, option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        height = option.fontMetrics.height()
        return QSize(0, _LINES * height + (_LINES - 1) * _GAP_PX + 2 * _PADDING_PX)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        metrics, palette = option.fontMetrics, option.palette
        ink = palette.color(QPalette.ColorRole.Text)
        quiet = self.quiet
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            quiet = ink  # on the ground of what is chosen, quiet text would be hard to read
            painter.fillRect(option.rect, palette.color(QPalette.ColorRole.Highlight))
            if option.state & QStyle.StateFlag.State_HasFocus:
                painter.fillRect(
                    QRect(option.rect.topLeft(), QSize(_FOCUS_PX, option.rect.height())),
                    palette.color(QPalette.ColorRole.Accent),
                )
        rect = option.rect.adjusted(_INDENT_PX, _PADDING_PX, -_PADDING_PX, -_PADDING_PX)
        painter.setFont(option.font)
        for number, line in enumerate(str(index.data()).split("\n")):
            painter.setPen(ink if number == 1 else quiet)
            top = rect.top() + number * (metrics.height() + _GAP_PX)
            box = QRect(rect.left(), top, rect.width(), metrics.height())
            text = metrics.elidedText(line, Qt.TextElideMode.ElideRight, rect.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()


class DecisionSlider(Slider):
    """The place in the playback, with a small mark wherever the writer decided about a suggestion."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setAccessibleName(tr("Position in the session"))
        self._ticks: Sequence[tuple[int, bool]] = ()
        self._colours = QColor(), QColor()

    def set_ticks(self, ticks: Sequence[tuple[int, bool]]) -> None:
        """Where the decisions are, and whether something was taken there."""
        self._ticks = ticks
        self.update()

    def set_colours(self, taken: str, other: str) -> None:
        """Of a mark where something was taken, and of all others."""
        self._colours = QColor(taken), QColor(other)
        self.update()

    def sizeHint(self) -> QSize:  # noqa: D102 - Qt's name
        return super().sizeHint().expandedTo(QSize(0, self.fontMetrics().height() * 2))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        groove, handle = (
            self.style().subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
            for part in (QStyle.SubControl.SC_SliderGroove, QStyle.SubControl.SC_SliderHandle)
        )
        room = groove.width() - handle.width()
        top = self.height() // 2 - handle.height() // 2
        painter = QPainter(self)
        for place, is_taken in self._ticks:
            at = QStyle.sliderPositionFromValue(self.minimum(), self.maximum(), place, room)
            left = groove.left() + handle.width() // 2 + at - TICK_PX // 2
            painter.fillRect(
                left, top, TICK_PX, handle.height(), self._colours[0 if is_taken else 1]
            )
        painter.end()
        super().paintEvent(event)


def _lines(session: PastSession) -> tuple[str, str, str]:
    about = [length(session.length_ms), decisions(session.decisions)]
    if session.is_imported:
        about.append(tr("imported"))
    return started(session.started_ms), session.title, " · ".join(about)


def started(at_ms: int) -> str:
    """When a session began; its number if the clock was far off."""
    moment = moment_of(at_ms)
    if moment is None:
        return str(at_ms)
    day = weekday_text(moment, short=True)
    return tr("{weekday} {moment}", weekday=day, moment=moment_text(moment, short=True))


def at_that_time(at_ms: int) -> str:
    """The day and the time to the second, of a moment in a session."""
    moment = moment_of(at_ms)
    return (
        str(at_ms) if moment is None else moment_text(moment, year=False, short=True, seconds=True)
    )


def moment_of(at_ms: int) -> datetime | None:
    """None if the clock was far off."""
    try:
        return datetime.fromtimestamp(at_ms / 1000)
    except (OverflowError, OSError, ValueError):
        return None


def first_size(window: QWidget, wanted: QSize) -> QSize:
    """As large as is ``wanted``, and not larger than the screen."""
    return wanted.boundedTo(window.screen().availableGeometry().size() * 0.9)


def push_button(text: str, what: str) -> QPushButton:
    """One that Enter does not press; ``what`` says what it is for."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    button.setToolTip(what)
    button.setAccessibleDescription(what)
    return button


def in_a_row(*widgets: QWidget, wide: QWidget) -> QHBoxLayout:
    """One beside the other; ``wide`` takes the room that is left."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for widget in widgets:
        row.addWidget(widget, int(widget is wide))
    return row
