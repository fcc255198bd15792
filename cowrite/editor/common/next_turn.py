"""How a coroutine lets the GUI thread do something else for a moment."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from cowrite.editor.common.flow import Later


def next_turn() -> Later[None]:
    """Done when Qt has dealt with what was waiting: keys, painting, timers."""
    later = Later[None]()
    QTimer.singleShot(0, lambda: later.set(None))
    return later
