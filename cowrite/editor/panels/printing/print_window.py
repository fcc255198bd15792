"""The window in which a text is looked at as it will be on paper, set up, printed, and saved as PDF."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtGui import QPagedPaintDevice
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.errors import UserError
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.common.background import Background
from cowrite.editor.common.fit_to_screen import ContentArea, keep_on_screen
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import PlainLabel, window_title
from cowrite.editor.common.wheel_guard import NumberBox
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.panels.printing.page_preview import PagePreview
from cowrite.editor.panels.printing.page_setup import PageSetup
from cowrite.editor.panels.printing.print_job import PageOutput, PdfInMemory, Slices
from cowrite.editor.panels.printing.printer_choice import PrinterChoice, choose_printer
from cowrite.editor.panels.printing.setup_fields import SetupFields
from cowrite.editor.panels.printing.typesetting import PrintedText, Typesetting
from cowrite.localization import sentences, tr, trn, trp
from cowrite.settings.preferences import Preferences

PDF = "PDF (*.pdf)"
WIDTH_CHARACTERS, HEIGHT_LINES = 112, 42


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintServices:
    """What the window needs of others.

    ``change(name, value)`` changes a preference. ``write(path, data)`` writes a file, on any thread. ``problem_with``
    says why a path cannot be the PDF's, or nothing. ``choose_printer(parent, layout, pages, use)`` asks for a printer.
    """

    dialogs: Dialogs
    fonts: Fonts
    preferences: Callable[[], Preferences]
    change: Callable[[str, object], object]
    write: Callable[[Path, bytes], None]
    problem_with: Callable[[Path], str] = lambda _: ""
    choose_printer: Callable[[PrinterChoice], None] = choose_printer


class PrintWindow(QDialog):
    """Prints ``printed``; ``suggested`` is the file that is offered for the PDF."""

    def __init__(
        self, printed: PrintedText, suggested: Path, services: PrintServices, parent: QWidget
    ) -> None:
        super().__init__(parent)
        title = window_title(printed.title)
        self.setWindowTitle(tr("Print {name}", name=title) if title else tr("Print text"))
        self._printed, self._suggested, self._services = printed, suggested, services
        self._setup = PageSetup.of(services.preferences())
        self._page = 0
        self._output: PageOutput | None = None
        self._pdf: tuple[PdfInMemory, Path] | None = None
        self._when_set: Callable[[], None] | None = None
        self._background = Background("pdf", self)
        self._printing = Slices(self._print_page, self)
        self._typesetting = Typesetting(printed, services.fonts, self)
        self._make_widgets()
        self._lay_out()
        self._connect()
        self._typesetting.use(self._setup)
        self._show_page()
        self.preview.setFocus()
        keep_on_screen(self)

    # --- building ---

    def _make_widgets(self) -> None:
        self.preview = PagePreview(self)
        self.previous = QPushButton("‹", self)
        self.next = QPushButton("›", self)
        self.page_box = NumberBox(self)
        self.page_count = QLabel("", self)
        self.fields = SetupFields(self._services.preferences(), self._services.change, self)
        self.progress = QProgressBar(self)
        self.said = PlainLabel("", self)
        self.cancel = QPushButton(tr("Ca&ncel"), self)
        self.print = QPushButton(tr("P&rint…"), self)
        self.save = QPushButton(tr("&Save as PDF…"), self)
        self.close_button = QPushButton(tr("Cl&ose"), self)
        buttons = (self.previous, self.next, self.cancel, self.print, self.save, self.close_button)
        for button in buttons:
            button.setAutoDefault(False)

    def _lay_out(self) -> None:
        self.previous.setAccessibleName(tr("Previous page"))
        self.previous.setToolTip(tr("Previous page (Page Up)"))
        self.next.setAccessibleName(tr("Next page"))
        self.next.setToolTip(tr("Next page (Page Down)"))
        self.page_box.setAccessibleName(trp("number", "Page"))
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 1000)
        self.progress.setAccessibleName(tr("Progress"))
        self.said.setWordWrap(True)
        self.said.setAccessibleName(tr("Message"))
        self.cancel.hide()
        turning = QHBoxLayout()
        turning.setSpacing(8)
        turning.addStretch(1)
        for widget in (self.previous, self.page_box, self.page_count, self.next):
            turning.addWidget(widget)
        turning.addStretch(1)
        pages = QVBoxLayout()
        pages.setSpacing(8)
        pages.addWidget(self.preview, 1)
        pages.addLayout(turning)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(ContentArea(self.fields, self, long=True), 1)
        for each in (self.said, self.progress, self.cancel, self.print, self.save):
            side.addWidget(each)
        side.addSpacing(8)
        side.addWidget(self.close_button)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 16, 16, 16)
        row.setSpacing(16)
        row.addLayout(pages, 1)
        row.addLayout(side)
        self.ensurePolished()
        metrics = self.fontMetrics()
        self.resize(letter_width(metrics) * WIDTH_CHARACTERS, metrics.lineSpacing() * HEIGHT_LINES)

    def _connect(self) -> None:
        self.preview.turned.connect(self._turn)
        self.previous.clicked.connect(lambda: self._turn(-1))
        self.next.clicked.connect(lambda: self._turn(1))
        self.page_box.valueChanged.connect(lambda number: self._go_to(number - 1))
        self.print.clicked.connect(self.choose_printer)
        self.save.clicked.connect(self.save_pdf)
        self.cancel.clicked.connect(self._on_cancel)
        self.close_button.clicked.connect(self.close)
        self._typesetting.advanced.connect(self._on_set)
        self._typesetting.done.connect(self._on_all_set)
        self._typesetting.failed.connect(self._failed)
        self._printing.advanced.connect(self._show_progress)
        self._printing.done.connect(self._on_printed)

    # --- what is shown ---

    def follow(self, preferences: Preferences) -> None:
        """Set the text as the preferences say now."""
        self.fields.follow(preferences)
        setup = PageSetup.of(preferences)
        if setup != self._setup:
            self._setup = setup
            self._stop_output()
            self._say("")
            self._typesetting.use(setup)
            self._show_page()

    def _turn(self, by: int) -> None:
        self._go_to(self._page + by)

    def _go_to(self, page: int) -> None:
        self._page = max(0, min(page, self._typesetting.page_count - 1))
        self._show_page()

    def _show_page(self) -> None:
        count = max(1, self._typesetting.page_count)
        if self._typesetting.is_done:
            self._page = min(self._page, count - 1)
        self.preview.show_page(self._typesetting.typesetter, self._setup, self._page)
        self.page_box.blockSignals(True)
        self.page_box.setRange(1, max(count, self._page + 1))
        self.page_box.setValue(self._page + 1)
        self.page_box.blockSignals(False)
        self.page_count.setText(
            tr("of {count}", count=count) + ("" if self._typesetting.is_done else "…")
        )
        self.previous.setEnabled(self._page > 0)
        self.next.setEnabled(self._page < count - 1)
        self._show_progress()

    def _show_progress(self) -> None:
        printing = self._output is not None
        share = self._output.progress if self._output else self._typesetting.progress
        self.progress.setVisible(printing or not self._typesetting.is_done)
        self.progress.setValue(round(1000 * share))
        self.cancel.setVisible(printing or self._when_set is not None)
        idle = not printing and self._when_set is None
        self.print.setEnabled(idle)
        self.save.setEnabled(idle)

    def _say(self, text: str) -> None:
        self.said.setText(text)

    def _on_set(self) -> None:
        self._show_page()

    def _on_all_set(self) -> None:
        self._show_page()
        self._say(self._missing_pictures())
        then, self._when_set = self._when_set, None
        if then is not None:
            then()

    def _missing_pictures(self) -> str:
        count = self._typesetting.missing_pictures
        if not count:
            return ""
        return trn(
            "{count} picture is not beside the text. Its description is printed.",
            "{count} pictures are not beside the text. Their descriptions are printed.",
            count,
        )

    def _failed(self, error: UserError) -> None:
        self._stop_output()
        self._say(str(error))
        self._show_progress()

    # --- printing and saving ---

    def choose_printer(self) -> None:
        """Ask for the printer, and print."""
        self._once_set(
            lambda: self._services.choose_printer(
                PrinterChoice(
                    parent=self,
                    layout=self._setup.layout,
                    pages=self._typesetting.page_count,
                    use=self._print_on,
                    title=self._printed.title,
                )
            )
        )

    def save_pdf(self) -> None:
        """Ask for a file, and write the pages into it."""
        path = self._services.dialogs.file_to_save(self, self._suggested, PDF)
        if path is not None:
            self.write_pdf(path)

    def write_pdf(self, path: Path) -> None:
        """Write the pages into this file, or say why not."""
        if problem := self._services.problem_with(path):
            self._say(problem)
            return
        self._suggested = path
        self._once_set(lambda: self._begin_pdf(path))

    def _once_set(self, do: Callable[[], None]) -> None:
        self._say("")
        if self._typesetting.is_done:
            do()
        else:
            self._when_set = do
            self._say(tr("It begins when all pages are set."))
        self._show_progress()

    def _begin_pdf(self, path: Path) -> None:
        pdf = PdfInMemory(self._setup.layout, self._printed.title)
        self._pdf = (pdf, path)
        self._put_on(pdf.device)

    def _print_on(self, device: QPagedPaintDevice, first: int, last: int) -> None:
        self._pdf = None
        self._put_on(device, first, last)

    def _put_on(self, device: QPagedPaintDevice, first: int = 1, last: int = 0) -> None:
        typesetter = self._typesetting.typesetter
        if typesetter is None:
            return
        try:
            self._output = PageOutput(typesetter, device, first=first, last=last)
        except UserError as error:
            self._failed(error)
            return
        self._say(tr("Writing the PDF…") if self._pdf is not None else tr("Printing…"))
        self._show_progress()
        self._printing.start()

    def _print_page(self) -> bool:
        if self._output is None:
            return True
        try:
            return self._output.step()
        except UserError as error:
            self._failed(error)
            return False

    def _on_printed(self) -> None:
        self._output, pdf = None, self._pdf
        self._show_progress()
        if pdf is None:
            self._say(tr("Sent to the printer."))
            return
        self._pdf = None
        (written, path), write = pdf, self._services.write
        data = written.data
        self._background.run(
            lambda: write(path, data),
            lambda _: self._say(
                sentences(tr("Saved as {name}.", name=path.name), self._missing_pictures())
            ),
            self._failed,
        )

    def _on_cancel(self) -> None:
        self._when_set = None
        self._stop_output()
        self._say(tr("Cancelled."))
        self._show_progress()
        self.preview.setFocus()

    def _stop_output(self) -> None:
        self._when_set = None
        self._printing.stop()
        if self._output is not None:
            self._output.cancel()
        self._output = self._pdf = None

    def done(self, result: int) -> None:  # noqa: D102 - Qt's name
        self._stop_output()
        self._typesetting.close()
        self._background.close()
        super().done(result)
