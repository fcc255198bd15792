"""The end of the program: what must still be written is waited for, visibly if it takes long, and with a limit."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QLabel

from cowrite.editor.common.flow import Later

logger = logging.getLogger(__name__)

SAY_AFTER_MS = 300
MARGIN_PX = 24

Answer = TypeVar("Answer")


def wait_for(later: Later[Answer], say: str = "", limit_ms: int = 0) -> bool:
    """Let Qt go on until ``later`` is done, for at most ``limit_ms`` (0: as long as it takes). Whether it is done.

    After a moment a small window shows ``say``, if it is not empty. Only for the end: elsewhere, await it.
    """
    if later.is_done:
        return True
    loop, timers = QEventLoop(), []
    label = QLabel(say, None, Qt.WindowType.Dialog | Qt.WindowType.CustomizeWindowHint)
    label.setMargin(MARGIN_PX)
    label.setWindowTitle("Cowrite")
    for after_ms, call in ((SAY_AFTER_MS if say else 0, label.show), (limit_ms, loop.quit)):
        if after_ms:
            timer = QTimer(loop)
            timer.setSingleShot(True)
            timer.timeout.connect(call)
            timer.start(after_ms)
            timers.append(timer)
    waiting = [loop]

    def end() -> None:
        for each in waiting:
            each.quit()

    later.then(end)
    loop.exec()
    waiting.clear()  # what comes later finds no loop any more
    for timer in timers:
        timer.stop()
    label.close()
    label.deleteLater()
    return later.is_done


def close_each(*closes: Callable[[], object]) -> None:
    """End one part of the program after the other; one that fails keeps none of the others from being written."""
    for close in closes:
        try:
            close()
        except Exception:
            logger.exception("a part of the program did not end as it should")
