"""The wheel scrolls: no field that it passes over changes, gets the keyboard or is saved."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from open_program import OpenProgram
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QMenu,
    QScrollArea,
    QScrollBar,
    QWidget,
)

import cowrite.editor
from cowrite.editor.panels.settings.settings_dialog import SettingsDialog

FIELDS = (QComboBox, QAbstractSpinBox, QAbstractSlider)
NOTCH = 120


def wheel(widget: QWidget, turned: int) -> None:
    """One notch over the middle of ``widget``: from the window system if it is seen, and else straight to it."""
    middle = widget.rect().center()
    show_in_area(widget)
    if not widget.visibleRegion().isEmpty():
        window = widget.window()
        at = widget.mapTo(window, middle)
        QTest.wheelEvent(window.windowHandle(), at, QPoint(0, turned))
        return
    event = QWheelEvent(
        QPointF(middle),
        QPointF(widget.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def show_in_area(widget: QWidget) -> None:
    """Scroll to it, where it stands in something that scrolls."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget)
        above = above.parentWidget()


def fields_in(window: QWidget) -> Iterator[QWidget]:
    """Every field of the window, whether it is seen now or not; scroll bars are there for the wheel."""
    for widget in window.findChildren(QWidget):
        if isinstance(widget, FIELDS) and not isinstance(widget, QScrollBar):
            yield widget


def value_of(field: QWidget) -> object:
    match field:
        case QComboBox():
            return field.currentIndex()
        case QAbstractSlider():
            return field.value()
    return field.text()  # type: ignore[attr-defined]


def suggestions_menu(program: OpenProgram) -> QMenu:
    menu = program.window.menuBar().actions()[2].menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    menu.popup(program.window.mapToGlobal(QPoint(0, 0)))
    return menu


WINDOWS: dict[str, tuple[Callable[[OpenProgram], object], int]] = {
    "settings": (lambda p: p.program.side.show_settings(p.window), 10),
    "keeping": (lambda p: p.program.side.show_privacy(p.window), 0),
    "insights": (lambda p: p.program.side.show_insights(p.window), 0),
    "replay": (lambda p: p.program.side.show_replay(p.window), 2),
    "personalize": (lambda p: p.program.side.show_personalize(p.window), 0),
    "menu": (suggestions_menu, 1),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_the_wheel_changes_no_field_of_any_window(
    open_it: Callable[..., OpenProgram], name: str
) -> None:
    program = open_it()
    show, least = WINDOWS[name]
    show(program)
    before = program.program.manager.preferences
    fields = list(fields_in(program.window))
    assert len(fields) >= least
    for focused in (False, True):
        for field in fields:
            if focused:
                field.setFocus()
            had_focus = field.hasFocus()
            value = value_of(field)
            for turned in (NOTCH, -NOTCH, -NOTCH):
                wheel(field, turned)
            assert value_of(field) == value
            assert field.hasFocus() == had_focus
            assert not field.focusPolicy() & ~Qt.FocusPolicy.StrongFocus  # not by wheel
    assert program.program.manager.preferences == before
    for window in QApplication.topLevelWidgets():
        if window is not program.window:
            window.close()


def test_over_a_field_the_wheel_scrolls_the_settings(open_it: Callable[..., OpenProgram]) -> None:
    program = open_it()
    program.program.side.show_settings(program.window)
    dialog = program.window.findChild(SettingsDialog)
    assert isinstance(dialog, SettingsDialog)
    dialog.resize(dialog.width(), 300)
    bar = dialog.area.verticalScrollBar()
    program.until(lambda: bar.maximum() > 0)
    for name in ("font_size_pt", "eagerness", "device"):
        show_in_area(dialog.fields[name])
        before = bar.value()
        wheel(dialog.fields[name], -NOTCH)
        assert bar.value() > before
    dialog.close()


def test_no_field_is_made_that_the_wheel_would_change() -> None:
    """A new window must not forget: only the guard may name the fields of Qt."""
    qt_s = {"QComboBox", "QSpinBox", "QDoubleSpinBox", "QSlider", "QDial", "QDateEdit", "QTimeEdit"}
    made = []
    for path in Path(cowrite.editor.__file__).parent.rglob("*.py"):
        if path.name == "wheel_guard.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                made += [(path.name, node.func.id)] if node.func.id in qt_s else []
            if isinstance(node, ast.ClassDef):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                made += [(path.name, node.name)] if bases & qt_s else []
    assert made == []
