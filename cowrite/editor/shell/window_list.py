"""The open windows and the views in them, which of them is in front, and what is said in them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.common.show_dialog import open_folder
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.window import EditorWindow
from cowrite.localization import tr


class WindowList(QObject):
    """Holds the windows; who opens and closes them adds and removes them."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._windows: list[EditorWindow] = []

    @property
    def windows(self) -> list[EditorWindow]:
        """The open windows, oldest first."""
        return list(self._windows)

    @property
    def views(self) -> list[EditorView]:
        """The views of all windows."""
        return [view for window in self._windows for view in window.views]

    def window_of(self, view: EditorView) -> EditorWindow | None:
        """The window that ``view`` is in; None if it was closed."""
        return next((window for window in self._windows if view in window.views), None)

    @property
    def front(self) -> EditorWindow | None:
        """The window the writer looks at, or the one opened last."""
        active = QApplication.activeWindow()
        while active is not None and active not in self._windows:
            active = active.parentWidget()
        if isinstance(active, EditorWindow):
            return active
        return self._windows[-1] if self._windows else None

    def bring_forward(self, window: EditorWindow) -> None:
        """Put ``window`` before the others and give it the keyboard."""
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()
        window.active_view.focus()

    def show_view(self, view: EditorView) -> None:
        """Bring a view in front in its window, and that before the others."""
        window = self.window_of(view)
        if window is not None:
            window.stack.activate(view)
            self.bring_forward(window)

    # --- messages ---

    def notice(self, notice: Notice) -> None:
        """Show a message in the front window, or take it away wherever it is."""
        front = self.front
        for window in self._windows:
            if notice.key and (window is not front or not notice.text):
                window.messages.dismiss(notice.key)
        if front is not None and notice.text:
            front.show_notice(notice)

    def tell(self, sentence: str) -> None:
        """Show a plain sentence in the front window."""
        self.notice(Notice(text=sentence))

    def tell_error(self, sentence: str, report: str) -> None:
        """Something is wrong in the program itself."""

        def copy() -> None:
            QApplication.clipboard().setText(report)

        self.notice(
            Notice(
                key="error",
                text=sentence,
                acts=(NoticeAction(label=tr("Copy report"), do=copy, stays=True),),
            )
        )

    def show_place(self, path: Path) -> None:
        """Show a folder or a page in the system's program for it, or say where it is."""
        if not open_folder(path):
            self.tell(tr("No program was found here to show {path}.", path=path))

    def say_progress(self, text: str) -> None:
        """Show how far something is in every status line; nothing takes it away."""
        for window in self._windows:
            window.status_line.say(text, 0)
