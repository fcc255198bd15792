"""How a process that downloads is told to stop: by a signal, or by the end of its input, on every system."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from cowrite.downloads.cancellation import Cancellation


@contextmanager
def stop_at_signals(cancellation: Cancellation) -> Iterator[None]:
    """Being told to end, or Ctrl+C, cancels; what has arrived is kept."""

    def cancel(_signal: int, _frame: FrameType | None) -> None:
        cancellation.cancel()

    before = {which: signal.signal(which, cancel) for which in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


def stop_at_end_of_input(cancellation: Cancellation) -> None:
    """Cancel when the standard input ends, as it does when the window that started this is gone."""

    def follow() -> None:
        while sys.stdin.readline():
            pass
        cancellation.cancel()

    threading.Thread(target=follow, name="input", daemon=True).start()
