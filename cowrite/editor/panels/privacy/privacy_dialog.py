"""“Privacy and stored data”: what is stored and where, in plain words, and what the writer can do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.decisions.maintenance.inventory import Inventory
from cowrite.editor.common.fit_to_screen import ContentArea, keep_on_screen
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.dialogs.dialogs import Dialogs, Erase
from cowrite.editor.panels.privacy.log_maintenance import LogMaintenance
from cowrite.localization import tr, tr_noop, trn
from cowrite.localization.dates import day_text
from cowrite.settings.preferences import Preferences

WIDTH_CHARACTERS = 80
LOOKING = "…"
FORGETTING = tr_noop("Deleting…")


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyWords:
    """What the dialog says: about what is stored, and before some of it is deleted."""

    introduction: str
    keep: str
    of_document: str
    of_hour: str
    of_everything: str


WITH_AI = PrivacyWords(
    introduction=tr_noop(
        "To learn how you write, Cowrite stores what it suggested, what you accepted and dismissed, and what you wrote "
        "in between. All of it stays on this computer, readable only by you; nothing of it is ever sent anywhere."
    ),
    keep=tr_noop("Store what I write, accept and dismiss, to learn from it"),
    of_document=tr_noop(
        "Everything stored about this document is deleted from the log, its backups and the training data, and so are "
        "its earlier versions. What was trained on it is no longer used. The document itself and your notes on it "
        "stay. This cannot be undone."
    ),
    of_hour=tr_noop(
        "Everything stored in the last hour, about all documents, is deleted from the log, its backups and the "
        "training data, and so are earlier versions of that hour. What was trained on it is no longer used. Your "
        "documents and notes stay as they are. This cannot be undone."
    ),
    of_everything=tr_noop(
        "The whole log is deleted, with all its backups, the training data, the earlier versions of all texts, and "
        "what Cowrite has learned about when to make suggestions. What was trained on it is no longer used. Your "
        "documents, saved or not, and your notes stay as they are. This cannot be undone."
    ),
)
WITHOUT_AI = PrivacyWords(
    introduction=tr_noop(
        "Cowrite stores which of your text you typed and which you pasted, so that a statement of authorship can say "
        "so. All of it stays on this computer, readable only by you; nothing of it is ever sent anywhere."
    ),
    keep=tr_noop("Store where my text comes from"),
    of_document=tr_noop(
        "Everything stored about this document is deleted, also from the backups, and so are its earlier versions. "
        "The document itself and your notes on it stay. This cannot be undone."
    ),
    of_hour=tr_noop(
        "Everything stored in the last hour, about all documents, is deleted, also from the backups, and so are "
        "earlier versions of that hour. Your documents and notes stay as they are. This cannot be undone."
    ),
    of_everything=tr_noop(
        "Everything that is stored is deleted, with all its backups and the earlier versions of all texts. Your "
        "documents, saved or not, and your notes stay as they are. This cannot be undone."
    ),
)
"""What was stored while the writer used AI is deleted as well."""


class PrivacyDialog(QDialog):
    """About the document ``document_id``, called ``name``. ``set_keep_log(bool)`` switches the log on or off.

    ``assistance``: whether the writer uses AI. ``sent`` says what is sent to a server, if anything is.
    """

    def __init__(
        self,
        maintenance: LogMaintenance,
        dialogs: Dialogs,
        document_id: str,
        name: str,
        *,
        assistance: bool,
        sent: str = "",
        is_kept: bool,
        set_keep_log: Callable[[bool], None],
        open_folder: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Privacy and stored data"))
        self._maintenance = maintenance
        self._dialogs = dialogs
        self._document_id = document_id
        self._name = name
        self._words = WITH_AI if assistance else WITHOUT_AI
        self._sent = sent
        self.keep = QCheckBox(tr(self._words.keep))
        self.keep.setChecked(is_kept)
        self.keep.toggled.connect(set_keep_log)
        self._stored_buttons = self._row(
            (tr("&Back up now"), maintenance.back_up), (tr("Open &folder"), open_folder)
        )
        short = name if len(name) <= 24 else f"{name[:23]}…"
        self.buttons = self._row(
            (tr("“{name}”", name=short).replace("&", "&&"), self._forget_document),
            (tr("The last &hour"), self._forget_hour),
            (tr("&Everything…"), self._delete_everything),
        )
        self.said = _text("")
        self.said.setAccessibleName(tr("Message"))
        self._lay_out()
        keep_on_screen(self)
        maintenance.said.connect(self._on_said)
        maintenance.looked.connect(self.show_inventory)
        maintenance.nothing_to_see.connect(self.said.setText)
        maintenance.refresh()

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(24, 24, 24, 0)
        column.setSpacing(16)
        column.addWidget(_text(tr(self._words.introduction)))
        if self._sent:
            column.addWidget(_text(self._sent))
        column.addLayout(self._facts())
        column.addWidget(self.keep)
        column.addLayout(self._stored_buttons)
        column.addWidget(_heading(tr("Delete stored data")))
        column.addLayout(self.buttons)
        column.addWidget(self.said)
        column.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.button(QDialogButtonBox.StandardButton.Close).setText(tr("&Close"))
        buttons.setContentsMargins(24, 0, 24, 0)
        buttons.rejected.connect(self.close)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 16)
        whole.setSpacing(16)
        whole.addWidget(ContentArea(content, characters=WIDTH_CHARACTERS))
        whole.addWidget(buttons)

    def follow(self, preferences: Preferences) -> None:
        """Show what was switched elsewhere."""
        self.keep.setChecked(preferences.keep_log)

    def show_inventory(self, found: Inventory) -> None:
        """Say what there is."""
        if found.first_ms is None:
            log = tr("Nothing yet.")
        else:
            log = tr(
                "{entries:,} entries for {documents} since {since} ({size})",
                entries=found.total_events,
                documents=_documents(found.documents),
                since=_day(found.first_ms),
                size=_size(found.size_bytes),
            )
        self.facts["Log"].setText(log)
        backups = tr("None yet; one is made every day.")
        if found.newest_backup_ms is not None:
            backups = tr(
                "{count}, the newest from {day} ({size})",
                count=len(found.backups),
                day=_day(found.newest_backup_ms),
                size=_size(found.backups_bytes),
            )
        self.facts["Backups"].setText(backups)
        texts = _documents(found.texts) if found.texts else tr("None yet.")
        self.facts["Authorship"].setText(texts)

    def _facts(self) -> QGridLayout:
        table = QGridLayout()
        table.setHorizontalSpacing(24)
        table.setVerticalSpacing(8)
        table.setColumnStretch(1, 1)
        self.facts: dict[str, QLabel] = {}
        for row, name in enumerate(
            (tr_noop("Log"), tr_noop("Authorship"), tr_noop("Backups"), tr_noop("Folder"))
        ):
            heading = _heading(tr(name))
            heading.setWordWrap(False)
            table.addWidget(heading, row, 0, Qt.AlignmentFlag.AlignTop)
            self.facts[name] = _text(LOOKING)
            self.facts[name].setAccessibleName(tr(name))
            table.addWidget(self.facts[name], row, 1)
        self.facts["Folder"].setText(str(self._maintenance.folder))
        return table

    def _row(self, *acts: tuple[str, Callable[[], None]]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for title, do in acts:
            button = QPushButton(title)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, do=do: do())
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _forget_document(self) -> None:
        asked = tr("Delete everything stored about “{name}”?", name=self._name)
        if self._agreed(asked, self._words.of_document):
            self._maintenance.forget_document(self._document_id)

    def _forget_hour(self) -> None:
        if self._agreed(tr("Delete what was stored in the last hour?"), self._words.of_hour):
            self._maintenance.forget_last_hour()

    def _delete_everything(self) -> None:
        if self._agreed(tr("Delete everything that is stored?"), self._words.of_everything):
            self._maintenance.delete_everything()

    def _agreed(self, what: str, details: str) -> bool:
        agreed = self._dialogs.about_erasing(self, what, tr(details)) is Erase.ERASE
        if agreed:
            self.said.setText(tr(FORGETTING))
        return agreed

    def _on_said(self, sentence: str) -> None:
        self.said.setText(sentence)
        self._maintenance.refresh()


def _text(text: str) -> QLabel:
    label = PlainLabel(text)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _heading(text: str) -> QLabel:
    label = PlainLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _documents(count: int) -> str:
    return trn("{count:,} document", "{count:,} documents", count)


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{max(1, round(count / 1e3))} kB"


def _day(at_ms: int) -> str:
    try:
        moment = datetime.fromtimestamp(at_ms / 1000)
    except (OverflowError, OSError, ValueError):
        return tr("long ago")
    return day_text(moment)
