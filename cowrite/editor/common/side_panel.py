"""A panel beside the page, as whoever makes one describes it to the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtWidgets import QWidget


class Side(Enum):
    """Where a panel stands."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class SidePanel:
    """``make`` is called with its parent when the panel is shown for the first time.

    What it returns has the keyboard when the panel is opened (its focus proxy, if it has one), and is kept until the
    window goes. ``id`` is noted in the session: it stays the same for ever.
    """

    id: str
    title: str
    side: Side
    make: Callable[[QWidget], QWidget]
