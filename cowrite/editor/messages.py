"""Plain messages above the page, each with what can be done about it. They never take the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cowrite.editor.theme import Theme, mixed

MOST_AT_ONCE = 4
_TEXT_CHARACTERS = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A button: what it says and does. It takes its message away unless that ``stays``."""

    label: str
    do: Callable[[], None]
    stays: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message. A later one of the same ``key`` takes its place; an empty ``text`` takes it away."""

    text: str
    key: str = ""
    acts: tuple[Act, ...] = ()
    close_label: str = "Close"


class MessageBar(QFrame):
    """One message with its buttons; the last of them closes it."""

    closed = Signal()

    def __init__(self, notice: Notice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.notice = notice
        self.setObjectName("messageBar")
        self.setAccessibleName("Message")
        self._label = QLabel(self)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # Longer lines are tiring to read; beyond that the room stays empty.
        widest = self._label.fontMetrics().averageCharWidth() * _TEXT_CHARACTERS
        self._label.setMaximumWidth(widest)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 8, 16, 8)
        self._row.setSpacing(8)
        self._row.addWidget(self._label, 1000)
        self._row.addStretch(1)
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
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._add_button(at) for at in range(len(notice.acts) + 1)]

    def _add_button(self, at: int) -> QPushButton:
        button = QPushButton(_labels(self.notice)[at], self)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self._on_clicked(at))
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        return button

    def _on_clicked(self, at: int) -> None:
        acts = self.notice.acts
        if at >= len(acts) or not acts[at].stays:
            self.closed.emit()
        if at < len(acts):
            acts[at].do()


class MessageArea(QWidget):
    """The messages of one window, newest below. Hidden while there is none."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars: list[MessageBar] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.set_theme(theme)
        self.hide()

    @property
    def bars(self) -> list[MessageBar]:
        """The messages on screen, oldest first."""
        return list(self._bars)

    @property
    def texts(self) -> list[str]:
        """What they say."""
        return [bar.text for bar in self._bars]

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
            if bar.text == notice.text or (notice.key and bar.notice.key == notice.key):
                self._replace(bar, notice)
                return
        if not notice.text:
            return
        while len(self._bars) >= MOST_AT_ONCE:
            self._take_away(self._bars[0])
        bar = MessageBar(notice, self)
        bar.closed.connect(lambda: self._take_away(bar))
        self._bars.append(bar)
        self._column.addWidget(bar)
        self.show()

    def dismiss(self, key: str) -> None:
        """Take the message of this key away, if it is there."""
        self.show_notice(Notice(text="", key=key))

    def _replace(self, bar: MessageBar, notice: Notice) -> None:
        if notice.text:
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
        self.setVisible(bool(self._bars))


def _labels(notice: Notice) -> list[str]:
    return [*(act.label for act in notice.acts), notice.close_label]
