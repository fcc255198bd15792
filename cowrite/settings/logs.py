"""The log file: what went wrong and when, never a word of the manuscript."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from cowrite.settings.private_file import PRIVATE_FILE

logger = logging.getLogger(__name__)

LARGEST_FILE_BYTES = 1_000_000
KEPT_FILES = 3
SORRY = "Something went wrong inside Cowrite. Your text is safe; the log file has the details."


class PrivateRotatingHandler(RotatingFileHandler):
    """A rotating log file that only this person can read."""

    def _open(self):  # type: ignore[no-untyped-def]
        handle = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, PRIVATE_FILE)
        return os.fdopen(handle, "a", encoding="utf-8")


class Logging:
    """Logging as it was set up; ``stop`` puts everything back, for tests and for the end."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler
        self._hooks = sys.excepthook, threading.excepthook
        root = logging.getLogger()
        self._levels = root.level, logging.getLogger("cowrite").level
        root.addHandler(handler)
        root.setLevel(logging.WARNING)
        logging.getLogger("cowrite").setLevel(logging.INFO)

    def catch_errors(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Send every uncaught exception, on any thread, to the file and a plain sentence to ``tell``."""

        def on_error(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            if issubclass(kind, KeyboardInterrupt):
                self._hooks[0](kind, error, trace)
                return
            logger.critical("an error nobody caught", exc_info=(kind, error, trace))
            tell(SORRY)

        def on_thread_error(arguments: threading.ExceptHookArgs) -> None:
            if arguments.exc_value is not None:
                on_error(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

        sys.excepthook = on_error
        threading.excepthook = on_thread_error

    def stop(self) -> None:
        """Undo all of it and close the file."""
        sys.excepthook, threading.excepthook = self._hooks
        root = logging.getLogger()
        root.removeHandler(self._handler)
        root.setLevel(self._levels[0])
        logging.getLogger("cowrite").setLevel(self._levels[1])
        self._handler.close()


def start_logging(log_file: Path) -> Logging:
    """Log to ``log_file``, or to standard error if it cannot be opened."""
    handler: logging.Handler
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler = PrivateRotatingHandler(
            log_file, maxBytes=LARGEST_FILE_BYTES, backupCount=KEPT_FILES
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(
        logging.Formatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    )
    return Logging(handler)
