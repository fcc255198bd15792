"""The part of the window of models that tells of one model, with what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.panels.models.model_rows import ModelRow, RowState
from cowrite.editor.panels.models.model_strings import (
    facts,
    fit_sentence,
    state_words,
    with_card_sentence,
)
from cowrite.localization import tr
from cowrite.models.fitting import Use


class ModelDetails(QWidget):
    """Signals, each with a model's id: ``use_asked``, ``passages_asked``, ``download_asked``, ``discard_asked``,
    ``examine_asked``, ``remove_asked``.
    """

    accessible_role = Role.Grouping
    use_asked = Signal(str)
    passages_asked = Signal(str)
    download_asked = Signal(str)
    discard_asked = Signal(str)
    examine_asked = Signal(str)
    remove_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: ModelRow | None = None
        self.setAccessibleName(tr("About the model"))
        self._name = _wrapped("")
        font = self._name.font()
        font.setBold(True)
        font.setPointSizeF(font.pointSizeF() * 1.2)
        self._name.setFont(font)
        self._state, self._fit, self._card = _wrapped(""), _wrapped(""), _wrapped("")
        self._beside, self._description = _wrapped(""), _wrapped("")
        self._facts = QFormLayout()
        self._facts.setHorizontalSpacing(16)
        self._facts.setVerticalSpacing(6)
        self._facts.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._facts.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.download = self._button(tr("&Download and install"), self.download_asked)
        self.discard = self._button(tr("Discard do&wnload"), self.discard_asked)
        self.use = self._button(tr("Use for &suggestions"), self.use_asked)
        self.passages = self._button(tr("Use for &passages"), self.passages_asked)
        self.examine = self._button(tr("&Examine"), self.examine_asked)
        self.remove = self._button(tr("&Remove"), self.remove_asked)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 8, 4)
        column.setSpacing(12)
        self._labels = (
            self._name,
            self._state,
            self._fit,
            self._beside,
            self._card,
            self._description,
        )
        for label in self._labels:
            column.addWidget(label)
        column.addLayout(self._facts)
        column.addStretch(1)

    @property
    def buttons(self) -> list[QPushButton]:
        """What can be done, in order; they stand below what scrolls."""
        return [self.download, self.discard, self.use, self.passages, self.examine, self.remove]

    @property
    def text(self) -> str:
        """What it says of how the model does here."""
        return self._fit.text()

    def show_model(
        self,
        row: ModelRow | None,
        *,
        card: str,
        suggests: bool,
        passages: bool,
        is_busy: bool,
        beside: str = "",
        has_room: bool = True,
    ) -> None:
        """Tell of ``row``; ``is_busy`` while another one is being installed.

        ``beside`` says how it does beside the model that makes the suggestions, and ``has_room`` whether it can at all.
        """
        if row is None:
            for label in self._labels:
                label.hide()
            for button in self.buttons:
                button.hide()
            return
        is_other = self._row is None or self._row != row
        self._row = row
        said = {
            self._name: row.name,
            self._state: row.problem or state_words(row, suggests=suggests, passages=passages),
            self._fit: "" if row.state is RowState.DAMAGED else fit_sentence(row.fit),
            self._beside: beside,
            self._card: with_card_sentence(row, card),
            self._description: row.description,
        }
        for label, text in said.items():
            label.setText(text)
            label.setVisible(bool(text))
        if is_other:
            self._show_facts(row)
        is_there = row.state is RowState.INSTALLED
        self.download.setVisible(row.state is not RowState.INSTALLED and not row.is_bundled)
        self.download.setEnabled(row.fit.fits and not is_busy)
        is_begun = row.arrived_bytes > 0
        self.download.setText(
            tr("&Continue downloading") if is_begun else tr("&Download and install")
        )
        self.discard.setVisible(is_begun)
        self.discard.setEnabled(not is_busy)
        # Where it is too slow to suggest, passages are all that it is offered for.
        self.use.setVisible(is_there and not suggests and row.fit.use is not Use.PASSAGES)
        self.passages.setVisible(is_there and not passages)
        self.passages.setEnabled(has_room)
        self.examine.setVisible(is_there and not row.exam)
        self.examine.setEnabled(not is_busy)
        self.remove.setVisible(row.state is not RowState.AVAILABLE and not row.is_bundled)
        self.remove.setEnabled(not suggests)

    def _show_facts(self, row: ModelRow) -> None:
        while self._facts.rowCount():
            self._facts.removeRow(0)
        for name, value in facts(row):
            label = _wrapped(value)
            label.setAccessibleName(name)
            self._facts.addRow(PlainLabel(name), label)

    def _ask(self, asked: SignalInstance) -> None:
        if self._row is not None:
            asked.emit(self._row.id)

    def _button(self, title: str, asked: SignalInstance) -> QPushButton:
        button = QPushButton(title)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._ask(asked))
        return button


def button_row(buttons: list[QPushButton]) -> QHBoxLayout:
    """Buttons one beside the other."""
    row = QHBoxLayout()
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _wrapped(text: str) -> PlainLabel:
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
