"""A button that hears the next key, whatever it is, and tells of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPushButton, QWidget

from cowrite.localization import tr, tr_noop

_Key = Qt.Key
_Held = Qt.KeyboardModifier
_MODIFIERS = {
    _Key.Key_Shift, _Key.Key_Control, _Key.Key_Alt, _Key.Key_Meta, _Key.Key_AltGr,
    _Key.Key_CapsLock, _Key.Key_NumLock, _Key.Key_ScrollLock, _Key.Key_unknown, _Key(0),
}  # fmt: skip
ADD = tr_noop("&Add a key…")
LISTENING = tr_noop("Press the key… (Esc cancels)")


class KeyRecorder(QPushButton):
    """Listens once it is pressed, until a key came, Esc was pressed, or the keyboard has gone elsewhere.

    Signals: ``recorded(QKeySequence)``, ``cancelled()``.
    """

    recorded = Signal(QKeySequence)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(tr(ADD), parent)
        self.setAutoDefault(False)
        self.is_listening = False
        self.clicked.connect(self.listen)

    def listen(self) -> None:
        """Hear the next key."""
        self.is_listening = True
        self.setText(tr(LISTENING))
        self.setAccessibleDescription(tr(LISTENING))
        self.setFocus()

    def stop(self) -> None:
        """Be a button again."""
        self.is_listening = False
        self.setText(tr(ADD))
        self.setAccessibleDescription("")

    def event(self, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        if self.is_listening and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # it comes as a key, not as a shortcut
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._hear(event)  # before Tab would go to the next field
                return True
            if event.type() == QEvent.Type.KeyRelease:
                return True
        return super().event(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102 - Qt's name
        super().focusOutEvent(event)
        if self.is_listening and event.reason() != Qt.FocusReason.ActiveWindowFocusReason:
            self.stop()
            self.cancelled.emit()

    def _hear(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIERS or event.isAutoRepeat():
            return
        key = key_of(event)
        self.stop()
        if key == QKeySequence(_Key.Key_Escape):
            self.cancelled.emit()
        else:
            self.recorded.emit(key)


def key_of(event: QKeyEvent) -> QKeySequence:
    """The key that was pressed, with the modifiers that matter: Shift is part of the sign that it makes."""
    held = event.modifiers() & ~(_Held.KeypadModifier | _Held.GroupSwitchModifier)
    text = event.text()
    if text and text.isprintable() and not text.isalpha() and not text.isspace():
        held &= ~_Held.ShiftModifier
    pressed = _Key(event.key())
    if pressed == _Key.Key_Backtab:
        pressed, held = _Key.Key_Tab, held | _Held.ShiftModifier
    return QKeySequence(held.value | pressed.value)
