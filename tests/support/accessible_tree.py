"""What a screen reader is told of a window: every widget that takes part has a name and a role."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QApplication, QWidget

Role = QAccessible.Role
# What a person can do something with, or is told something by.
NAMED = {
    Role.Button,
    Role.ButtonMenu,
    Role.ButtonDropDown,
    Role.CheckBox,
    Role.RadioButton,
    Role.ComboBox,
    Role.EditableText,
    Role.SpinBox,
    Role.Slider,
    Role.List,
    Role.Tree,
    Role.Table,
    Role.PageTab,
    Role.ProgressBar,
    Role.MenuItem,
    Role.Link,
    Role.ListItem,
    Role.TreeItem,
    Role.Dialog,
    Role.Window,
    Role.Graphic,
    Role.Chart,
    Role.Canvas,
    Role.ColumnHeader,
    Role.AlertMessage,
    Role.MenuBar,
    Role.Pane,
    Role.StatusBar,
    Role.ToolBar,
    Role.ToolTip,
}
NO_ROLES = {Role.NoRole, Role.Client, Role.Border}
"""What Qt says of a widget that it knows nothing of, and of every frame: right for a box around others."""
WITH_VALUE = {Role.Slider, Role.SpinBox, Role.ProgressBar, Role.ScrollBar}
# Parts of other widgets, which these speak for.
PARTS = {Role.Indicator, Role.Grip, Role.ScrollBar, Role.Separator, Role.Border}
_MOST = 5_000


def nameless(window: QWidget) -> list[str]:
    """What of ``window`` a screen reader could only call “button”, or nothing at all."""
    found = []
    for path, interface in interfaces(window):
        widget = interface.object()
        state = interface.state()
        is_focusable = isinstance(widget, QWidget) and bool(
            widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        )
        if state.invisible or (state.offscreen and not is_focusable):
            continue
        role = interface.role()
        if role in PARTS or (
            role is Role.Pane and widget is None
        ):  # that one is the corner of a table
            continue
        name = interface.text(QAccessible.Text.Name).strip()
        if (role in NAMED or is_focusable) and not name and not _is_inside_another(widget):
            found.append(f"{path}: {role.name} without a name")
    return found


def roleless(window: QWidget) -> list[str]:
    """What of ``window`` is more than a box around others, and a screen reader is not told what."""
    found = []
    for path, interface in interfaces(window):
        widget, state = interface.object(), interface.state()
        if state.invisible or not isinstance(widget, QWidget):
            continue
        if interface.role() not in NO_ROLES:
            continue
        why = []
        if interface.text(QAccessible.Text.Name) or interface.text(QAccessible.Text.Description):
            why.append("has a name")
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            why.append("can have the keyboard")
        if any("paintEvent" in vars(each) and _is_ours(each) for each in type(widget).__mro__):
            why.append("paints something")
        if why:
            found.append(f"{path}: {' and '.join(why)}, but its role is {interface.role().name}")
    return found


def valueless(window: QWidget) -> list[str]:
    """The sliders and the like of ``window`` of which a screen reader cannot read where they stand."""
    return [
        path
        for path, interface in interfaces(window)
        if interface.role() in WITH_VALUE and interface.valueInterface() is None
    ]


def traps(window: QWidget) -> list[str]:
    """What of ``window`` hands Tab on to something that cannot have the keyboard: there Qt goes no further."""
    found = []
    for widget in window.findChildren(QWidget):
        last = widget
        while (proxy := last.focusProxy()) is not None:
            last = proxy
        takes = bool(last.focusPolicy() & Qt.FocusPolicy.TabFocus)
        shown = widget.isVisibleTo(window) and widget.isEnabled() and widget.window() is window
        can = last.isVisibleTo(window) and last.isEnabled()
        if widget is not last and takes and shown and not can:
            found.append(f"{type(widget).__name__} hands Tab on to {last}")
    return found


def focused(window: QWidget) -> list[QWidget]:
    """The widgets of ``window`` that are said to have the keyboard, without the insides of one that has it."""
    widgets = [
        interface.object() for _, interface in interfaces(window) if interface.state().focused
    ]
    return [
        each
        for each in widgets
        if isinstance(each, QWidget) and each.objectName() != "qt_scrollarea_viewport"
    ]


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith("cowrite.")


def _is_inside_another(widget: object) -> bool:
    """The line of a spin box or of a combo box: its owner has the name."""
    return isinstance(widget, QWidget) and widget.focusProxy() is not None


def interfaces(window: QWidget) -> Iterator[tuple[str, QAccessibleInterface]]:
    """The accessible tree below ``window``, each with where it stands."""
    top = QAccessible.queryAccessibleInterface(window)
    waiting = [(type(window).__name__, top)]
    seen = 0
    while waiting and seen < _MOST:
        path, interface = waiting.pop()
        if interface is None or not interface.isValid():
            continue
        seen += 1
        yield path, interface
        for index in range(interface.childCount()):
            child = interface.child(index)
            if child is None or not child.isValid() or child.state().invisible:
                continue
            thing = child.object()
            kind = type(thing).__name__ if thing is not None else child.role().name
            waiting.append(
                (f"{path} > {kind} {thing.objectName() if thing else ''}".rstrip(), child)
            )


def visible_windows() -> list[QWidget]:
    """All windows that are on screen."""
    return [each for each in QApplication.topLevelWidgets() if each.isVisible()]
