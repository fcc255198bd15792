"""The history panel: the versions of the text in front, what was different then, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cowrite.base.clock import Clock
from cowrite.base.errors import UserError
from cowrite.documents.versions.snapshots import Reason, Snapshot
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.flow import Flow
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.dialogs.dialogs import Dialogs, Erase
from cowrite.editor.document.document import Document
from cowrite.editor.document.document_history import Comparison, DocumentHistory
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.panels.history.history_strings import (
    CHOOSE,
    DELETED_FOR_GOOD,
    NONE_YET,
    NOT_KEPT,
    differences,
    version_lines,
)
from cowrite.editor.panels.history.passage_steps import PassageSteps
from cowrite.editor.panels.history.passages_view import PassagesView
from cowrite.localization import tr

AFTER_TYPING_MS = 1_000
LONGEST_NAME = 80
_GRID_PX = 8


class HistoryPanel(QWidget):
    """Follows ``view``, and another one when it is told to. It has no say in what is kept."""

    accessible_role = Role.Client

    def __init__(
        self,
        view: DocumentView,
        clock: Clock,
        appearance: Appearance,
        dialogs: Dialogs,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._clock = clock
        self._appearance = appearance
        self._dialogs = dialogs
        self._followed = Connections()
        self._versions: list[Snapshot] = []
        self._shown: Comparison | None = None
        self._naming: int | None = None  # the version that gets a name; None: the text of now
        self._wanted: Reason | None = None
        self._requests = {"list": 0, "passages": 0}
        self.list = QListWidget(self)
        self.passages = PassagesView(appearance.theme, self)
        self.steps = PassageSteps(self.passages, self)
        self.said = PlainLabel(tr(CHOOSE), self)
        self.name = QLineEdit(self)
        self.keep = _button(self, tr("&Keep this version…"), self.begin_keeping)
        self.restore_passage = _button(self, tr("Restore &passage"), self._on_restore_passage)
        self.restore_all = _button(self, tr("Restore &all"), self._on_restore_all)
        self.rename = _button(self, tr("&Name…"), self._on_rename)
        self.delete = _button(self, tr("&Delete…"), self._on_delete)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(AFTER_TYPING_MS)
        self._pause.timeout.connect(self._compare)
        self._lay_out()
        self._connect()
        self.setFocusProxy(self.list)
        self._on_appearance()
        self._follow_history()

    def _lay_out(self) -> None:
        self.list.setAccessibleName(tr("Earlier versions"))
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        self.list.setWordWrap(True)
        self.said.setWordWrap(True)
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setAccessibleName(tr("Name of the version"))
        self.name.hide()
        self._buttons = QGridLayout()
        self._buttons.addWidget(self.restore_passage, 0, 0, 1, 2)
        self._buttons.addWidget(self.restore_all, 1, 0, 1, 2)
        self._buttons.addWidget(self.rename, 2, 0)
        self._buttons.addWidget(self.delete, 2, 1)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.keep)
        self._column.addWidget(self.name)
        self._column.addWidget(self.list, 2)
        self._column.addWidget(self.said)
        self._column.addWidget(self.steps)
        self._column.addWidget(self.passages, 3)
        self._column.addLayout(self._buttons)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._compare)
        self.passages.chosen.connect(lambda _: self._enable())
        self.steps.jumped.connect(self._on_jumped)
        self.name.returnPressed.connect(self._on_named)
        self.name.installEventFilter(self)
        self._appearance.changed.connect(self._on_appearance)

    def close_for_good(self) -> None:
        """The window goes: follow nothing more."""
        self._appearance.changed.disconnect(self._on_appearance)
        self._pause.stop()
        self._followed.end()

    # --- which text ---

    def follow(self, view: DocumentView) -> None:
        """Show the versions of another text."""
        if view is self._view:
            return
        self._followed.end()
        self._view = view
        self._end_naming()
        self._follow_history()

    @property
    def _history(self) -> DocumentHistory:
        return self._view.document.history

    def _follow_history(self) -> None:
        document = self._view.document
        self._followed.add(document.history.changed, self._reload)
        self._followed.add(document.identity_changed, self._reload)
        self._followed.add(document.content.document.contentsChanged, self._on_text)
        self._reload()

    def _on_text(self) -> None:
        if self.isVisible():
            self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102 - Qt's name
        super().showEvent(event)
        self._reload()

    # --- the list ---

    def _reload(self) -> None:
        if self.isVisible():
            self._do(self._load)

    async def _load(self) -> None:
        request, view = self._next_request("list"), self._view
        found = await self._history.versions()
        if request != self._requests["list"] or view is not self._view:
            return
        row = self.list.currentRow()
        chosen = self._versions[row].id if 0 <= row < len(self._versions) else None
        self._versions = found
        self.list.blockSignals(True)
        self.list.clear()
        now_ms = self._clock.unix_ms()
        for each in found:
            self.list.addItem(QListWidgetItem("\n".join(version_lines(each, now_ms))))
        self.list.setCurrentRow(self._row_of(chosen))
        self.list.blockSignals(False)
        self._compare()

    def choose(self, reason: Reason) -> None:
        """Show the newest version that was kept for this reason."""
        self._wanted = reason
        self._reload()

    def _row_of(self, chosen: int | None) -> int:
        """Where the version stands that was chosen before the list was made anew; -1 for nowhere."""
        wanted, self._wanted = self._wanted, None
        for row, each in enumerate(self._versions):
            if each.reason is wanted if wanted is not None else each.id == chosen:
                return row
        return -1

    @property
    def _chosen(self) -> Snapshot | None:
        row = self.list.currentRow()
        return self._versions[row] if 0 <= row < len(self._versions) else None

    # --- what differs ---

    def _compare(self) -> None:
        self._pause.stop()
        if self._chosen is None:
            self._shown = None
            self.passages.show_passages(())
            self._next_request("passages")
            self.said.setText(tr(CHOOSE) if self._versions else _why_none(self._view.document))
            self._enable()
            return
        self._enable()
        self._do(self._load_comparison)

    async def _load_comparison(self) -> None:
        chosen, request = self._chosen, self._next_request("passages")
        if chosen is None:
            return
        found = await self._history.compare(chosen.id)
        if request != self._requests["passages"]:
            return
        before = self.passages.current
        self._shown = found
        self.passages.show_passages(found.passages)
        self.said.setText(differences(len(found.passages), self.passages.shown))
        self._enable()
        if 0 < before < self.passages.shown:
            self.passages.choose(before)

    def _enable(self) -> None:
        chosen, shown = self._chosen is not None, self._shown
        self.steps.show_number()
        differs = shown is not None and bool(shown.passages)
        writable = not self._view.page.isReadOnly()
        self.keep.setEnabled(self._history.is_kept)
        self.rename.setEnabled(chosen)
        self.delete.setEnabled(chosen)
        self.restore_all.setEnabled(differs and writable)
        self.restore_passage.setEnabled(differs and writable and self.passages.current >= 0)

    def _on_jumped(self, number: int) -> None:
        """Show on the page as well where the passage stands; the keyboard stays here."""
        place = (
            self._history.place_of(self._shown, self._shown.passages[number])
            if self._shown
            else None
        )
        if place is not None:
            self._view.place_caret(place)
            self._view.page.keep_caret_comfortable()

    # --- what can be done ---

    def begin_keeping(self) -> None:
        """Ask for the name under which the text of now is to be kept."""
        if self._history.is_kept:
            self._begin_naming(None, "", tr("Name of this version, or nothing"))

    def _on_rename(self) -> None:
        if self._chosen is not None:
            self._begin_naming(self._chosen.id, self._chosen.name, tr("Name"))

    def _begin_naming(self, number: int | None, name: str, hint: str) -> None:
        self._naming = number
        self.name.setPlaceholderText(hint)
        self.name.setText(name)
        self.name.selectAll()
        self.name.show()
        self.name.setFocus()

    def _end_naming(self) -> None:
        had_keyboard = self.name.hasFocus()
        self.name.hide()
        if had_keyboard:
            self.list.setFocus()

    def _on_named(self) -> None:
        name, number = self.name.text().strip(), self._naming
        self._end_naming()
        if number is None:
            self._history.keep(name)
            self._view.focus()  # and writing goes on
        else:
            self._do(lambda: self._history.rename(number, name))

    def _on_restore_all(self) -> None:
        self._do(self._restore_all)

    async def _restore_all(self) -> None:
        if self._chosen is not None:
            await self._history.restore(self._chosen.id)

    def _on_restore_passage(self) -> None:
        shown, number = self._shown, self.passages.current
        if shown is None or not 0 <= number < len(shown.passages):
            return

        async def restore() -> None:
            place = await self._history.restore_passage(shown, shown.passages[number])
            self._view.place_caret(place)
            self._compare()

        self._do(restore)

    def _on_delete(self) -> None:
        chosen = self._chosen
        if chosen is None:
            return
        name = version_lines(chosen, self._clock.unix_ms())[0]
        what, details = tr("Delete “{name}”?", name=name), tr(DELETED_FOR_GOOD)
        if self._dialogs.about_erasing(self, what, details) is Erase.ERASE:
            self._do(lambda: self._history.delete(chosen.id))

    # --- inside ---

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        """Esc ends naming, and goes on to whoever gives the page the keyboard."""
        if (
            watched is self.name
            and isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self.name.hide()
        return super().eventFilter(watched, event)

    def _do(self, work: Callable[[], Coroutine[Any, None, None]]) -> None:
        async def do() -> None:
            try:
                await work()
            except UserError as error:
                self.said.setText(str(error))

        Flow(do())

    def _next_request(self, what: str) -> int:
        """Of several answers only the one to the last question counts."""
        self._requests[what] += 1
        return self._requests[what]

    def _on_appearance(self) -> None:
        theme, grid = self._appearance.theme, round(_GRID_PX * self._appearance.scale)
        self._column.setContentsMargins(2 * grid, 0, 2 * grid, 2 * grid)
        self._column.setSpacing(grid)
        self._buttons.setSpacing(grid)
        self.list.setStyleSheet(f"QListWidget::item {{ padding: {grid // 2}px {grid}px; }}")
        self.said.setStyleSheet(f"color: {theme.quiet};")
        self.passages.set_theme(theme)


def _button(parent: QWidget, title: str, do: Callable[[], None]) -> QPushButton:
    button = QPushButton(title, parent)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: do())
    return button


def _why_none(document: Document) -> str:
    if document.is_private:
        return tr(NOT_KEPT["private"])
    if document.policy.is_excluded:
        return tr(NOT_KEPT["excluded"])
    return tr(NONE_YET if document.history.is_kept else NOT_KEPT["off"])
