"""Plain messages above the page, each with what can be done about it. They never take the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cowrite.editor.appearance.theme import Theme, mixed
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.announcing import announce
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.localization import again, tr, tr_noop

MOST_AT_ONCE = 4
SHARE_OF_WINDOW = 0.6
"""How much of the height above the status line messages take at most; then they scroll."""
_TEXT_CHARACTERS = 130
_LEAST_CHARACTERS = 24
"""Where not so many stand in a line beside the buttons, the buttons go below."""
_ACROSS, _DOWN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeAction:
    """A button: what it says and does. It takes its message away unless that ``stays``."""

    label: str
    do: Callable[[], None]
    stays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message. A later one of the same ``key`` takes its place; an empty ``text`` takes it away.

    One that is ``about`` something, such as one of several documents, is shown while that is in front.
    """

    text: str
    key: str = ""
    acts: tuple[NoticeAction, ...] = ()
    close_label: str = tr_noop("Close")
    about: object | None = None

    def again(self) -> Notice:
        """The same in the language that is in use now."""
        acts = tuple(replace(act, label=again(act.label)) for act in self.acts)
        return replace(self, text=again(self.text), acts=acts, close_label=again(self.close_label))


class MessageBar(QFrame):
    """One message with its buttons; the last of them closes it."""

    accessible_role = Role.AlertMessage
    closed = Signal()

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("messageBar")
        self.setAccessibleName(tr("Message"))
        self._label = PlainLabel(parent=self)
        self._label.setWordWrap(True)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setFocusPolicy(
            Qt.FocusPolicy.NoFocus
        )  # a click leaves the keyboard to the page
        # Longer lines are tiring to read; beyond that the room stays empty.
        widest = letter_width(self._label.fontMetrics()) * _TEXT_CHARACTERS
        self._label.setMaximumWidth(widest)
        self._row = QBoxLayout(_ACROSS, self)
        self._row.setContentsMargins(24, 8, 16, 8)
        self._row.setSpacing(8)
        self._row.addWidget(self._label, 1000)
        self._row.addStretch(1)
        self._button_row = QBoxLayout(_ACROSS)
        self._button_row.setSpacing(8)
        self._row.addLayout(self._button_row)
        self._buttons: list[QPushButton] = []
        self.show_notice(notice)

    @property
    def text(self) -> str:
        """What it says."""
        return self._label.text()

    @property
    def buttons(self) -> list[QPushButton]:
        """What can be done, in order; the last one closes the bar."""
        return list(self._buttons)

    def show_notice(self, notice: Notice) -> None:
        """Say this instead. Buttons that stay the same stay where they are, under the pointer."""
        same_buttons = bool(self._buttons) and _labels(notice) == _labels(self.notice)
        self.notice = notice
        self._label.setText(notice.text)
        self.setAccessibleDescription(notice.text)
        if same_buttons:
            return
        for button in self._buttons:
            self._button_row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._add_button(at) for at in range(len(notice.acts) + 1)]
        self._arrange()

    def _arrange(self) -> None:
        """Put the buttons beside the text, below it, or each below the other, as there is room."""
        margins = self._row.contentsMargins()
        room = self.width() - margins.left() - margins.right()
        gaps = self._button_row.spacing() * len(self._buttons)
        buttons = sum(button.sizeHint().width() for button in self._buttons) + gaps
        least = letter_width(self._label.fontMetrics()) * _LEAST_CHARACTERS
        self._row.setDirection(_ACROSS if buttons + least <= room else _DOWN)
        self._button_row.setDirection(_ACROSS if buttons <= room else _DOWN)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._arrange()

    def _add_button(self, at: int) -> QPushButton:
        button = QPushButton(_labels(self.notice)[at], self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._on_clicked(at))
        self._button_row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def _on_clicked(self, at: int) -> None:
        acts = self.notice.acts
        if at >= len(acts) or not acts[at].stays:
            self.closed.emit()
        if at < len(acts):
            acts[at].do()


class MessageArea(QScrollArea):
    """The messages of one window, newest below. Hidden while there is none to be shown."""

    accessible_role = Role.Pane

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[MessageBar] = []
        self._front: object | None = None
        self._inner = QWidget()
        self._column = QVBoxLayout(self._inner)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.setWidget(self._inner)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Messages"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.set_theme(theme)
        self.hide()

    def _fit(self) -> None:
        """Be as high as the messages at this width, but leave the page its share."""
        height = self._inner.heightForWidth(self.viewport().width())
        window = self.window()
        if window is not self:
            height = min(height, round(SHARE_OF_WINDOW * window.height()))
        self.setFixedHeight(max(1, height))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102 - Qt's name
        super().showEvent(event)
        self.window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        asks = QEvent.Type.LayoutRequest if watched is self._inner else QEvent.Type.Resize
        if event.type() == asks and watched is not self.viewport():
            self._fit()
        return super().eventFilter(watched, event)

    @property
    def bars(self) -> list[MessageBar]:
        """The messages on screen, oldest first."""
        return [bar for bar in self._bars if self._is_due(bar)]

    @property
    def notices(self) -> list[Notice]:
        """All there is to say, also what waits until what it is about is in front."""
        return [bar.notice for bar in self._bars]

    @property
    def texts(self) -> list[str]:
        """What they say."""
        return [bar.text for bar in self.bars]

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        ground = mixed(theme.desk, theme.accent, 0.12)
        self.setStyleSheet(
            f"#messageBar {{ background: {ground}; border: none; }}"
            f"#messageBar QLabel {{ color: {theme.ink}; background: transparent; }}"
        )

    def show_notice(self, notice: Notice) -> None:
        """Show a message, in place of one with the same key or the same words."""
        for bar in self._bars:
            if bar.notice.about is not notice.about:
                continue
            if bar.text == notice.text or (notice.key and bar.notice.key == notice.key):
                self._replace(bar, notice)
                return
        if not notice.text:
            return
        while (
            len(beside := [each for each in self._bars if self._is_beside(each, notice)])
            >= MOST_AT_ONCE
        ):
            self._take_away(beside[0])
        bar = MessageBar(notice, self._inner)
        bar.closed.connect(lambda: self._take_away(bar))
        self._bars.append(bar)
        self._column.addWidget(bar)
        self._show_due()

    def dismiss(self, key: str, about: object | None = None) -> None:
        """Take the message of this key away, if it is there."""
        self.show_notice(Notice(text="", key=key, about=about))

    def set_front(self, front: object) -> None:
        """From now on show what is about ``front``, and about nothing else in particular."""
        self._front = front
        self._show_due()

    def take(self, about: object) -> list[Notice]:
        """Take away what is about something that is no longer here, and say what it was."""
        taken = [bar for bar in self._bars if bar.notice.about is about]
        for bar in taken:
            self._take_away(bar)
        return [bar.notice for bar in taken]

    def _is_due(self, bar: MessageBar) -> bool:
        return bar.notice.about is None or bar.notice.about is self._front

    @staticmethod
    def _is_beside(bar: MessageBar, notice: Notice) -> bool:
        """Whether the two may be on screen together."""
        return None in (bar.notice.about, notice.about) or bar.notice.about is notice.about

    def _show_due(self) -> None:
        for bar in self._bars:
            appears = bar.isHidden() and self._is_due(bar)
            bar.setVisible(self._is_due(bar))
            if appears:
                announce(bar, bar.text)
        self.setVisible(bool(self.bars))
        self._fit()

    def _replace(self, bar: MessageBar, notice: Notice) -> None:
        if notice.text:
            if notice.text != bar.text:
                announce(bar, notice.text)
            bar.show_notice(notice)
        else:
            self._take_away(bar)

    def _take_away(self, bar: MessageBar) -> None:
        if bar not in self._bars:
            return
        self._bars.remove(bar)
        self._column.removeWidget(bar)
        bar.hide()
        bar.deleteLater()
        self.setVisible(bool(self.bars))


def _labels(notice: Notice) -> list[str]:
    return [*(act.label for act in notice.acts), tr(notice.close_label)]
