"""Asking which printer, by the system's own dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QPagedPaintDevice, QPageLayout
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True, kw_only=True)
class PrinterChoice:
    """What is to be printed: so many ``pages``. ``use(device, first, last)`` gets the printer; 0 for last means all."""

    parent: QWidget
    layout: QPageLayout
    pages: int
    title: str
    use: Callable[[QPagedPaintDevice, int, int], None]


def choose_printer(choice: PrinterChoice) -> None:
    """Show the dialog; it stops nothing, and nothing is printed if it is left."""
    # Loaded when something is printed: it looks for the system's printers.
    from PySide6.QtPrintSupport import QAbstractPrintDialog, QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageLayout(choice.layout)
    printer.setFullPage(True)
    printer.setDocName(choice.title or "Cowrite")
    printer.setFromTo(1, choice.pages)
    dialog = QPrintDialog(printer, choice.parent)
    dialog.setMinMax(1, choice.pages)
    dialog.setOption(QAbstractPrintDialog.PrintDialogOption.PrintPageRange)

    def accepted() -> None:
        is_range = printer.printRange() == QPrinter.PrintRange.PageRange
        choice.use(
            printer, printer.fromPage() if is_range else 1, printer.toPage() if is_range else 0
        )

    dialog.accepted.connect(accepted)
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()
