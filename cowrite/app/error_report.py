"""A mistake in the program, as a sentence for the writer and a report that can be copied and sent.

The report says where in the program it happened. It never holds a message of an exception, which may quote the text.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Signal, qVersion

from cowrite import __version__
from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.settings.logs import SORRY


class ErrorReports(QObject):
    """Signal: ``happened(str sentence, str report)``, whichever thread it happened on."""

    happened = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._handler = _Handler(self)
        logging.getLogger("cowrite").addHandler(self._handler)

    def close(self) -> None:
        """Report nothing more."""
        logging.getLogger("cowrite").removeHandler(self._handler)


class _Handler(logging.Handler):
    """Is told of every uncaught error: these are what the program logs as critical."""

    def __init__(self, reports: ErrorReports) -> None:
        super().__init__(logging.CRITICAL)
        self._reports = reports
        self._busy = False

    def emit(self, record: logging.LogRecord) -> None:
        if self._busy or record.exc_info is None or record.exc_info[1] is None:
            return  # an error while showing an error: the log has both
        _, error, trace = record.exc_info
        sentence = str(error) if isinstance(error, UserError) else tr(SORRY)
        self._busy = True
        try:
            self._reports.happened.emit(sentence, report_of(error, trace, record.threadName or ""))
        finally:
            self._busy = False


def report_of(error: BaseException, trace: TracebackType | None, thread: str) -> str:
    """What a maintainer needs, without a word that the writer wrote."""
    import platform

    kinds = [f"{type(error).__module__}.{type(error).__qualname__}"]
    cause = error.__cause__ or error.__context__
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__qualname__)
        cause = cause.__cause__ or cause.__context__
    frames = [
        f"  {_place(frame.filename)}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(trace)
    ]
    head = (
        f"Cowrite {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.platform()}, thread {thread}"
    )
    return "\n".join([head, " after ".join(kinds), *frames]) + "\n"


def _place(filename: str) -> str:
    """The file below its package: the rest of the path is nobody's business."""
    parts = filename.replace("\\", "/").split("/")
    for root in ("site-packages", "cowrite"):
        if root in parts:
            return "/".join(parts[parts.index(root) :])
    return parts[-1]
