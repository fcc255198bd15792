"""What the writer chooses for an export: the kind of file, how it looks, what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QLineEdit, QWidget

from cowrite.editor.common.wheel_guard import ChoiceBox
from cowrite.interchange.kinds import Kind
from cowrite.interchange.options import Style
from cowrite.localization import tr, tr_noop

KINDS = {
    Kind.DOCX: tr_noop("Word (.docx)"),
    Kind.ODT: tr_noop("OpenDocument, for LibreOffice (.odt)"),
    Kind.EPUB: tr_noop("E-book (.epub)"),
    Kind.HTML: tr_noop("Web page (.html)"),
}
STYLES = {
    Style.BOOK: tr_noop("Book"),
    Style.MANUSCRIPT: tr_noop("Manuscript: double spaced, 12 points, a header on each page"),
}
WITH_STYLE = (Kind.DOCX, Kind.ODT)
WITH_CHANGES = (Kind.DOCX, Kind.ODT)
WITH_TITLE_PAGE = (Kind.DOCX, Kind.ODT, Kind.EPUB)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen."""

    kind: Kind
    style: Style
    title: str
    author: str
    title_page: bool
    tracked_changes: bool


class ExportFields(QWidget):
    """Shows ``choice`` and lets it be changed; ``changed()`` after each change."""

    changed = Signal()

    def __init__(self, choice: Choice, parent: QWidget) -> None:
        super().__init__(parent)
        self.kind, self.style_box = ChoiceBox(self), ChoiceBox(self)
        for kind, text in KINDS.items():
            self.kind.addItem(tr(text), kind)
        for style, text in STYLES.items():
            self.style_box.addItem(tr(text), style)
        self.kind.setCurrentIndex(self.kind.findData(choice.kind))
        self.style_box.setCurrentIndex(self.style_box.findData(choice.style))
        self.title, self.author = QLineEdit(choice.title, self), QLineEdit(choice.author, self)
        self.title_page = QCheckBox(tr("A title &page"), self)
        self.title_page.setChecked(choice.title_page)
        self.changes = QCheckBox(tr("Proposals and marked changes as tracked changes"), self)
        self.changes.setChecked(choice.tracked_changes)
        self._lay_out()
        self.kind.currentIndexChanged.connect(self._on_kind)
        self._on_kind()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(10)
        for text, field in (
            (tr("&Format"), self.kind),
            (tr("&Layout"), self.style_box),
            (tr("&Title"), self.title),
            (tr("&Author"), self.author),
        ):
            form.addRow(text, field)
            field.setAccessibleName(text.replace("&", ""))
        form.addRow("", self.title_page)
        form.addRow("", self.changes)

    def _on_kind(self) -> None:
        kind = self.kind.currentData()
        self.style_box.setEnabled(kind in WITH_STYLE)
        self.title_page.setEnabled(kind in WITH_TITLE_PAGE)
        self.changes.setEnabled(kind in WITH_CHANGES)
        self.changed.emit()

    def choice(self) -> Choice:
        """What is chosen now."""
        kind = Kind(self.kind.currentData())
        return Choice(
            kind=kind,
            style=Style(self.style_box.currentData()) if kind in WITH_STYLE else Style.BOOK,
            title=self.title.text().strip(),
            author=self.author.text().strip(),
            title_page=kind in WITH_TITLE_PAGE and self.title_page.isChecked(),
            tracked_changes=kind in WITH_CHANGES and self.changes.isChecked(),
        )
