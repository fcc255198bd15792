"""From one part of a window to the next by a key: panels, messages, bars, the page, the status line.

On the page Tab is a letter or takes a suggestion, so the way out of it is another key.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from cowrite.editor.page.split.split_page import SplitPage
from cowrite.editor.shell.tabs.view_stack import ViewStack


def go_on(parts: list[QWidget], *, backwards: bool = False) -> None:
    """Give the next of the ``parts`` of a window the keyboard, or the one before; round the ends it goes on.

    Parts in which nothing can have the keyboard are passed over. Of a split page each half is a part.
    """
    there = [part for part in parts if target(part) is not None]
    focused = QApplication.focusWidget()
    here = next((part for part in there if _is_in(part, focused)), None)
    if isinstance(here, ViewStack) and _turn(here.active.pane, first=backwards):
        return
    at = there.index(here) if here is not None else -1
    if at < 0 and backwards:
        at = 0
    part = there[(at + (-1 if backwards else 1)) % len(there)]
    if isinstance(part, ViewStack):
        _turn(part.active.pane, first=not backwards)
        part.active.focus()
        return
    widget = target(part)
    if widget is not None:
        widget.setFocus(Qt.FocusReason.TabFocusReason)


def parts_of(window: QWidget, splitter: QWidget, stack: ViewStack, last: QWidget) -> list[QWidget]:
    """What is in ``window``, from left to right and from top to bottom: sides, what is around ``stack``, ``last``."""
    sides = [each for each in splitter.children() if isinstance(each, QWidget)]
    centre = stack.parentWidget()
    layout = centre.layout() if centre is not None else None
    found: list[QWidget] = []
    for side in sorted(sides, key=lambda each: each.x()):
        if side is not centre:
            found.append(side)
        elif layout is not None:
            items = (layout.itemAt(at) for at in range(layout.count()))
            widgets = [item.widget() for item in items if item is not None]
            found += [each for each in widgets if each is not None]
    return [each for each in (*found, last) if each.isVisibleTo(window)]


def target(part: QWidget) -> QWidget | None:
    """What in ``part`` has the keyboard when one comes there; None if nothing can have it."""
    if isinstance(part, ViewStack):
        return part.active.page
    panels = part.findChild(QStackedWidget)
    panel = panels.currentWidget() if isinstance(panels, QStackedWidget) else None
    # In a panel not the button that closes it, which is above, but what it is opened for.
    for whole in (panel, part):
        if whole is not None:
            first = whole.focusProxy()
            order = [*([first] if first is not None else []), *in_tab_order(whole)]
            if (found := next(filter(_can_have_keyboard, order), None)) is not None:
                return found
    return None


def _turn(pane: SplitPage, *, first: bool) -> bool:
    """Have the writer in the first half of a split page, or in the second; whether that was another one."""
    if pane.split is None or pane.page_is_first is first:
        return False
    pane.swap()
    return True


def in_tab_order(part: QWidget) -> Iterator[QWidget]:
    """What is in ``part`` and Tab comes to, in the order in which it was made.

    That is the order of Tab where nobody has set another. Qt would tell the very chain, but nextInFocusChain() has
    PySide take the widget it returns for a child of the one that was asked, and the menus of the window are held to be
    deleted once that one is.
    """
    for widget in part.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget


def _can_have_keyboard(widget: QWidget) -> bool:
    return widget.isVisible() and widget.isEnabled()


def _is_in(part: QWidget, widget: QWidget | None) -> bool:
    return widget is not None and (part is widget or part.isAncestorOf(widget))
