"""The log file: what went wrong and when, never a word of the manuscript."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Self

from cowrite.base.errors import UserError
from cowrite.base.printable import one_line
from cowrite.localization import tr, tr_noop
from cowrite.settings.private_file import PRIVATE_FILE, PRIVATE_FOLDER

logger = logging.getLogger(__name__)

LARGEST_FILE_BYTES = 1_000_000
KEPT_FILES = 3
SORRY = tr_noop(
    "Something went wrong inside Cowrite. Your text is safe; the log file has the details."
)


class PrivateRotatingHandler(RotatingFileHandler):
    """A rotating log file that only this person can read."""

    def _open(self) -> TextIOWrapper:
        handle = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, PRIVATE_FILE)
        if os.name == "posix":
            os.fchmod(handle, PRIVATE_FILE)  # an older file may have been made by hand
        return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing: on a full disk Python would print a traceback, and the text that was logged, for people to see."""


class OneLineFormatter(logging.Formatter):
    """A message is one line: a name in it may hold line breaks, which would forge another message."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: D102 - logging's name
        record.message = one_line(record.message)
        return super().formatMessage(record)


class Logging:
    """Logging as it was set up; ``stop``, or leaving a ``with`` block, puts everything back."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler
        self._hooks = sys.excepthook, threading.excepthook
        root = logging.getLogger()
        self._levels = root.level, logging.getLogger("cowrite").level
        root.addHandler(handler)
        root.setLevel(logging.WARNING)
        logging.getLogger("cowrite").setLevel(logging.INFO)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def catch_errors(self, tell: Callable[[str], None] = lambda _: None) -> None:
        """Send every uncaught exception, on any thread, to the file and a plain sentence to ``tell``.

        ``tell`` is called on the thread that failed: a window must pass it on to its own.
        """

        def on_error(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            if issubclass(kind, KeyboardInterrupt):
                self._hooks[0](kind, error, trace)
                return
            logger.critical("an error nobody caught", exc_info=(kind, error, trace))
            try:
                tell(str(error) if isinstance(error, UserError) else tr(SORRY))
            except Exception:
                logger.exception("nor could it be told")

        def on_thread_error(arguments: threading.ExceptHookArgs) -> None:
            if arguments.exc_value is None or issubclass(arguments.exc_type, SystemExit):
                return  # a thread that ends itself is no error
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
    """Log to ``log_file``, or to standard error if it cannot be opened: cowrite from INFO, others from WARNING."""
    handler: logging.Handler
    trouble: OSError | None = None
    try:
        log_file.parent.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        handler = PrivateRotatingHandler(
            log_file, maxBytes=LARGEST_FILE_BYTES, backupCount=KEPT_FILES - 1
        )
    except OSError as error:
        trouble = error
        handler = logging.StreamHandler()
    handler.setFormatter(
        OneLineFormatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s")
    )
    started = Logging(handler)
    if trouble is not None:
        logger.warning("the log file %s cannot be written (%s)", log_file, trouble.strerror)
    return started
