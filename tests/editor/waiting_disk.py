"""A disk for tests that do one thing after another: the work is done on another thread, and waited for at once."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from cowrite.base.errors import UserError
from cowrite.editor.common.flow import Later
from cowrite.settings.logs import SORRY

Answer = TypeVar("Answer")


class WaitingDisk:
    """A ``Disk`` whose answers are there when they are asked for, so that each command is done when it returns.

    Tests of what happens while a disk is slow use the program's own.
    """

    def run(self, work: Callable[[], Answer]) -> Later[Answer]:
        later, tell = Later[Answer](), list[Callable[[], None]]()
        done = threading.Event()

        def do() -> None:
            try:
                answer = work()
            except UserError as error:
                problem = error
                tell.append(lambda: later.fail(problem))
            except Exception:
                logging.getLogger("cowrite.tests").exception("work beside the window failed")
                tell.append(lambda: later.fail(UserError(SORRY)))
            else:
                tell.append(lambda: later.set(answer))
            done.set()

        threading.Thread(target=do, name="cowrite-files", daemon=True).start()
        if not done.wait(60):
            raise TimeoutError("the disk of a test did not answer")
        tell[0]()
        return later
