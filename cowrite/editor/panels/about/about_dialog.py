"""What this is, that nothing leaves the machine, what it is made of, and a report for who helps with a problem."""

from __future__ import annotations

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPushButton, QVBoxLayout, QWidget

from cowrite import __version__
from cowrite.editor.common.background import Background
from cowrite.editor.common.fit_to_screen import ContentArea, keep_on_screen
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.common.renewal import WidgetState
from cowrite.editor.common.show_dialog import show_once
from cowrite.editor.panels.about.licences_window import LicencesWindow, licences_file
from cowrite.editor.panels.about.report import collect
from cowrite.localization import sentences, tr, tr_noop
from cowrite.settings.installation import installation

CHARACTERS = 64
WITH_AI = tr_noop(
    "A text editor that helps you write with a language model on your own computer. "
    "Nothing you write ever leaves it."
)
WITHOUT_AI = tr_noop("A text editor. Nothing you write ever leaves your computer.")
FREE = tr_noop(
    "Free software under the Apache License 2.0. Typeface: Source Serif 4 (SIL Open Font License). "
    "Icons: Lucide (ISC). “Licences…” lists everything it is made of."
)
REPORT = tr_noop(
    "When you report a problem, add this. It says nothing about your texts, and names no file."
)
LicencesState = tuple[QByteArray, WidgetState]
ROLE = QDialogButtonBox.ButtonRole.ActionRole


class AboutDialog(QDialog):
    """``model`` is what the report calls the model in use; ``sent`` says what is sent to a server, if anything is."""

    def __init__(self, parent: QWidget, *, assistance: bool, model: str, sent: str = "") -> None:
        super().__init__(parent)
        self._owner = parent
        self.setWindowTitle(tr("About Cowrite"))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 24, 24, 0)
        column.setSpacing(16)
        installed = tr(installation().words)
        title = QLabel(
            tr("Cowrite {version} ({installed})", version=__version__, installed=installed)
        )
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self._report = PlainLabel("", content)
        for label in (
            title,
            PlainLabel(f"{_about_text(sent, assistance=assistance)}\n\n{tr(FREE)}", content),
            PlainLabel(tr(REPORT), content),
            self._report,
        ):
            label.setWordWrap(True)
            column.addWidget(label)
        area = ContentArea(content, characters=CHARACTERS)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 16)
        whole.setSpacing(16)
        whole.addWidget(area)
        whole.addWidget(self._buttons())
        keep_on_screen(self)
        self._background = Background("about", self)
        self.finished.connect(self._background.close)
        screen = QGuiApplication.platformName()
        self._background.run(lambda: collect(model, screen), self._show_report)

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("&Close"))
        buttons.setContentsMargins(24, 0, 24, 0)
        buttons.rejected.connect(self.close)
        self._copy: QPushButton = buttons.addButton(tr("Copy &report"), ROLE)
        self._copy.setEnabled(False)
        self._copy.clicked.connect(self._copy_report)
        buttons.addButton(tr("&Licences…"), ROLE).clicked.connect(self._show_licences)
        return buttons

    def _show_report(self, report: str) -> None:
        self._report.setText(report.strip())
        self._copy.setEnabled(True)

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self._report.text() + "\n")
        self._copy.setText(tr("Copied"))

    def _show_licences(self) -> None:
        show_licences(self._owner)


def _about_text(sent: str, *, assistance: bool) -> str:
    """What it is, and whether what is written leaves the computer."""
    if sent and assistance:
        return sentences(tr("A text editor that helps you write with a language model."), sent)
    return tr(WITH_AI if assistance else WITHOUT_AI)


def show_licences(window: QWidget) -> None:
    """Show the licences beside ``window``."""
    show_once(window, LicencesWindow, lambda: LicencesWindow(window, licences_file()))


def open_licences(window: QWidget) -> LicencesState | None:
    """How the licences stand that are open beside ``window``, for one that takes its place."""
    for dialog in window.findChildren(LicencesWindow):
        if dialog.isVisible():
            return dialog.saveGeometry(), WidgetState.of(dialog)
    return None


def renew_licences(window: QWidget, state: LicencesState) -> None:
    """Show them beside ``window`` as they stood beside another."""
    show_licences(window)
    geometry, parts = state
    for dialog in window.findChildren(LicencesWindow):
        dialog.restoreGeometry(geometry)
        parts.put_into(dialog)
