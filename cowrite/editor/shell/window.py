"""One window: menus, messages, views of documents, the status line. It decides nothing about the documents."""

from __future__ import annotations

import base64
from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QVBoxLayout, QWidget

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.documents.session import OpenDocument
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.assistance.engine_bridge import EngineBridge
from cowrite.editor.assistance.key_hint import KeyHint
from cowrite.editor.assistance.model_status import SUGGESTING_STATES, ShownStatus, shown_status
from cowrite.editor.assistance.no_suggestion_reason import why_silent
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.fit_to_screen import fit_to_screen, keep_on_screen
from cowrite.editor.common.messages import MessageArea, Notice
from cowrite.editor.common.plain_label import window_title
from cowrite.editor.common.renewal import Renewals
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.shell.editor_view import EditorView, PageStyle
from cowrite.editor.shell.frame.beside_page import BesidePage
from cowrite.editor.shell.frame.full_screen import FullScreen
from cowrite.editor.shell.frame.side_panels import SidePanels
from cowrite.editor.shell.menu_bar import MenuBar
from cowrite.editor.shell.status_line import StatusLine
from cowrite.editor.shell.tabs.view_stack import ViewStack
from cowrite.editor.shell.window_counts import WindowCounts
from cowrite.engine.messages import EngineState
from cowrite.localization import tr
from cowrite.provenance.authorship_share import origin_line
from cowrite.settings.preferences import Preferences
from cowrite.suggest.filter.show_filter import SilenceReason

SIZE_PX = (960, 720)
SMALLEST_PX = (360, 240)
TAB_HINTS = 5
# "thinking" and "ready" follow each other with every word; only a real rest is worth a change of the word.
THINKING_STAYS_MS = 600


class EditorWindow(QMainWindow):
    """``stack`` has the views, ``side_panels`` what stands beside them, ``beside_page`` what of it is kept,
    ``renewals`` what its rooms hand over to a window that takes its place.

    Signals: ``active_view_changed(EditorView)`` after another view came in front, ``view_state_changed()`` when what
    can be done with it has changed (undo, copy, which document it is, in which file), ``first_painted()``, ``closed()``
    when it is gone for good, ``zoomed(int percent)``, ``taken()``.
    """

    active_view_changed = Signal(object)
    view_state_changed = Signal()
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
        self._bridge = bridge
        self._appearance = appearance
        self._preferences = preferences
        self._may_close: Callable[[], bool] = lambda: True
        self._was_painted = False
        self._is_gone = False
        self._learns = False
        self._following = Connections()
        self._followed: EditorView | None = None
        self.renewals = Renewals()
        self.stack = ViewStack(appearance.theme, self)
        self.messages = MessageArea(appearance.theme, self)
        self.status_line = StatusLine(appearance.theme, self)
        self.hint = KeyHint(appearance.theme, view.page.keymap, self)
        self.status_line.set_hint(self.hint)
        self.counts = WindowCounts(view, self.status_line, self)
        self._thinking = QTimer(self)
        self._thinking.setSingleShot(True)
        self._thinking.setInterval(THINKING_STAYS_MS)
        self._lay_out()
        self._dress_window()
        self._connect()
        self.stack.add(view)
        if self.is_private:
            self.status_line.set_private()
        view.page.setFocus()

    def _lay_out(self) -> None:
        self.setMenuBar(MenuBar(self.stack, self))
        centre = QWidget(self)
        column = self._column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.messages)
        column.addWidget(self.stack, 1)
        theme = self._appearance.theme
        self.side_panels = SidePanels(theme, centre, lambda: self.active_view.focus(), self)
        self.beside_page = BesidePage(self.side_panels)
        whole = QWidget(self)
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.side_panels.splitter, 1)
        rows.addWidget(self.status_line)
        self.setCentralWidget(whole)
        self.full_screen = FullScreen(
            self, above=(self.menuBar(), self.stack.tabs), below=(self.status_line,)
        )
        self.setMinimumSize(*SMALLEST_PX)
        self.resize(*SIZE_PX)
        keep_on_screen(self)

    def _connect(self) -> None:
        self.stack.activated.connect(self._on_activated)
        self.full_screen.switched.connect(self.side_panels.set_aside)
        self.status_line.snooze_clicked.connect(lambda: self.active_view.document.policy.wake())
        self._bridge.status_changed.connect(self._show_status)
        self._thinking.timeout.connect(self._show_status)
        self._appearance.changed.connect(self._on_appearance_changed)

    # --- the view in front ---

    def _on_activated(self, view: EditorView) -> None:
        self._follow(view)
        self.messages.set_front(view)
        view.scroll_when_shown()
        self.apply(self._preferences)
        self.hint.show_number(0, 0)
        self.counts.follow(view)
        self._show_origin()
        self._on_identity_changed()
        self.active_view_changed.emit(view)

    def _follow(self, view: EditorView) -> None:
        """Show what becomes of ``view``, and no more of the one before."""
        self._leave()
        self._followed, follow = view, self._following.add
        document, page = view.document, view.page
        document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        text = document.content.document
        follow(document.identity_changed, self._on_identity_changed)
        follow(text.modificationChanged, self._on_modified)
        follow(document.policy.changed, self._show_status)
        follow(document.provenance.settled, self._show_origin)
        follow(page.pointer_moved, self.status_line.wake)
        follow(page.zoom_changed, self.zoomed)
        follow(view.pane.changed, self.view_state_changed)
        follow(page.ghost_numbered, self.hint.show_number)
        follow(view.suggestions.state_changed, self._show_status)
        follow(view.suggestions.asked_in_vain, self._say_why_silent)
        for signal in (text.undoAvailable, text.redoAvailable, page.copyAvailable):
            follow(signal, self._on_state_changed)

    def _leave(self) -> None:
        self._following.end()
        if self._followed is not None:
            self._followed.document.listeners.remove(self._on_text_changed)
            self._followed = None

    def _on_state_changed(self, _: bool) -> None:
        self.view_state_changed.emit()

    # --- what it shows ---

    @property
    def active_view(self) -> EditorView:
        """The view in front, which the writer writes in. Ask each time: the next key may bring another in front."""
        return self.stack.active

    @property
    def views(self) -> list[EditorView]:
        """The views in their order."""
        return list(self.stack.views)

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
        """Follow the preferences; what stays the same is left alone, and so is the look of what is not in front."""
        self._preferences = preferences
        self._dress()
        self.active_view.page.set_show_tab_hint(preferences.tab_hints_used < TAB_HINTS)
        for view in self.stack.views:
            view.suggestions.apply(preferences)
        self._show_origin()
        self._show_status()

    def _dress(self) -> None:
        """Let the page in front look as the writer wants, and let nothing move if the writer or the desktop says so."""
        look, chosen = self._appearance, self._preferences
        still = chosen.reduced_motion or look.less_motion
        self.active_view.page.reduced_motion = self.status_line.reduced_motion = still
        self.active_view.dress(
            PageStyle(
                theme=look.theme,
                zoom_percent=look.zoom_percent,
                face=chosen.font_family or chosen.font,
                column_characters=chosen.column_characters,
                line_height_em=chosen.line_height_percent / 100,
                focus=chosen.focus,
                typewriter=chosen.typewriter,
                markdown_marks=chosen.markdown_marks,
            )
        )

    def put_below_page(self, widget: QWidget) -> None:
        """Give ``widget`` a place between the page and the status line."""
        self._column.addWidget(widget)

    def put_above_page(self, widget: QWidget) -> None:
        """Give ``widget`` a place between the messages and the page."""
        self._column.insertWidget(self._column.indexOf(self.stack), widget)

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

    def as_open_document(self, view: EditorView | None = None, *, number: int = 0) -> OpenDocument:
        """What the next start needs to show ``view``, or the one in front, as it is; ``number`` is the window's."""
        view = view or self.active_view
        return OpenDocument(
            document_id=view.document.document_id,
            path=str(view.document.path or ""),
            caret=view.caret,
            scroll=view.scroll,
            geometry=base64.b64encode(self.saveGeometry().data()).decode("ascii"),
            window=number,
            is_front=view is self.active_view,
            other=view.other_place,
        )

    def place_as(self, document: OpenDocument) -> None:
        """Be where the window of ``document`` was, and the view in front as it was."""
        if document.geometry:
            self.restoreGeometry(QByteArray.fromBase64(document.geometry.encode("ascii")))
            if self.isFullScreen():  # a start begins with all there is
                self.setWindowState(self.windowState() & ~Qt.WindowState.WindowFullScreen)
            fit_to_screen(self)  # that screen may be gone
        self.active_view.place(document.caret, document.scroll, document.other)

    # --- events ---

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102 - Qt's name
        if self._is_gone:
            return
        event.ignore()  # whatever goes wrong while it is asked about, the text stays on screen
        if not self._may_close():
            return
        self._is_gone = True
        self._end()
        for view in self.views:
            view.close()
        event.accept()
        self.closed.emit()
        self.deleteLater()

    def hand_over(self) -> list[EditorView]:
        """Give up its views to another window, and be gone for good without a question; hide it once that is shown."""
        self._is_gone = True
        self._end()
        self.closed.emit()
        self.deleteLater()
        return self.stack.release()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102 - Qt's name
        super().showEvent(event)
        self.active_view.scroll_when_shown()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102 - Qt's name
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self, self.first_painted.emit)

    def _end(self) -> None:
        """Listen to nothing more and leave nothing running."""
        self._bridge.status_changed.disconnect(self._show_status)
        self._appearance.changed.disconnect(self._on_appearance_changed)
        self._leave()
        self.stack.end()
        self._thinking.stop()
        self.counts.close()

    def _on_text_changed(self, change: TextChange) -> None:
        self.counts.text_changed(change.kind)
        if change.kind is ChangeKind.ACCEPTED:
            self.taken.emit()
        if change.kind is not ChangeKind.LOADED:
            self.status_line.fade()

    def _on_modified(self, modified: bool) -> None:
        self.setWindowModified(modified)

    def _on_identity_changed(self) -> None:
        document = self.active_view.document
        title = window_title(document.name)
        private = tr("{name}[*] – Private – Cowrite", name=title)
        self.setWindowTitle(private if document.is_private else f"{title}[*] – Cowrite")
        self.setWindowFilePath(str(document.path or ""))
        self.setWindowModified(document.is_modified)
        self.view_state_changed.emit()

    def _show_origin(self) -> None:
        ranges = self.active_view.document.provenance.ranges
        self.status_line.set_origin(origin_line(ranges) if self._preferences.assistance else "")

    def _on_appearance_changed(self) -> None:
        self._dress()
        self._dress_window()

    def _dress_window(self) -> None:
        theme, scale = self._appearance.theme, self._appearance.scale
        for part in (self.status_line, self.stack.tabs, self.side_panels):
            part.set_theme(theme)
            part.set_scale(scale)
        self.hint.set_theme(theme)
        self.messages.set_theme(theme)

    def _shown_status(self) -> ShownStatus:
        return shown_status(
            self._bridge.status,
            self.active_view.suggestions.state,
            on=self._preferences.suggestions,
            pause=self.active_view.document.policy.pause,
            is_private=self.active_view.document.policy.is_private,
            learns=self._learns,
            known_card=self._preferences.known_card,
        )

    def _show_server(self) -> None:
        """Say where text of the document in front goes, if it goes anywhere."""
        servers = self._bridge.status.servers
        if not servers or self.active_view.document.policy.is_excluded:
            self.status_line.set_server("")
            return
        from cowrite.remote.told import where_text_goes

        self.status_line.set_server(", ".join(servers), where_text_goes(self._preferences))

    def _say_why_silent(self, reason: SilenceReason) -> None:
        """Answer the key that asks for a suggestion when there is none."""
        if not self._preferences.assistance:
            return
        self.status_line.say(why_silent(reason, self._shown_status()))

    def _show_status(self, _: object = None) -> None:
        chosen, pause = self._preferences, self.active_view.document.policy.pause
        wanted = chosen.assistance and chosen.suggestions and chosen.key_hints
        has_model = self._bridge.status.state in SUGGESTING_STATES
        self.hint.setVisible(wanted and pause is None and has_model)
        self.status_line.set_assistance(chosen.assistance)
        self._show_server()
        shown = self._shown_status()
        state = shown.status.state
        if state is EngineState.THINKING:
            self._thinking.start()
        elif state is EngineState.READY and self._thinking.isActive():
            return
        else:
            self._thinking.stop()
        self.status_line.set_model_status(
            shown.status,
            word=shown.word,
            click_wakes=shown.click_wakes,
            click_explains=shown.click_explains,
        )
