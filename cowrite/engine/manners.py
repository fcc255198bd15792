"""The engine's threads give way to the window's."""

from __future__ import annotations

import logging
import os
import sys
import threading

logger = logging.getLogger(__name__)

# Enough for the window to go first whenever both want a core; alone, the engine is as fast as ever.
NICENESS = 5
WINDOWS_BELOW_NORMAL = -1


def give_way() -> None:
    """Let this thread, and on Linux the threads it starts, run after those of normal priority.

    On macOS nothing is done: there the system tells apart what the person waits for by itself.
    """
    try:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
        elif sys.platform == "win32":
            import ctypes

            kernel = ctypes.windll.kernel32
            kernel.SetThreadPriority(kernel.GetCurrentThread(), WINDOWS_BELOW_NORMAL)
    except OSError:
        logger.info("the engine's priority could not be lowered", exc_info=True)
