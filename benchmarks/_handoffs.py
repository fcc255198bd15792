"""Which files of the program stand on the call stack wherever a suggestion is handed on.

A suggestion is handed on four times: to the timer that waits for a pause, as a request to the engine's thread, as an
answer back to the window's, and as a ghost to the layout. The files on the stacks at these moments are those that a
key passes on its way to a painted ghost; what is only asked on the way and returns at once (a theme, a counter) is not
among them.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import FrameType

import cowrite

PACKAGE = Path(cowrite.__file__).parent


class Handoffs:
    """Watches every Python call once :attr:`is_on`; files and stacks are kept in the order they were first seen in.

    ``stacks``: the files at each hand-off, the outermost caller first. ``entered``: every file of the program in which
    code ran, also if it only answered a question.
    """

    def __init__(self) -> None:
        self.is_on = False
        self.stacks: list[tuple[str, ...]] = []
        self.entered: dict[str, None] = {}
        self._names: dict[str, str] = {}
        threading.setprofile(self._on_event)
        sys.setprofile(self._on_event)

    def _on_event(self, frame: FrameType, event: str, _: object) -> None:
        if not self.is_on or event != "call":
            return
        name = self._name(frame)
        self.entered[name] = None
        caller = self._name(frame.f_back) if frame.f_back is not None else ""
        if self._is_handed_on(name, frame.f_code.co_name, caller):
            self._keep(frame)

    @staticmethod
    def _is_handed_on(name: str, function: str, caller: str) -> bool:
        """Whether something is put off, a request reaches the engine, an answer leaves it, or a ghost is laid out."""
        if threading.current_thread() is not threading.main_thread():
            return "editor/" in name
        if name.endswith("qt_timer.py") and function == "start":
            return caller.startswith("suggest/") and "recorder" not in caller
        submits = name.endswith("worker.py") and function == "submit"
        return submits or (name.endswith("/ghost.py") and function == "show")

    def _keep(self, frame: FrameType | None) -> None:
        stack: list[str] = []
        while frame is not None:
            name = self._name(frame)
            if name and (not stack or stack[-1] != name):
                stack.append(name)
            frame = frame.f_back
        files = tuple(reversed(stack))
        if files not in self.stacks:
            self.stacks.append(files)

    def _name(self, frame: FrameType) -> str:
        """The file within the package; “” outside of it, and for the program's start, which stands below everything."""
        path = frame.f_code.co_filename
        if path not in self._names:
            file = Path(path)
            inside = file.is_relative_to(PACKAGE)
            name = str(file.relative_to(PACKAGE).as_posix()) if inside else ""
            start = name == "__main__.py" or name.startswith(("app/", "app.py"))
            self._names[path] = "" if start else name
        return self._names[path]
