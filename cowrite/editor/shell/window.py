"""One window: menus, messages, a view of a document, the status line. It decides nothing about the document."""

from __future__ import annotations

import base64
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.documents.session import OpenDocument
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.key_hint import KeyHint
from cowrite.editor.assistance.model_status import ShownStatus, shown_status
from cowrite.editor.assistance.no_suggestion_reason import why_silent
from cowrite.editor.common.fit_to_screen import fit_to_screen, keep_on_screen
from cowrite.editor.common.messages import MessageArea, Notice
from cowrite.editor.common.plain_label import window_title
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.page.word_counter import WordCounter
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.menu_bar import MenuBar
from cowrite.editor.shell.status_line import StatusLine
from cowrite.engine.messages import EngineState
from cowrite.settings.preferences import Preferences
from cowrite.suggest.filter.show_filter import SilenceReason

SIZE_PX = (960, 720)
SMALLEST_PX = (360, 240)
TAB_HINTS = 5
# "thinking" and "ready" follow each other with every word; only a real rest is worth a change of the word.
THINKING_STAYS_MS = 600


class EditorWindow(QMainWindow):
    """Signals: ``first_painted()``, ``closed()`` when it is gone for good, ``zoomed(int percent)``, ``taken()``."""

    first_painted = Signal()
    closed = Signal()
    zoomed = Signal(int)
    taken = Signal()  # some of a suggestion was taken

    def __init__(
        self,
        *,
        view: EditorView,
        bridge: EngineBridge,
        appearance: Appearance,
        preferences: Preferences,
    ) -> None:
        super().__init__()
        self.views: list[EditorView] = [view]
        self._bridge = bridge
        self._appearance = appearance
        self._preferences = preferences
        self._may_close: Callable[[], bool] = lambda: True
        self._was_painted = False
        self._is_gone = False
        self._learns = False
        self.messages = MessageArea(appearance.theme, self)
        self.status_line = StatusLine(appearance.theme, self)
        self.hint = KeyHint(appearance.theme, view.page.keymap, self)
        self.status_line.set_hint(self.hint)
        if self.is_private:
            self.status_line.set_private()
        self._counter = WordCounter(view.document.text, self.status_line.set_word_count, self)
        self._thinking = QTimer(self)
        self._thinking.setSingleShot(True)
        self._thinking.setInterval(THINKING_STAYS_MS)
        self._lay_out()
        self._connect()
        view.page.set_face(preferences.font)
        view.page.set_column(preferences.column_characters)
        self.apply(preferences)
        self._on_appearance_changed()
        self._on_identity_changed()

    def _lay_out(self) -> None:
        page = self.active_view.page
        self.setMenuBar(MenuBar(page, self))
        middle = QWidget(self)
        column = self._column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(page, 1)
        column.addWidget(self.status_line)
        self.setCentralWidget(middle)
        self.setMinimumSize(*SMALLEST_PX)
        self.resize(*SIZE_PX)
        keep_on_screen(self)
        page.setFocus()

    def _connect(self) -> None:
        view = self.active_view
        document, page, suggestions = view.document, view.page, view.suggestions
        document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        document.identity_changed.connect(self._on_identity_changed)
        document.content.document.modificationChanged.connect(self._on_modified)
        document.policy.changed.connect(self._show_status)
        page.pointer_moved.connect(self.status_line.wake)
        page.zoom_changed.connect(self.zoomed)
        page.ghost_numbered.connect(self.hint.show_number)
        suggestions.state_changed.connect(self._show_status)
        suggestions.asked_in_vain.connect(self._say_why_silent)
        self.status_line.snooze_clicked.connect(document.policy.wake)
        self._bridge.status_changed.connect(self._show_status)
        self._thinking.timeout.connect(self._show_status)
        self._appearance.changed.connect(self._on_appearance_changed)

    # --- what it shows ---

    @property
    def active_view(self) -> EditorView:
        """The view that the writer writes in."""
        return self.views[0]

    @property
    def is_private(self) -> bool:
        """Whether nothing of what is written here is kept or learned."""
        return self.active_view.document.is_private

    @property
    def appearance(self) -> Appearance:
        """How it looks now."""
        return self._appearance

    def show_notice(self, notice: Notice) -> None:
        """Show a message above the page."""
        self.messages.show_notice(notice)

    def apply(self, preferences: Preferences) -> None:
        """Follow the preferences; what stays the same is left alone."""
        before, self._preferences = self._preferences, preferences
        page = self.active_view.page
        if preferences.font != before.font:
            page.set_face(preferences.font)
        if preferences.column_characters != before.column_characters:
            page.set_column(preferences.column_characters)
        self._still()
        page.set_show_tab_hint(preferences.tab_hints_used < TAB_HINTS)
        self.active_view.suggestions.apply(preferences)
        self._show_status()

    def _still(self) -> None:
        """Let nothing move if the writer or the desktop says so."""
        still = self._preferences.reduced_motion or self._appearance.less_motion
        self.active_view.page.reduced_motion = self.status_line.reduced_motion = still

    def put_below_page(self, widget: QWidget) -> None:
        """Give ``widget`` a place between the page and the status line."""
        self._column.insertWidget(self._column.indexOf(self.status_line), widget)

    def put_above_page(self, widget: QWidget) -> None:
        """Give ``widget`` a place between the messages and the page."""
        self._column.insertWidget(self._column.indexOf(self.active_view.page), widget)

    def add_menu(self, title: str) -> QMenu:
        """A new menu at the right end of the menu bar."""
        bar = self.menuBar()
        return bar.add_menu(title) if isinstance(bar, MenuBar) else bar.addMenu(title)

    def set_learning(self, learning: bool) -> None:
        """Whether Cowrite learns just now."""
        self._learns = learning
        self._show_status()

    def set_close_guard(self, may_close: Callable[[], bool]) -> None:
        """Who is asked before the window closes."""
        self._may_close = may_close

    # --- where it was ---

    def as_open_document(self) -> OpenDocument:
        """What the next start needs to show it as it is."""
        view = self.active_view
        return OpenDocument(
            document_id=view.document.document_id,
            path=str(view.document.path or ""),
            caret=view.caret,
            scroll=view.scroll,
            geometry=base64.b64encode(self.saveGeometry().data()).decode("ascii"),
        )

    def place_as(self, document: OpenDocument) -> None:
        """Be where the window of ``document`` was."""
        if document.geometry:
            self.restoreGeometry(QByteArray.fromBase64(document.geometry.encode("ascii")))
            fit_to_screen(self)  # that screen may be gone
        view = self.active_view
        view.place_caret(document.caret)
        # The page has its height only when it is shown.
        QTimer.singleShot(0, self, lambda: view.set_scroll(document.scroll))

    # --- events ---

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102 - Qt's name
        if self._is_gone:
            return
        event.ignore()  # whatever goes wrong while it is asked about, the text stays on screen
        if not self._may_close():
            return
        self._is_gone = True
        self._end()
        event.accept()
        self.closed.emit()
        self.deleteLater()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)

    def _end(self) -> None:
        """Listen to nothing more and leave nothing running."""
        self._bridge.status_changed.disconnect(self._show_status)
        self._appearance.changed.disconnect(self._on_appearance_changed)
        self._thinking.stop()
        self._counter.close()
        for view in self.views:
            view.document.policy.changed.disconnect(self._show_status)
            view.close()

    def _on_text_changed(self, change: TextChange) -> None:
        self._counter.changed()
        if change.kind is ChangeKind.ACCEPTED:
            self.taken.emit()
        if change.kind is not ChangeKind.LOADED:
            self.status_line.fade()

    def _on_modified(self, modified: bool) -> None:
        self.setWindowModified(modified)

    def _on_identity_changed(self) -> None:
        document = self.active_view.document
        private = " – Private" if document.is_private else ""
        self.setWindowTitle(f"{window_title(document.name)}[*]{private} – Cowrite")
        self.setWindowFilePath(str(document.path or ""))
        self.setWindowModified(document.is_modified)

    def _on_appearance_changed(self) -> None:
        theme, page = self._appearance.theme, self.active_view.page
        self._still()
        page.set_theme(theme)
        # Under a style sheet Qt gives the viewport a palette of its own, which no longer follows the page's.
        page.viewport().setPalette(page.palette())
        page.set_zoom(self._appearance.zoom_percent)
        self.status_line.set_theme(theme)
        self.status_line.set_scale(self._appearance.scale)
        self.hint.set_theme(theme)
        self.messages.set_theme(theme)

    def _shown_status(self) -> ShownStatus:
        return shown_status(
            self._bridge.status,
            self.active_view.suggestions.state,
            on=self._preferences.suggestions,
            pause=self.active_view.document.policy.pause,
            learns=self._learns,
        )

    def _say_why_silent(self, reason: SilenceReason) -> None:
        """Answer the key that asks for a suggestion when there is none."""
        self.status_line.say(why_silent(reason, self._shown_status()))

    def _show_status(self, _: object = None) -> None:
        chosen, pause = self._preferences, self.active_view.document.policy.pause
        self.hint.setVisible(chosen.key_hints and chosen.suggestions and pause is None)
        shown = self._shown_status()
        state = shown.status.state
        if state is EngineState.THINKING:
            self._thinking.start()
        elif state is EngineState.READY and self._thinking.isActive():
            return
        else:
            self._thinking.stop()
        self.status_line.set_model_status(
            shown.status, word=shown.word, click_wakes=shown.click_wakes
        )
