"""Every text of a window that a person reads or hears: labels, tool tips, names for screen readers, menus."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from PySide6.QtCore import QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QMenu,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)

_OF_QT = ("ScrollLeftButton", "ScrollRightButton")
"""Buttons whose names Qt's own catalogue translates, which a test does not load."""
# Names of programs, of formats, of files, of keys.
NAMES = re.compile(
    r"""(?xi) Cowrite | Markdown | CPU | CUDA | GPU | LoRA | PDF | CSV | PNG | \bAI\b | English | \bAa(?:→Bb)?\b | “ab”
    | Word\ \(\.docx\) | \b(?:JSON|HTML|EPUB|DOCX|ODT|RTF)\b | \*\.\w+ | Unicode\ \(UTF-8\)
    | [\w\ ]+\.(?:md|txt)\b | Chapter\ two | Python | \bQt\b | torch | transformers | smollm\S*.* | /\S+
    | Qwen.* | Apache-2\.0 | \b[MG]B\b
    | (?:(?:Ctrl|Alt|Shift|Meta)\+)+\S\w* | \b(?:Tab|Esc|Enter|Return|Space|Del|Home|End|PgUp|PgDown)\b
    | \b(?:Right|Left|Up|Down|Backspace)\b"""
)
_CHINESE = re.compile("[\u4e00-\u9fff]")
_MARKUP = re.compile(r"<[^>]*>|&[a-z]+;")
_ENGLISH = re.compile(r"[A-Za-z]{2,}")


def shown_texts(window: QWidget) -> Iterator[tuple[str, str]]:
    """Each text of ``window`` and of all that is in it, shown now or not, with the widget that has it."""
    for widget in (window, *window.findChildren(QWidget)):
        if widget.window() is not window or widget.objectName() in _OF_QT:
            continue
        name = f"{type(widget).__name__} {widget.objectName()}".strip()
        for text in _of(widget):
            if text.strip():
                yield name, text


def untranslated(
    window: QWidget,
    names: re.Pattern[str] = NAMES,
    is_written: Callable[[str], bool] = lambda _text: False,
) -> list[str]:
    """What is in English in a Chinese window; ``names`` are what is called so in every language.

    What ``is_written`` by the writer may be in any.
    """
    return [
        f"{where}: {text!r}"
        for where, text in shown_texts(window)
        if not _CHINESE.search(text)
        and _ENGLISH.search(names.sub("", _MARKUP.sub("", text)))
        and not is_written(text)
    ]


def _of(widget: QWidget) -> Iterator[str]:
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.toolTip())
    if widget.isWindow():
        yield widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QGroupBox):
        yield widget.title()
    elif isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(at) for at in range(widget.count()))
    elif isinstance(widget, QAbstractSpinBox):
        yield widget.text()
    elif isinstance(widget, QTabBar):
        yield from (widget.tabText(at) for at in range(widget.count()))
    elif isinstance(widget, QAbstractItemView):
        yield from _of_view(widget)
    if isinstance(widget, QMenu):
        yield widget.title()
    for action in widget.actions():
        yield from _of_action(action)


def _of_action(action: QAction) -> Iterator[str]:
    if action.isVisible():
        yield action.text().split("\t")[0]


def _of_view(view: QAbstractItemView) -> Iterator[str]:
    model = view.model()
    if model is None:
        return
    # Of a list the number is private.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(QModelIndex())
    for column in range(columns):
        yield str(model.headerData(column, Qt.Orientation.Horizontal) or "")
        for row in range(model.rowCount(QModelIndex())):
            yield str(model.index(row, column).data() or "")
