"""Something is done once what is new in a window has been painted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer

# Qt lays out what is new in one round of its events, what stands around it in the next, and paints in a third.
ROUNDS = 3


def after_painting(owner: QObject, then: Callable[[], None], rounds: int = ROUNDS) -> None:
    """Do ``then`` after so many rounds of Qt's events, if ``owner`` is still there."""
    if rounds:
        QTimer.singleShot(0, owner, partial(after_painting, owner, then, rounds - 1))
    else:
        then()
