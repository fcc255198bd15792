"""Pause, resume and stop, from outside the loop that trains."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable


class Stopped(Exception):
    """Somebody wants the run to end; what has been learned is in the checkpoint."""


class Control:
    """Set by any thread, looked at by the one that trains, between the layers of the model: a pause takes effect in
    a fraction of a second, and nothing of the pass is lost.
    """

    def __init__(self) -> None:
        self._go = threading.Event()
        self._go.set()
        self._stop = False
        self.on_pause: Callable[[bool], None] = lambda _paused: None
        self.paused_s = 0.0

    @property
    def is_paused(self) -> bool:
        """Whether it is to hold."""
        return not self._go.is_set()

    @property
    def is_stopped(self) -> bool:
        """Whether it is to end."""
        return self._stop

    def pause(self) -> None:
        """Hold at the next layer."""
        self._go.clear()

    def resume(self) -> None:
        """Go on."""
        self._go.set()

    def stop(self) -> None:
        """Raise :class:`Stopped` at the next layer, also while paused."""
        self._stop = True
        self._go.set()

    def handle_command(self, command: str) -> None:
        """Follow a command from outside; one that is not known is passed over."""
        known = {"pause": self.pause, "resume": self.resume, "stop": self.stop}
        known.get(command.strip(), lambda: None)()

    def check_cancelled(self) -> None:
        """Wait while paused. Raises :class:`Stopped`."""
        if not self._go.is_set() and not self._stop:
            began = time.monotonic()
            self.on_pause(True)
            self._go.wait()
            self.paused_s += time.monotonic() - began
            self.on_pause(False)
        if self._stop:
            raise Stopped


def listen(
    control: Control, handle: int = 0, at_end: Callable[[], None] | None = None
) -> threading.Thread:
    """Follow commands, one a line, from the file descriptor ``handle``; call ``at_end`` when it ends."""

    def run() -> None:
        waiting = b""
        # Read past Python's own buffer: a thread that waits inside it keeps the program from ending.
        while block := _read(handle):
            *lines, waiting = (waiting + block).split(b"\n")
            for line in lines:
                control.handle_command(line.decode("utf-8", "replace"))
        if at_end is not None:
            at_end()

    thread = threading.Thread(target=run, name="cowrite-training-control", daemon=True)
    thread.start()
    return thread


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 4096)
    except OSError:
        return b""
