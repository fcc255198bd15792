"""The views of one window: which are in it, in which order, and which is in front."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from cowrite.editor.appearance.theme import Theme
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.tabs.tab_bar import DocumentTabs


class ViewStack(QWidget):
    """Shows the view in front below the bar of tabs, which is there as soon as there are two.

    Signals: ``activated(EditorView)`` after another one came in front, ``counted()`` when there is one more or less,
    ``close_asked(EditorView)`` and ``menu_asked(EditorView, QPoint on the screen)`` from the bar.
    """

    accessible_role = Role.Client
    activated = Signal(object)
    counted = Signal()
    close_asked = Signal(object)
    menu_asked = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.views: list[EditorView] = []
        self._recent: list[EditorView] = []  # the one in front first
        self._following: dict[EditorView, Connections] = {}
        self.tabs = DocumentTabs(theme, self)
        self._pages = QStackedWidget(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tabs)
        column.addWidget(self._pages, 1)
        self.tabs.chosen.connect(lambda at: self.activate(self.views[at]))
        self.tabs.tabMoved.connect(self._on_moved)
        self.tabs.close_asked.connect(lambda at: self.close_asked.emit(self.views[at]))
        self.tabs.menu_asked.connect(lambda at, place: self.menu_asked.emit(self.views[at], place))

    @property
    def active(self) -> EditorView:
        """The view in front."""
        return self._recent[0]

    @property
    def recent(self) -> list[EditorView]:
        """The views as they were in front lately, the one that is first."""
        return list(self._recent)

    def add(self, view: EditorView, at: int | None = None) -> None:
        """Take in a view, before the one at ``at`` or as the last; the first one comes in front."""
        at = len(self.views) if at is None else at
        self.views.insert(at, view)
        self._pages.addWidget(view.pane)
        following = self._following[view] = Connections()
        following.add(view.document.identity_changed, lambda: self._name(view))
        modified = view.document.content.document.modificationChanged
        following.add(modified, lambda _: self._name(view))
        self.tabs.insert(at)
        self._name(view)
        if self._recent:
            self._recent.append(view)
            # As wide as it will be: a long text is laid out once.
            view.pane.fit(self._pages.size())
        else:
            self.activate(view)
        self.counted.emit()

    def activate(self, view: EditorView) -> None:
        """Bring a view in front; it gets the keyboard if the one before had it."""
        if view not in self.views or (self._recent and self._recent[0] is view):
            return
        had_keyboard = bool(self._recent) and self._recent[0].page.hasFocus()
        if view in self._recent:
            self._recent.remove(view)
        self._recent.insert(0, view)
        self._pages.setCurrentWidget(view.pane)
        self.tabs.set_current(self.views.index(view))
        self.setFocusProxy(view.page)
        if had_keyboard:
            view.focus()
        self.activated.emit(view)

    def remove(self, view: EditorView) -> None:
        """Let go of a view, which is in no window then; the one that was in front before it comes in front."""
        if view not in self.views:
            return
        others = [each for each in self._recent if each is not view]
        if self.active is view and others:
            self.activate(others[0])
        at = self.views.index(view)
        self.views.pop(at)
        self._recent = others
        self._following.pop(view).end()
        self.tabs.remove(at)
        self._pages.removeWidget(view.pane)
        view.pane.hide()
        self.counted.emit()

    def release(self) -> list[EditorView]:
        """Let go of all views at once, none of which comes in front: the window has none any more, and goes."""
        views = list(self.views)
        self.end()
        self.views, self._recent = [], []
        # It would take the keyboard from the page when it goes.
        self.setFocusProxy(None)  # type: ignore[arg-type]  # Qt takes a null pointer
        for view in views:
            self._pages.removeWidget(view.pane)
        return views

    def shift(self, view: EditorView, by: int) -> None:
        """Move a view's tab that many places to the right; round the ends it does not go."""
        at = self.views.index(view)
        self.tabs.moveTab(at, max(0, min(len(self.views) - 1, at + by)))

    def arrange(self, order: list[EditorView]) -> None:
        """Put the tabs in this order; those that are not named keep theirs, after the others."""
        wanted = [view for view in order if view in self.views]
        wanted += [view for view in self.views if view not in wanted]
        for at, view in enumerate(wanted):
            self.tabs.moveTab(self.views.index(view), at)

    def end(self) -> None:
        """Follow nothing more: the window is about to go."""
        for following in self._following.values():
            following.end()
        self._following.clear()

    def _on_moved(self, before: int, after: int) -> None:
        self.views.insert(after, self.views.pop(before))

    def _name(self, view: EditorView) -> None:
        document = view.document
        self.tabs.describe(
            self.views.index(view),
            name=document.name,
            where=str(document.path or ""),
            modified=document.is_modified,
        )
