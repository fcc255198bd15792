"""“Models”: what is installed, what suits this computer, and getting, choosing and removing one.

It may be closed while one is installed; nothing depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDialog,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.errors import UserError
from cowrite.editor.assistance.model_installation import InstallationState, ModelInstallation
from cowrite.editor.common.accessible_role import ATTRIBUTE, Role
from cowrite.editor.common.background import Background
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.fit_to_screen import keep_on_screen
from cowrite.editor.common.focus_ring import stop_at_if_it_scrolls
from cowrite.editor.common.letters import letter_width
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.dialogs.dialogs import Dialogs, Erase
from cowrite.editor.page.incoming import files_in
from cowrite.editor.panels.models.installing_bar import InstallingBar
from cowrite.editor.panels.models.model_details import ModelDetails, button_row
from cowrite.editor.panels.models.model_rows import ModelList, ModelRow, RowState, read_models
from cowrite.editor.panels.models.model_strings import short_fit, state_words, together_sentence
from cowrite.editor.panels.models.narrow import TurningSplitter, WrappingRow
from cowrite.localization import tr, tr_noop
from cowrite.models.catalogue import CatalogueEntry
from cowrite.models.fitting import together
from cowrite.models.store import ModelStore
from cowrite.settings.preferences import Preferences

LIST_CHARACTERS, DETAILS_CHARACTERS, ROWS = 54, 56, 32
LEAST_CHARACTERS = 70
"""Where fewer stand side by side, the list stands above what is told of a model."""
LOOKING = tr_noop("Looking at this computer…")
_LEFT = frozenset({InstallationState.PAUSED, InstallationState.FAILED})
MODEL_FILES = tr_noop("Models (*.gguf);;All files (*)")
_ID = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelServices:
    """What the window needs of others. ``show_gpu_pack`` is None where there is nothing to show."""

    store: ModelStore
    catalogue: Mapping[str, CatalogueEntry]
    installation: ModelInstallation
    dialogs: Dialogs
    preferences: Callable[[], Preferences]
    preferences_changed: SignalInstance
    change: Callable[[str, str], object]
    show_gpu_pack: Callable[[], object] | None = None
    show_download_settings: Callable[[], object] = lambda: None
    arrived: Callable[[CatalogueEntry], int] = lambda _: 0
    adapter_of: Callable[[str], str] = lambda _: ""
    read: Callable[..., ModelList] = read_models


class ModelsWindow(QDialog):
    """See the module's docstring."""

    def __init__(self, services: ModelServices, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self._models: ModelList | None = None
        self.setWindowTitle(tr("Models"))
        self.setAcceptDrops(True)
        self.list = QListWidget(self)
        self.list.setSpacing(2)
        self.list.setAccessibleName(tr("Models"))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.details = ModelDetails()
        self.bar = InstallingBar(self)
        self.said = PlainLabel(tr(LOOKING), self)
        self.said.setWordWrap(True)
        self.said.setAccessibleName(tr("Message"))
        self.import_file = self._button(tr("Import &file…"), self._on_import_file)
        self.import_folder = self._button(tr("Import f&older…"), self._on_import_folder)
        self.gpu_pack = self._button(tr("&GPU pack…"), self._on_gpu_pack)
        self.close_button = self._button(tr("C&lose"), self.close)
        self._lay_out()
        self._connect()
        self._background = Background("models", self)
        self.finished.connect(self._background.close)
        keep_on_screen(self)
        self._show_installation()
        if services.installation.current is not None:
            self.refresh()

    def _lay_out(self) -> None:
        area = self._area = QScrollArea(self)  # kept: its role is with the Python object
        setattr(area, ATTRIBUTE, Role.Pane)
        area.setWidget(self.details)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setAccessibleName(tr("About the model"))
        stop_at_if_it_scrolls(area)
        right = QWidget(self)
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(area, 1)
        buttons = WrappingRow([*self.details.buttons])
        buttons.setContentsMargins(16, 8, 0, 0)
        column.addLayout(buttons)
        letter, line = letter_width(self.fontMetrics()), self.fontMetrics().height()
        parts = TurningSplitter(letter * LEAST_CHARACTERS, self)
        parts.addWidget(self.list)
        parts.addWidget(right)
        parts.setChildrenCollapsible(False)
        parts.setStretchFactor(1, 1)
        below = button_row([self.import_file, self.import_folder, self.gpu_pack])
        below.addWidget(self.close_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(16)
        whole.addWidget(parts, 1)
        whole.addWidget(self.bar)
        whole.addWidget(self.said)
        whole.addLayout(below)
        parts.setSizes([letter * LIST_CHARACTERS, letter * DETAILS_CHARACTERS])
        self.list.setMinimumWidth(letter * LEAST_CHARACTERS * 2 // 5)
        self.resize(letter * (LIST_CHARACTERS + DETAILS_CHARACTERS), line * ROWS)

    def _connect(self) -> None:
        services, installation = self._services, self._services.installation
        self.list.currentItemChanged.connect(lambda *_: self._show_selected())
        self.details.use_asked.connect(lambda model_id: services.change("model", model_id))
        self.details.passages_asked.connect(self._on_passages)
        self.details.download_asked.connect(self._on_download)
        self.details.discard_asked.connect(self._on_discard)
        self.details.examine_asked.connect(self._on_examine)
        self.details.remove_asked.connect(self._on_remove)
        self.bar.pause_asked.connect(installation.pause)
        self.bar.resume_asked.connect(installation.resume)
        self.bar.cancel_asked.connect(installation.cancel)
        self.bar.skip_asked.connect(installation.skip_exam)
        self.bar.closed.connect(installation.put_away)
        self.bar.settings.clicked.connect(lambda: services.show_download_settings())
        following = Connections()
        following.add(installation.changed, self._show_installation)
        following.add(installation.installed, self._on_installed)
        following.add(installation.examined, self.refresh)
        following.add(services.preferences_changed, self._on_preferences)
        self.finished.connect(following.end)

    def _button(self, title: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: do())
        return button

    # --- the list ---

    def refresh(self) -> None:
        """Look at what is there."""
        services, chosen = self._services, self._services.preferences()

        def read() -> ModelList:
            return services.read(
                services.store,
                services.catalogue,
                device=chosen.device,
                quantization=chosen.quantization,
                arrived=services.arrived,
                adapter_of=services.adapter_of,
            )

        self._background.run(read, self._show, self._fail)

    def _show(self, models: ModelList) -> None:
        came = _installed(models) - _installed(self._models) if self._models else set()
        wanted = next(iter(came), self._selected_id)
        self._models = models
        if self.said.text() == tr(LOOKING):
            self._say(_about_card(models))
        self.gpu_pack.setVisible(
            self._services.show_gpu_pack is not None and models.found.unused_card is not None
        )
        self._fill(wanted)

    def _say(self, text: str) -> None:
        self.said.setText(text)
        self.said.setVisible(bool(text))

    def _fail(self, error: UserError) -> None:
        self._say(str(error))

    def _fill(self, wanted: str) -> None:
        models = self._models
        if models is None:
            return
        installed = [row for row in models.rows if row.state is not RowState.AVAILABLE]
        suggested = [row for row in models.rows if row.is_suggested]
        others = [row for row in models.rows if row not in installed and row not in suggested]
        self.list.blockSignals(True)
        self.list.clear()
        for heading, rows in (
            (tr("Installed"), installed),
            (tr("Suggested for this computer"), suggested),
            (tr("Too large for this computer"), others),
        ):
            self._add_group(heading, rows)
        self.list.blockSignals(False)
        first = suggested or installed
        self._select(wanted or (first[0].id if first else ""))
        self._show_selected()

    def _add_group(self, heading: str, rows: list[ModelRow]) -> None:
        if not rows:
            return
        item = QListWidgetItem(heading, self.list)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        font = item.font()
        font.setBold(True)
        item.setFont(font)
        item.setForeground(
            self.list.palette().text()
        )  # a heading is not to look like what is disabled
        for row in rows:
            state = state_words(row, **self._uses(row.id))
            lines = [row.name, *([state] if state else []), short_fit(row.fit)]
            entry = QListWidgetItem("\n".join(lines), self.list)
            entry.setData(_ID, row.id)

    def _select(self, model_id: str) -> None:
        for at in range(self.list.count()):
            item = self.list.item(at)
            if item.data(_ID) == model_id:
                self.list.setCurrentItem(item)
                return

    @property
    def _selected_id(self) -> str:
        item = self.list.currentItem()
        return str(item.data(_ID) or "") if item is not None else ""

    def _show_selected(self) -> None:
        models = self._models
        row = models.row(self._selected_id) if models else None
        card = models.found.unused_card if models else None
        beside, has_room = self._beside(row)
        self.details.show_model(
            row,
            card=card.name if card else "",
            **self._uses(row.id if row else ""),
            is_busy=self._services.installation.is_running,
            beside=beside,
            has_room=has_room,
        )

    def _beside(self, row: ModelRow | None) -> tuple[str, bool]:
        """How ``row`` does beside the model that makes the suggestions, and whether there is room for both."""
        models, chosen = self._models, self._services.preferences().model
        other = models.row(chosen) if models else None
        if models is None or row is None or other is None or row.id == chosen:
            return "", True
        if any(each.state is not RowState.INSTALLED for each in (row, other)) or not row.fit.fits:
            return "", True
        machine = models.found.machine
        both = together(other.fit, row.fit, machine)
        return together_sentence(row, other, machine), both is None or both.needed <= both.room

    def _on_preferences(self, _chosen: Preferences) -> None:
        self._fill(self._selected_id)

    # --- what the writer does ---

    def _on_passages(self, model_id: str) -> None:
        """The one for suggestions does passages unless another one is chosen."""
        is_same = model_id == self._services.preferences().model
        self._services.change("passage_model", "" if is_same else model_id)

    def _uses(self, model_id: str) -> dict[str, bool]:
        """What the model of this id is chosen for."""
        chosen = self._services.preferences()
        for_passages = chosen.passage_model or chosen.model
        return {"suggests": model_id == chosen.model, "passages": model_id == for_passages}

    def _on_download(self, model_id: str) -> None:
        row = self._models.row(model_id) if self._models else None
        if row is not None:
            self._services.installation.download(model_id, row.name)

    def _on_discard(self, model_id: str) -> None:
        row = self._models.row(model_id) if self._models else None
        if row is not None:
            self._services.installation.discard(model_id, row.name)

    def _on_examine(self, model_id: str) -> None:
        row = self._models.row(model_id) if self._models else None
        if row is not None:
            self._services.installation.examine(model_id, row.name)

    def _on_remove(self, model_id: str) -> None:
        row = self._models.row(model_id) if self._models else None
        if row is None:
            return
        asked = tr("Remove “{name}” from this computer?", name=row.name)
        details = tr("It can be installed again later. What was learned for it stays.")
        if self._services.dialogs.about_erasing(self, asked, details) is not Erase.ERASE:
            return
        if self._services.preferences().passage_model == model_id:
            self._services.change("passage_model", "")
        self._background.run(
            lambda: self._services.store.remove(model_id), lambda _: self.refresh(), self._fail
        )

    def _on_import_file(self) -> None:
        found = self._services.dialogs.files_for(self, tr("Import a model"), MODEL_FILES)
        if found:
            self.import_path(found[0])

    def _on_import_folder(self) -> None:
        folder = self._services.dialogs.folder_for(self, tr("Import a model"))
        if folder is not None:
            self.import_path(folder)

    def import_path(self, path: Path) -> None:
        """Take in a model that lies at ``path``."""
        if self._services.installation.is_running:
            self._say(tr("Another model is being installed. Import this one after it."))
            return
        self._services.installation.import_path(path)

    def _on_gpu_pack(self) -> None:
        if self._services.show_gpu_pack is not None:
            self._services.show_gpu_pack()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: D102 - Qt's name
        if len(files_in(event.mimeData())) == 1:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: D102 - Qt's name
        files = files_in(event.mimeData())
        if len(files) == 1:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.import_path(files[0])

    # --- an installation ---

    def _show_installation(self) -> None:
        current = self._services.installation.current
        self.bar.show_installing(current)
        is_busy = current is not None and current.is_under_way
        self.import_file.setEnabled(not is_busy)
        self.import_folder.setEnabled(not is_busy)
        self._show_selected()
        if current is None or current.state in _LEFT:
            self.refresh()  # how much of a download there is

    def _on_installed(self, name: str) -> None:
        self._say(tr("“{name}” is installed. Choose what to use it for.", name=name))
        self.refresh()


def _installed(models: ModelList) -> set[str]:
    return {row.id for row in models.rows if row.state is RowState.INSTALLED}


def _about_card(models: ModelList) -> str:
    card = models.found.unused_card
    if card is None:
        return ""
    return tr(
        "This computer has an NVIDIA card ({name}) that Cowrite does not use. The GPU pack makes it compute there.",
        name=card.name,
    )
