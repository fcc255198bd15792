"""Thread priority: work in the background gives way to what a person waits for; and unused memory is given back."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import sys
import threading

logger = logging.getLogger(__name__)

# Enough for the window to go first whenever both want a core; alone, the engine is as fast as ever.
NICENESS = 5
# Learning gives way to suggestions, too.
LEARNING_NICENESS = 10
WINDOWS_BELOW_NORMAL = -1


def give_way(niceness: int = NICENESS) -> None:
    """Let this thread, and on Linux the threads it starts, run after those of normal priority.

    On macOS nothing is done: there the system tells apart what the person waits for by itself.
    """
    try:
        if sys.platform == "linux":
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), niceness)
        elif sys.platform == "win32":
            kernel = ctypes.windll.kernel32
            kernel.SetThreadPriority(kernel.GetCurrentThread(), WINDOWS_BELOW_NORMAL)
    except OSError:
        logger.info("the thread's priority could not be lowered", exc_info=True)


def sleep_while_waiting() -> None:
    """Let torch's threads sleep while they wait for each other. To be called before torch is imported.

    They would spin. Beside a program that keeps one of two cores busy, learning then takes twenty times as long;
    sleeping, it takes twice as long, and about a sixth longer when nothing else runs.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def return_free_memory() -> None:
    """Give memory that was freed back to the system, where the C library keeps it (glibc).

    Changing the kernels of the starter model leaves 300 MB of it.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library
            ctypes.CDLL("libc.so.6").malloc_trim(0)
