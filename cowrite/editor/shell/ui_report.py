"""What is on screen, told to a test that drives the program from outside. It reads and never presses anything.

Switched on by the environment variable COWRITE_UI_REPORT, which names the local socket to answer on; without it nothing
of this runs. Each line that arrives is answered with one line of JSON. Places are in pixels of the screen:
``[left, top, width, height]``. Knows the widgets that Qt shows and the editor's page, and no more.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QMessageLogContext,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QAccessible, QAction, QGuiApplication
from PySide6.QtNetwork import QLocalServer, QLocalSocket
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QMenu,
    QTabBar,
    QWidget,
    QWidgetAction,
)

from cowrite.editor.commands.command import without_mnemonic
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.shell.status_line import StatusLine

VARIABLE = "COWRITE_UI_REPORT"
KEPT_ERRORS = 50
_PRESSES = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.Wheel,
    }
)
CONTROLS = (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QTabBar,
    QLabel,
)
Report = dict[str, Any]


class UiReport(QObject):
    """Answers on the local socket ``name`` until :meth:`close`."""

    def __init__(self, name: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._presses = 0
        self._at_press: Report = {}
        self._commands: list[str] = []
        self._chosen: list[str] = []  # the same with their letters
        self._errors: deque[str] = deque(maxlen=KEPT_ERRORS)
        self._log = _ErrorCollector(self._errors)
        logging.getLogger().addHandler(self._log)
        self._before = qInstallMessageHandler(self._on_qt_message)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        QLocalServer.removeServer(name)
        self._server.listen(name)
        self._follow_windows()

    def close(self) -> None:
        """Answer no more."""
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)
        self._server.close()
        qInstallMessageHandler(self._before)
        logging.getLogger().removeHandler(self._log)

    def report(self) -> Report:
        """Everything, as JSON can hold it."""
        self._follow_windows()
        return {
            "presses": self._presses,
            "at_press": self._at_press,
            "commands": list(self._commands),
            "chosen": list(self._chosen),
            "errors": list(self._errors),
            "active": _identity(QApplication.activeWindow()),
            "modal": _identity(QApplication.activeModalWidget()),
            "popup": _identity(QApplication.activePopupWidget()),
            "focus": _focus(),
            "screen": _rect(_screen_of(QApplication.activeWindow())),
            "windows": [_window(w) for w in QApplication.topLevelWidgets() if _is_window(w)],
        }

    # --- what happens meanwhile ---

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: D102 - Qt's name
        kind = event.type()
        if kind in _PRESSES:
            self._presses += 1
            if kind is not QEvent.Type.MouseButtonRelease:
                self._at_press = self._snapshot()
        return False

    @staticmethod
    def _snapshot() -> Report:
        """The page that has the keyboard, as the key or button finds it."""
        focused = QApplication.focusWidget()
        popup = QApplication.activePopupWidget()
        pages = {
            _identity(page.window()): _page(page)
            for page in QApplication.allWidgets()
            if isinstance(page, PageEdit) and page.isVisible()
        }
        return {
            "focused": _identity(focused.window()) if isinstance(focused, PageEdit) else "",
            "popup": _identity(popup),
            "pages": pages,
        }

    def _follow_windows(self) -> None:
        """Hear of every press, and of every command that is run, by menu or by its key.

        The windows one by one: a filter on the whole program would slow every repaint.
        """
        for window in QGuiApplication.topLevelWindows():
            window.removeEventFilter(self)
            window.installEventFilter(self)
        for widget in QApplication.topLevelWidgets():
            menus = [widget] if isinstance(widget, QMenu) else widget.findChildren(QMenu)
            for menu in menus:
                if not isinstance(menu.parent(), QMenu):
                    menu.triggered.connect(self._on_triggered, Qt.ConnectionType.UniqueConnection)

    def _on_triggered(self, action: QAction) -> None:
        self._commands.append(_title(action))
        self._chosen.append(_whole_title(action))

    def _on_qt_message(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind in (QtMsgType.QtWarningMsg, QtMsgType.QtCriticalMsg, QtMsgType.QtFatalMsg):
            self._errors.append(f"Qt: {text}")
        if self._before is not None:
            self._before(kind, context, text)

    # --- the socket ---

    def _on_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._on_ready_read)
            socket.disconnected.connect(socket.deleteLater)

    def _on_ready_read(self) -> None:
        socket = self.sender()
        while isinstance(socket, QLocalSocket) and socket.canReadLine():
            socket.readLine()
            socket.write(json.dumps(self.report()).encode("utf-8", "surrogatepass") + b"\n")
            socket.flush()


class _ErrorCollector(logging.Handler):
    """Keeps what the log file gets from WARNING on."""

    def __init__(self, errors: deque[str]) -> None:
        super().__init__(logging.WARNING)
        self._errors = errors

    def emit(self, record: logging.LogRecord) -> None:
        cause = record.exc_info[1] if record.exc_info else None
        kind = f" ({type(cause).__name__})" if cause is not None else ""
        self._errors.append(f"{record.levelname} {record.name}: {record.getMessage()}{kind}")


# --- what there is to see ---------------------------------------------------------------------------------------------


def _identity(widget: QWidget | None) -> str:
    """Different for every window on screen."""
    return "" if widget is None else f"{type(widget).__name__}-{widget.winId():x}"


def _focus() -> Report:
    widget = QApplication.focusWidget()
    if widget is None:
        return {"kind": "", "name": "", "window": "", "rect": [0, 0, 0, 0]}
    return {
        "kind": type(widget).__name__,
        "name": _spoken(widget) or widget.objectName(),
        "window": _identity(widget.window()),
        "is_page": isinstance(widget, PageEdit),
        "rect": _place(widget),
    }


def _spoken(widget: QWidget) -> str:
    """What a screen reader calls it: its own name, or that of its text or of the label beside it."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name) if interface is not None else ""


def _is_window(widget: QWidget) -> bool:
    """Whether it is on screen and can have the keyboard: what is shown like a tool tip goes by itself."""
    return widget.isVisible() and widget.windowType() != Qt.WindowType.ToolTip


def _window(window: QWidget) -> Report:
    report: Report = {
        "id": _identity(window),
        "kind": type(window).__name__,
        "title": window.windowTitle(),
        "rect": _place(window),
        "frame": _rect(window.frameGeometry(), window),
        "smallest": [window.minimumWidth(), window.minimumHeight()],
        "is_active": window.isActiveWindow(),
        "is_modal": window.isModal(),
        "is_menu": isinstance(window, QMenu),
        "is_dialog": isinstance(window, QDialog),
        "is_document": isinstance(window, QMainWindow),
        "controls": [
            _control(child)
            for child in window.findChildren(QWidget)
            if isinstance(child, CONTROLS) and child.isVisible() and child.window() is window
        ],
    }
    lists = [each for each in window.findChildren(QListWidget) if each.isVisible()]
    report["items"] = [item for each in lists for item in _items(each)]
    if isinstance(window, QMenu):
        report["entries"] = _entries(window)
    if isinstance(window, QMainWindow):
        report["menus"] = [_menu(action, window) for action in window.menuBar().actions()]
        pages = sorted(window.findChildren(PageEdit), key=lambda page: not page.isVisible())
        report["pages"] = [_page(page) for page in pages]  # the one in front first
        report["status"] = [
            _control(child)
            for line in window.findChildren(StatusLine)
            for child in line.findChildren(QWidget)
            if isinstance(child, CONTROLS) and child.isVisible()
        ]
    return report


def _page(page: PageEdit) -> Report:
    cursor = page.textCursor()
    viewport = page.viewport()
    caret = page.caret_rect()
    origin = viewport.mapToGlobal(caret.topLeft())
    return {
        "text": page.text(),
        "caret": cursor.position(),
        "anchor": cursor.anchor(),
        "revision": page.revision,
        "ghost": page.ghost_text,
        "composing": page.composed_text,
        "change": page.is_held,
        "soft_space": page.is_after_soft_space,
        "can_undo": page.document().isUndoAvailable(),
        "can_redo": page.document().isRedoAvailable(),
        "is_modified": page.document().isModified(),
        "is_read_only": page.isReadOnly(),
        "document": page.document_id,
        "path": page.window().windowFilePath(),
        "zoom": page.zoom,
        "has_focus": page.hasFocus(),
        "rect": _place(page),
        "column": _place(viewport),
        "caret_rect": _rect(QRect(origin, caret.size()), page),
    }


def _menu(action: QAction, window: QMainWindow) -> Report:
    menu = action.menu()
    bar = window.menuBar()
    place = QRect(
        bar.mapToGlobal(bar.actionGeometry(action).topLeft()), bar.actionGeometry(action).size()
    )
    return {
        "title": _title(action),
        "whole_title": _whole_title(action),
        "mnemonic": _mnemonic(action.text()),
        "rect": _rect(place, window),
        "entries": _entries(menu) if isinstance(menu, QMenu) else [],
    }


def _entries(menu: QMenu) -> list[Report]:
    return [
        _entry(menu, action)
        for action in menu.actions()
        if action.isVisible() and not action.isSeparator()
    ]


def _entry(menu: QMenu, action: QAction) -> Report:
    below = action.menu()
    box = menu.actionGeometry(action)
    shown = menu.isVisible()
    return {
        "title": _title(action),
        "whole_title": _whole_title(action),
        "mnemonic": _mnemonic(action.text()),
        "key": action.shortcut().toString(),
        "is_enabled": action.isEnabled(),
        "is_checkable": action.isCheckable(),
        "is_checked": action.isChecked(),
        "is_submenu": isinstance(below, QMenu),
        "is_control": isinstance(action, QWidgetAction),
        "is_chosen": menu.activeAction() is action,
        "entries": _entries(below) if isinstance(below, QMenu) else [],
        "rect": _rect(QRect(menu.mapToGlobal(box.topLeft()), box.size()), menu) if shown else [],
    }


def _items(box: QListWidget) -> list[Report]:
    origin = box.viewport().mapToGlobal(QPoint(0, 0))
    rects = [box.visualItemRect(box.item(at)).translated(origin) for at in range(box.count())]
    return [
        {"text": box.item(at).text(), "is_chosen": at == box.currentRow(), "rect": _rect(rect, box)}
        for at, rect in enumerate(rects)
    ]


def _control(widget: QWidget) -> Report:
    report: Report = {
        "kind": type(widget).__name__,
        "name": widget.accessibleName() or widget.objectName(),
        "rect": _place(widget),
        "is_enabled": widget.isEnabled(),
        "has_focus": widget.hasFocus(),
        "seen": _seen_share(widget),
    }
    match widget:
        case QAbstractButton():
            report |= {"text": widget.text(), "is_checked": widget.isChecked(), "is_button": True}
        case QAbstractSlider():
            report |= {"value": widget.value()}
        case QAbstractSpinBox() | QLineEdit():
            report |= {"text": widget.text()}
        case QComboBox():
            report |= {"text": widget.currentText()}
        case QLabel():
            report |= {"text": widget.text()}
    return report


def _seen_share(widget: QWidget) -> float:
    """How much of it is not cut off, 0 to 1."""
    whole = widget.width() * widget.height()
    region = widget.visibleRegion().boundingRect()
    return region.width() * region.height() / whole if whole else 0.0


def _title(action: QAction) -> str:
    return without_mnemonic(_whole_title(action))


def _whole_title(action: QAction) -> str:
    """With its letter, and without its key."""
    return action.text().split("\t")[0]


def _mnemonic(text: str) -> str:
    plain = text.replace("&&", "")
    at = plain.find("&")
    return plain[at + 1].lower() if 0 <= at < len(plain) - 1 else ""


def _place(widget: QWidget) -> list[int]:
    return _rect(QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size()), widget)


def _rect(rect: QRect, of: QWidget | None = None) -> list[int]:
    ratio = of.devicePixelRatioF() if of is not None else 1.0
    return [round(ratio * n) for n in (rect.x(), rect.y(), rect.width(), rect.height())]


def _screen_of(widget: QWidget | None) -> QRect:
    screen = widget.screen() if widget is not None else QApplication.primaryScreen()
    return screen.availableGeometry() if screen is not None else QRect(QPoint(0, 0), QSize(0, 0))
