"""Puts the pages that were set on a device, a few at a time: a printer, or a file in memory."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QElapsedTimer, QIODevice, QObject, QTimer, Signal
from PySide6.QtGui import QPagedPaintDevice, QPageLayout, QPainter, QPdfWriter

from cowrite.base.errors import UserError
from cowrite.editor.panels.printing.typesetter import Typesetter
from cowrite.localization import tr

SLICE_MS = 8
"""So long at most the window waits for a step; then what the writer does comes first."""
POINTS_PER_INCH = 72


class Slices(QObject):
    """Calls ``step`` until it says that it is done, in slices between which the window is alive.

    Signals: ``advanced()`` after each slice, ``done()``. :meth:`stop` ends it without either.
    """

    advanced = Signal()
    done = Signal()

    def __init__(self, step: Callable[[], bool], parent: QObject) -> None:
        super().__init__(parent)
        self._step = step
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_timeout)

    @property
    def is_running(self) -> bool:
        """Whether there is more to do."""
        return self._timer.isActive()

    def start(self) -> None:
        """Begin, or begin anew."""
        self._timer.start()

    def stop(self) -> None:
        """Do no more. May be called again."""
        self._timer.stop()

    def _on_timeout(self) -> None:
        passed = QElapsedTimer()
        passed.start()
        is_done = False
        while not is_done and passed.elapsed() < SLICE_MS:
            is_done = self._step()
        if is_done:
            self._timer.stop()
        self.advanced.emit()
        if is_done:
            self.done.emit()


class PageOutput:
    """Draws all pages of ``typesetter`` on ``device``, one with each :meth:`step`, without those before ``first``.

    ``first`` and ``last`` are numbers of pages, from 1; ``last`` is 0 for all. Raises UserError if the device cannot
    be drawn on.
    """

    def __init__(
        self, typesetter: Typesetter, device: QPagedPaintDevice, *, first: int = 1, last: int = 0
    ) -> None:
        self._typesetter = typesetter
        self._device = device
        self._painter = QPainter()
        count = len(typesetter.pages)
        self._pages = range(max(0, first - 1), min(last or count, count))
        self._next = 0
        if not self._painter.begin(device):
            raise UserError(
                tr("The printer does not take the pages."),
                tr("Check that it is there, and try again."),
            )

    @property
    def progress(self) -> float:
        """How much is drawn, from 0 to 1."""
        return self._next / max(1, len(self._pages))

    def step(self) -> bool:
        """Draw the next page; whether that was the last. Raises UserError if the device takes no more."""
        if self._next >= len(self._pages):
            self._painter.end()
            return True
        if self._next and not self._device.newPage():
            self._painter.end()
            raise UserError(tr("The printer stopped."), tr("Check it, and print again."))
        self._painter.save()
        scale = self._painter.device().logicalDpiX() / POINTS_PER_INCH
        self._painter.scale(scale, scale)
        self._typesetter.draw(self._painter, self._pages[self._next])
        self._painter.restore()
        self._next += 1
        return False

    def cancel(self) -> None:
        """Draw no more. May be called again."""
        if self._painter.isActive():
            self._painter.end()


class PdfInMemory:
    """A PDF that is being written; :attr:`data` is whole once it was closed by its output."""

    def __init__(self, layout: QPageLayout, title: str) -> None:
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.device = QPdfWriter(self._buffer)
        self.device.setPageLayout(layout)
        self.device.setTitle(title)
        self.device.setCreator("Cowrite")

    @property
    def data(self) -> bytes:
        """The bytes of the file so far."""
        return bytes(self._buffer.data().data())
