"""Connections of signals that end together, such as those of the view that is in front until another one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QMetaObject, QObject, SignalInstance


class Connections:
    """Made one by one, ended all at once."""

    def __init__(self) -> None:
        self._made: list[QMetaObject.Connection] = []

    def add(self, signal: SignalInstance, slot: Callable[..., Any] | SignalInstance) -> None:
        """Have ``slot`` called until :meth:`end`."""
        self._made.append(signal.connect(slot))

    def end(self) -> None:
        """Call nothing more. May be called again, also after who sent the signals is gone."""
        made, self._made = self._made, []
        for connection in made:
            QObject.disconnect(connection)
