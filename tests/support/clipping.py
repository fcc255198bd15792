"""Which texts of a window are cut off: what a label, a button, a tab or a header says against the room it has.

Writers' own texts (rows of lists, names of files in tabs) are shortened on purpose and are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QGroupBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QStyleOptionSpinBox,
    QTabBar,
    QToolButton,
    QWidget,
)

_SPARE_PX = 1  # widths are rounded


def clipped_texts(window: QWidget) -> list[str]:
    """Each text of ``window`` that is cut off, with the widget that shows it."""
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        if widget.window() is window and widget.isVisibleTo(window):
            found += [f"{_name_of(widget)}: {text!r} {why}" for text, why in _cut_off(widget)]
            if _says_something(widget) and _is_outside(widget, window):
                found.append(f"{_name_of(widget)}: {_text_of(widget)!r} stands outside its parent")
    return found


def _name_of(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()}".strip()


def _cut_off(widget: QWidget) -> Iterator[tuple[str, str]]:
    """The texts of one widget that do not fit, and how."""
    if isinstance(widget, QLabel):
        yield from _of_label(widget)
    elif isinstance(widget, QHeaderView):
        yield from _of_header(widget)
    elif isinstance(widget, QTabBar):
        yield from _of_tabs(widget)
    elif (needed := _needed(widget)) is not None:
        text, size, room = needed
        if text and size.width() > room.width() + _SPARE_PX:
            yield text, f"needs {size.width()} px of {room.width()}"


def _of_label(label: QLabel) -> Iterator[tuple[str, str]]:
    text = label.text()
    if not text or not label.pixmap().isNull():
        return
    room = label.contentsRect()
    if label.wordWrap():
        needed = label.heightForWidth(label.width())
        if needed > label.height() + _SPARE_PX:
            yield text, f"needs a height of {needed} px of {label.height()}"
    elif label.textFormat() is Qt.TextFormat.RichText:
        if label.sizeHint().width() > label.width() + _SPARE_PX:
            yield text, f"needs {label.sizeHint().width()} px of {label.width()}"
    else:
        width = label.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()
        room_for_it = room.width() - 2 * label.margin()
        if width > room_for_it + _SPARE_PX:
            yield text, f"needs {width} px of {room_for_it}"


def _of_header(header: QHeaderView) -> Iterator[tuple[str, str]]:
    model = header.model()
    if model is None or header.orientation() is not Qt.Orientation.Horizontal:
        return
    for section in range(header.count()):
        if header.isSectionHidden(section):
            continue
        text = str(model.headerData(section, Qt.Orientation.Horizontal) or "")
        needed, room = header.sectionSizeFromContents(section).width(), header.sectionSize(section)
        if text and needed > room + _SPARE_PX:
            yield text, f"needs {needed} px of {room}"


def _of_tabs(bar: QTabBar) -> Iterator[tuple[str, str]]:
    if bar.elideMode() is not Qt.TextElideMode.ElideNone:
        return
    for at in range(bar.count()):
        text = bar.tabText(at)
        width = bar.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, text).width()
        if width > bar.tabRect(at).width() + _SPARE_PX:
            yield text, f"needs {width} px of {bar.tabRect(at).width()}"


def _needed(widget: QWidget) -> tuple[str, QSize, QRect] | None:
    """The text of a control of one line, the size it needs, and the room for it; None for other widgets."""
    style, metrics = widget.style(), widget.fontMetrics()
    text, room = "", QRect()
    if isinstance(widget, QPushButton):
        option = QStyleOptionButton()
        widget.initStyleOption(option)
        text = widget.text()
        room = style.subElementRect(QStyle.SubElement.SE_PushButtonContents, option, widget)
    elif isinstance(widget, QCheckBox | QRadioButton):
        option = QStyleOptionButton()
        widget.initStyleOption(option)
        element = QStyle.SubElement.SE_CheckBoxContents
        if isinstance(widget, QRadioButton):
            element = QStyle.SubElement.SE_RadioButtonContents
        text, room = widget.text(), style.subElementRect(element, option, widget)
    elif isinstance(widget, QToolButton):
        icon_only = widget.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly
        text = "" if icon_only and not widget.icon().isNull() else widget.text()
        room = widget.rect()
    elif isinstance(widget, QComboBox):
        choice = QStyleOptionComboBox()
        widget.initStyleOption(choice)
        text = max(_choices(widget), key=metrics.horizontalAdvance, default="")
        room = style.subControlRect(
            QStyle.ComplexControl.CC_ComboBox,
            choice,
            QStyle.SubControl.SC_ComboBoxEditField,
            widget,
        )
    elif isinstance(widget, QAbstractSpinBox):
        number = QStyleOptionSpinBox()
        widget.initStyleOption(number)
        text = widget.text()
        room = style.subControlRect(
            QStyle.ComplexControl.CC_SpinBox, number, QStyle.SubControl.SC_SpinBoxEditField, widget
        )
    elif isinstance(widget, QGroupBox):
        text, room = widget.title(), widget.rect()
    elif isinstance(widget, QLineEdit) and not isinstance(widget.parent(), QAbstractSpinBox):
        frame = QStyleOptionFrame()
        widget.initStyleOption(frame)
        text = "" if widget.text() else widget.placeholderText()
        room = style.subElementRect(QStyle.SubElement.SE_LineEditContents, frame, widget)
        room = room.marginsRemoved(widget.textMargins()).adjusted(2, 0, -2, 0)
    else:
        return None
    return text, metrics.size(Qt.TextFlag.TextShowMnemonic, text), room


def _choices(box: QComboBox) -> list[str]:
    """What may be chosen; only what is chosen now of names of the writer's, which are shortened on purpose."""
    policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
    if box.sizeAdjustPolicy() is policy:
        return []
    return [box.itemText(at) for at in range(box.count())]


def _says_something(widget: QWidget) -> bool:
    return bool(_text_of(widget)) and not widget.isWindow()


def _text_of(widget: QWidget) -> str:
    if isinstance(widget, QLabel | QPushButton | QCheckBox | QRadioButton):
        return widget.text()
    return ""


def _is_outside(widget: QWidget, window: QWidget) -> bool:
    """Whether a part of it lies outside a widget it is in; in what scrolls, one can scroll to it."""
    part = widget.rect()
    within = widget
    while within is not window:
        parent = within.parentWidget()
        if parent is None or isinstance(parent.parentWidget(), QAbstractScrollArea):
            return False
        part = part.translated(within.pos())
        if parent.maximumHeight() == 0:  # put away, as the bars are while the page fills the screen
            return False
        if not parent.rect().adjusted(-1, -1, 1, 1).contains(part):
            return True
        within = parent
    return False
