"""Gives the memory of a long text back to the system once its page is gone.

The C library keeps what was freed for later. After a text of 20 MB that is more than a gigabyte, and no use to anybody.
"""

from __future__ import annotations

import ctypes
import sys

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QTextDocument

LONG_BLOCKS = 10_000
"""Paragraphs from which on it is worth the wait, which is milliseconds for each hundred megabytes."""


def give_memory_back_after(document: QTextDocument) -> None:
    """Once ``document`` is deleted, if it was ever long."""
    longest = [0]

    def note(blocks: int) -> None:
        longest[0] = max(longest[0], blocks)

    def trim_soon() -> None:
        # Only after this signal is the text itself deleted.
        if longest[0] >= LONG_BLOCKS and QCoreApplication.instance() is not None:
            QTimer.singleShot(0, lambda: trim())  # looked up when it is due

    document.blockCountChanged.connect(note)
    document.destroyed.connect(trim_soon)


def trim() -> None:
    """Give freed memory back, where the C library has to be asked for it."""
    if sys.platform == "linux":
        trim_heap = getattr(ctypes.CDLL(None), "malloc_trim", None)  # musl has none
        if trim_heap is not None:
            trim_heap(0)
