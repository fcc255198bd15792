"""Frames of a window that is written in, 60 a second, while something else goes on in a thread of the same process."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Callable

FRAME_MS = 16


def frame_gaps(work: Callable[[threading.Event], None], frames: int) -> list[float]:
    """Milliseconds between ``frames`` frames, each with a character more, while ``work(stop)`` is done in a thread.

    Offscreen: what is measured is how long the thread keeps the window from its turn, not a screen.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtWidgets import QApplication, QTextEdit

    class Page(QTextEdit):
        """Notes when it was painted."""

        def paintEvent(self, event: object) -> None:
            super().paintEvent(event)
            painted.append(time.perf_counter())
            if len(painted) > frames:
                loop.quit()

    painted: list[float] = []
    application = QApplication.instance() or QApplication([])
    loop, page, timer = QEventLoop(), Page(), QTimer()
    page.resize(800, 600)
    page.setPlainText("She went down to the harbour. " * 60)
    page.show()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: (page.insertPlainText("a"), page.viewport().update()))
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,))
    thread.start()
    try:
        timer.start(FRAME_MS)
        loop.exec()
    finally:
        timer.stop()
        stop.set()
        thread.join()
    page.close()
    del application
    # The first frame shows the window and is like no other.
    return [(b - a) * 1000 for a, b in itertools.pairwise(painted[1:])]
