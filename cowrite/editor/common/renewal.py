"""What of a window comes again when another one takes its place, as when the language of the interface changes.

Most of it can be read off the widgets: what stands in fields, where lists are scrolled to, what has the keyboard. What
cannot is handed over by whoever knows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLineEdit,
    QListWidget,
    QTabWidget,
    QWidget,
)

_WITHIN_OTHERS = "qt_"
"""How Qt names the parts of its own widgets, such as the field within a spin box."""


@runtime_checkable
class Renewable(Protocol):
    """A widget of a window that knows more than what can be seen of it."""

    def handed_over(self) -> object:
        """What the widget needs that takes its place."""
        ...

    def take_over(self, state: object) -> None:
        """Be as the widget was before whose place this one takes; ``state`` is what that handed over."""
        ...


class Renewals:
    """What the rooms of one window hand over, by names of their own."""

    def __init__(self) -> None:
        self._rooms: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {}

    def add(self, name: str, hand: Callable[[], Any], take: Callable[[Any], object]) -> None:
        """``hand`` says what there is to hand over, None for nothing; ``take`` takes it in the next window."""
        self._rooms[name] = hand, take

    def hand_over(self) -> dict[str, Any]:
        """What all rooms hand over."""
        handed = {name: hand() for name, (hand, _) in self._rooms.items()}
        return {name: state for name, state in handed.items() if state is not None}

    def take_over(self, states: dict[str, Any]) -> None:
        """Give each room what the one of that name handed over."""
        for name, (_, take) in self._rooms.items():
            if name in states:
                take(states[name])


_Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class WidgetState:
    """What a person did in a window, by the kind of each widget and which one of its kind it is."""

    texts: dict[_Key, str] = field(default_factory=dict)
    choices: dict[_Key, int] = field(default_factory=dict)
    scrolls: dict[_Key, tuple[int, int]] = field(default_factory=dict)
    handed: dict[_Key, object] = field(default_factory=dict)
    focus: _Key | None = None

    @staticmethod
    def of(root: QWidget) -> WidgetState:
        """What there is in ``root`` now."""
        state, focused = WidgetState(), None
        has_focus = root.focusWidget()
        for key, widget in _parts(root):
            if isinstance(widget, Renewable):
                state.handed[key] = widget.handed_over()
            if isinstance(widget, QLineEdit):
                state.texts[key] = widget.text()
            elif (choice := _choice(widget)) is not None:
                state.choices[key] = choice
            if isinstance(widget, QAbstractScrollArea):
                across, down = widget.horizontalScrollBar(), widget.verticalScrollBar()
                state.scrolls[key] = across.value(), down.value()
            if widget is has_focus:
                focused = key
        return WidgetState(state.texts, state.choices, state.scrolls, state.handed, focused)

    def put_into(self, root: QWidget, *, with_focus: bool = True) -> None:
        """Have the same in ``root``, a window of the same kind; what there is no more is left out."""
        for key, widget in _parts(root):
            if isinstance(widget, Renewable) and key in self.handed:
                widget.take_over(self.handed[key])
            if isinstance(widget, QLineEdit):
                if key in self.texts and widget.text() != self.texts[key]:
                    widget.setText(self.texts[key])
            elif key in self.choices:
                _choose(widget, self.choices[key])
            if with_focus and key == self.focus:
                widget.setFocus()
        # When it is laid out.
        QTimer.singleShot(0, root, lambda: self._scroll(root))

    def _scroll(self, root: QWidget) -> None:
        for key, widget in _parts(root):
            if isinstance(widget, QAbstractScrollArea) and key in self.scrolls:
                across, down = self.scrolls[key]
                widget.horizontalScrollBar().setValue(across)
                widget.verticalScrollBar().setValue(down)


def _parts(root: QWidget) -> Iterator[tuple[_Key, QWidget]]:
    """The widgets of ``root`` in the order in which they were made."""
    seen = Counter[str]()
    for widget in (root, *root.findChildren(QWidget)):
        if not widget.objectName().startswith(_WITHIN_OTHERS):
            kind = type(widget).__name__
            yield (kind, seen[kind]), widget
            seen[kind] += 1


def _choice(widget: QWidget) -> int | None:
    if isinstance(widget, QListWidget):
        return widget.currentRow()
    if isinstance(widget, QAbstractButton):
        return int(widget.isChecked()) if widget.isCheckable() else None
    return widget.currentIndex() if isinstance(widget, (QTabWidget, QComboBox)) else None


def _choose(widget: QWidget, choice: int) -> None:
    if isinstance(widget, QListWidget):
        if choice < widget.count():
            widget.setCurrentRow(choice)
    elif isinstance(widget, QAbstractButton):
        widget.setChecked(bool(choice))
    elif isinstance(widget, (QTabWidget, QComboBox)) and choice < widget.count():
        widget.setCurrentIndex(choice)
