"""Finds out whether the program reads, hashes or syncs a document, or joins a thread, on the GUI thread."""

from __future__ import annotations

import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from cowrite.documents import files, journal, kept_bytes, writing

SHORT_S = 0.05
"""So long the GUI thread may wait: the goal for its longest absence."""
END_S = 2.0
"""So long it may wait for each thread where the program ends."""
GUI = ("cowrite.editor", "cowrite.app", "cowrite.documents.journal_writer")
ENDS = {
    ("cowrite.app.program", "close"),
    ("cowrite.editor.assistance.engine_bridge", "close"),
    ("cowrite.editor.document.provenance_archive", "close"),
}
"""Called where the program ends, and nowhere else."""


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What was done on the GUI thread meanwhile that takes its time, each with where it was done."""
    found: list[str] = []

    def watch(
        owner: Any, name: str, is_allowed: Callable[..., bool] = lambda *_, **__: False
    ) -> None:
        original = getattr(owner, name)

        def watching(*arguments: Any, **options: Any) -> Any:
            if _is_program_on_gui_thread() and not is_allowed(*arguments, **options):
                where = "".join(traceback.format_stack(sys._getframe(1), 6))
                found.append(f"{getattr(owner, '__name__', owner)}.{name}\n{where}")
            return original(*arguments, **options)

        monkeypatch.setattr(owner, name, watching)

    watch(os, "fsync")
    watch(files, "_content")
    watch(files, "_read")
    watch(files, "_digest")
    watch(kept_bytes, "_digest")
    watch(kept_bytes, "_content")
    watch(writing, "read_all")
    watch(journal, "read_regular")
    watch(threading.Thread, "join", _is_short)
    yield found


def _is_short(_thread: threading.Thread, timeout: float | None = None) -> bool:
    if timeout is None:
        return False
    return timeout <= SHORT_S or (timeout <= END_S and any(_is_end(each) for each in _frames()))


def _is_program_on_gui_thread() -> bool:
    """Not what a test itself prepares or looks at."""
    return threading.current_thread() is threading.main_thread() and any(
        frame.f_globals.get("__name__", "").startswith(GUI) for frame in _frames()
    )


def _is_end(frame: FrameType) -> bool:
    return (frame.f_globals.get("__name__"), frame.f_code.co_name) in ENDS


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        yield frame
        frame = frame.f_back
