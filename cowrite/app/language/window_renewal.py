"""Puts another window in the place of each open one: with the same views, and everything around them as it was.

Documents and views know no window (ADR 23, ADR 40), so they only change hands; what a window itself has is made anew,
and reads its texts from the catalogue that is in use now.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from cowrite.documents.session import OpenWindow
from cowrite.editor.common.messages import Notice
from cowrite.editor.common.renewal import WidgetState
from cowrite.editor.common.show_dialog import COMMAND
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_commands import WindowCommands
from cowrite.editor.shell.window_manager import WindowManager

_FULL = Qt.WindowState.WindowFullScreen


class WindowRenewal:
    """Of all windows of ``manager``."""

    def __init__(self, manager: WindowManager) -> None:
        self._manager = manager

    def renew_all(self) -> None:
        """Nothing is asked, nothing is written, and no document hears of it."""
        manager = self._manager
        front, active = manager.front, QApplication.activeWindow()
        comes_forward: QWidget | None = None
        for window in manager.windows:
            kept = _Window.of(window, active)
            for dialog in kept.dialogs:
                dialog.widget.close()
            new = manager.renewed(window)
            kept.put_into(new)
            window.hide()
            shown = kept.show_dialogs(new)
            if window is front:
                comes_forward = shown or new
        if isinstance(comes_forward, EditorWindow) and comes_forward.isVisible():
            comes_forward.raise_()
            comes_forward.activateWindow()
        elif comes_forward is not None:
            comes_forward.activateWindow()
        manager.save_session()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialog:
    """A window beside the page, by the command that shows it."""

    widget: QDialog
    command: str
    geometry: QByteArray
    state: WidgetState
    was_active: bool

    @staticmethod
    def of(widget: QDialog, active: QWidget | None) -> _Dialog:
        return _Dialog(
            widget=widget,
            command=str(widget.property(COMMAND)),
            geometry=widget.saveGeometry(),
            state=WidgetState.of(widget),
            was_active=widget is active,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """How a window is, and what around its views would be lost with it."""

    geometry: QByteArray
    visible: bool
    state: Qt.WindowState
    full_screen: bool
    beside: OpenWindow
    notices: list[Notice]
    rooms: dict[str, Any]
    panels: dict[str, WidgetState]
    focused_panel: str
    view: EditorView
    scroll: int
    dialogs: list[_Dialog]

    @staticmethod
    def of(window: EditorWindow, active: QWidget | None) -> _Window:
        made, focus = window.side_panels.made, window.focusWidget()
        full = window.full_screen
        return _Window(
            geometry=window.saveGeometry(),
            visible=window.isVisible(),
            state=full.before if full.is_on else window.windowState(),
            full_screen=full.is_on,
            beside=window.beside_page.state(0),
            notices=window.messages.notices,
            rooms=window.renewals.hand_over(),
            panels={each: WidgetState.of(panel) for each, panel in made.items()},
            focused_panel=next(
                (each for each, panel in made.items() if focus and panel.isAncestorOf(focus)), ""
            ),
            view=window.active_view,
            scroll=window.active_view.scroll,
            dialogs=[
                _Dialog.of(each, active)
                for each in window.findChildren(QDialog)
                if each.isVisible() and each.property(COMMAND)
            ],
        )

    def put_into(self, window: EditorWindow) -> None:
        """Have ``window``, which is not shown yet, as this one was, and show it."""
        window.restoreGeometry(self.geometry)
        window.setWindowState(self.state & ~_FULL)
        window.beside_page.restore(self.beside)
        for notice in self.notices:
            window.show_notice(notice.again())
        window.renewals.take_over(self.rooms)
        if self.visible:
            window.show()
        if self.full_screen:  # once the system has heard of the window as it is without
            QTimer.singleShot(0, window, window.full_screen.enter)
        for panel_id, panel in window.side_panels.made.items():
            if panel_id in self.panels:
                has_focus = panel_id == self.focused_panel
                self.panels[panel_id].put_into(panel, with_focus=has_focus)
        if not self.focused_panel:
            window.active_view.focus()
        QTimer.singleShot(0, window, lambda: self.view.set_scroll(self.scroll))

    def show_dialogs(self, window: EditorWindow) -> QDialog | None:
        """Show the windows beside the page again; the one that was in front of all, if one was."""
        commands = window.findChild(WindowCommands)
        front = None
        if not isinstance(commands, WindowCommands):
            return None
        for each in self.dialogs:
            commands.registry.run(each.command)
            found = next(
                (
                    dialog
                    for dialog in window.findChildren(QDialog)
                    if dialog.property(COMMAND) == each.command
                ),
                None,
            )
            if found is not None:
                found.restoreGeometry(each.geometry)
                each.state.put_into(found)
                front = found if each.was_active else front
        return front
