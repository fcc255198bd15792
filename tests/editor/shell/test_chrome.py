"""Buttons, boxes and menus as they are painted: what is said can be read, what is checked is seen, in every theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QActionGroup, QImage
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QRadioButton,
    QStyle,
    QStyleOptionButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.theme import Theme, contrast_ratio, load_themes, palette, stylesheet
from cowrite.editor.common.messages import MessageArea, Notice, NoticeAction
from cowrite.editor.common.wheel_guard import ChoiceBox, NumberBox, Slider
from cowrite.editor.dialogs.dialogs import QtDialogs

THEMES = load_themes()
READABLE, VISIBLE = 4.5, 3.0
NO_NATIVE = QFileDialog.Option


@pytest.fixture(params=THEMES.values(), ids=lambda theme: theme.name)
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    """The program dressed at 200 %, so that strokes are wider than a pixel."""
    qapp.setPalette(palette(request.param))
    qapp.setStyleSheet(stylesheet(request.param, scale=2.0))
    yield request.param
    qapp.setStyleSheet("")


@pytest.fixture
def dialog(qtbot: QtBot) -> QDialog:
    dialog = QDialog()
    qtbot.addWidget(dialog)
    QVBoxLayout(dialog)
    return dialog


def put(dialog: QDialog, *widgets: QWidget) -> None:
    for widget in widgets:
        dialog.layout().addWidget(widget)
    elsewhere = QLineEdit()
    dialog.layout().addWidget(elsewhere)
    dialog.show()
    dialog.activateWindow()
    for _ in range(3):
        QApplication.processEvents()
    assert dialog.isActiveWindow()
    elsewhere.setFocus()


def colours(image: QImage, rect: QRect) -> Counter[str]:
    inside = rect.intersected(image.rect())
    return Counter(
        image.pixelColor(x, y).name()
        for x in range(inside.left(), inside.right() + 1)
        for y in range(inside.top(), inside.bottom() + 1)
    )


def contrast_in(widget: QWidget, rect: QRect | None = None) -> float:
    """Of what is written or drawn in the widget, against its most frequent colour."""
    rect = rect or widget.rect().adjusted(6, 6, -6, -6)
    seen = colours(widget.grab().toImage(), rect)
    ground = seen.most_common(1)[0][0]
    return max(contrast_ratio(colour, ground) for colour in seen)


def indicator(box: QCheckBox | QRadioButton) -> QRect:
    option = QStyleOptionButton()
    box.initStyleOption(option)
    check = isinstance(box, QCheckBox)
    part = QStyle.SubElement.SE_CheckBoxIndicator if check else None
    return box.style().subElementRect(
        part or QStyle.SubElement.SE_RadioButtonIndicator, option, box
    )


def test_a_button_can_be_read_in_whatever_state_it_is(theme: Theme, dialog: QDialog) -> None:
    for is_default in (False, True):
        for enabled in (False, True):
            button = QPushButton("HMW")
            button.setDefault(is_default)
            button.setEnabled(enabled)
            put(dialog, button)
            button.setDefault(is_default)
            assert contrast_in(button) >= READABLE, (is_default, enabled)
            button.hide()


def test_the_buttons_of_a_message_can_be_read(theme: Theme, qtbot: QtBot) -> None:
    area = MessageArea(theme)
    qtbot.addWidget(area)
    act = NoticeAction(label="HMW", do=lambda: None)
    area.show_notice(Notice(text="Look here.", acts=(act,), close_label="Dismiss"))
    area.resize(900, 100)
    area.show()
    for button in area.bars[0].buttons:
        assert contrast_in(button) >= READABLE
        button.setFocus()
        assert contrast_in(button) >= READABLE


def test_what_is_checked_has_a_tick(theme: Theme, dialog: QDialog) -> None:
    for enabled in (True, False):
        box = QCheckBox("word")
        box.setEnabled(enabled)
        put(dialog, box)
        rect = indicator(box).adjusted(4, 4, -4, -4)
        assert len(colours(box.grab().toImage(), rect)) == 1
        box.setChecked(True)
        assert contrast_in(box, rect) >= (READABLE if enabled else VISIBLE)


def test_what_is_chosen_of_several_has_a_dot(theme: Theme, dialog: QDialog) -> None:
    one, other = QRadioButton("one"), QRadioButton("other")
    put(dialog, one, other)
    one.setChecked(True)
    middle = indicator(one).adjusted(12, 12, -12, -12)
    on, off = (box.grab().toImage().pixelColor(middle.center()).name() for box in (one, other))
    assert off.upper() == theme.page
    assert contrast_ratio(on, off) >= VISIBLE


@pytest.mark.parametrize("exclusive", [False, True])
def test_what_is_checked_in_a_menu_has_a_tick(theme: Theme, qtbot: QtBot, exclusive: bool) -> None:
    menu = QMenu()
    qtbot.addWidget(menu)
    group = QActionGroup(menu)
    for checked in (True, False):
        action = menu.addAction("entry")
        action.setCheckable(True)
        action.setChecked(checked)
        if exclusive:
            group.addAction(action)
    menu.ensurePolished()
    image = menu.grab().toImage()
    seen = []
    for action in menu.actions():
        row = menu.actionGeometry(action)
        left = colours(image, QRect(row.left() + 4, row.top() + 4, 44, row.height() - 8))
        seen.append(max(contrast_ratio(each, theme.page.lower()) for each in left))
    assert seen[0] >= READABLE
    assert seen[1] == 1


def test_where_the_keyboard_is_can_be_seen(theme: Theme, dialog: QDialog) -> None:
    fields: list[QWidget] = [
        QCheckBox("word"),
        QRadioButton("word"),
        QPushButton("word"),
        QLineEdit(),
        ChoiceBox(),
        NumberBox(),
        Slider(Qt.Orientation.Horizontal),
    ]
    put(dialog, *fields)
    for field in fields:
        without = field.grab().toImage()
        field.setFocus(Qt.FocusReason.TabFocusReason)
        with_focus = field.grab().toImage()
        changed = [
            contrast_ratio(without.pixelColor(x, y).name(), with_focus.pixelColor(x, y).name())
            for x in range(without.width())
            for y in range(without.height())
            if without.pixel(x, y) != with_focus.pixel(x, y)
        ]
        assert changed, type(field).__name__
        assert max(changed) >= VISIBLE, type(field).__name__


def test_the_icons_of_the_file_dialog_can_be_seen(theme: Theme, qtbot: QtBot) -> None:
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    buttons = [each for each in dialog.findChildren(QToolButton) if each.isEnabled()]
    assert buttons
    for button in buttons:
        if button.isVisible() and not button.icon().isNull():
            rect = button.rect().adjusted(2, 2, -2, -2)
            corner = button.mapTo(dialog, rect.topLeft())
            assert contrast_in(dialog, QRect(corner, rect.size())) >= VISIBLE


def test_the_system_s_own_file_dialog_is_used_where_there_is_one(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[tuple[str, bool]] = []

    def note(name: str, answer: object) -> object:
        def ask(*args: object, **named: object) -> object:
            options = [each for each in (*args, *named.values()) if isinstance(each, NO_NATIVE)]
            asked.append((name, bool(options)))
            return answer

        return staticmethod(ask)

    for name, answer in (
        ("getOpenFileNames", ([], "")),
        ("getSaveFileName", ("", "")),
        ("getExistingDirectory", ""),
    ):
        monkeypatch.setattr(QFileDialog, name, note(name, answer))
    parent = QWidget()
    qtbot.addWidget(parent)
    dialogs = QtDialogs()
    dialogs.files_to_open(parent, tmp_path)
    dialogs.file_to_save(parent, tmp_path / "a.txt")
    dialogs.files_for(parent, "title")
    dialogs.folder_for(parent, "title")
    assert asked == [
        ("getOpenFileNames", False),
        ("getSaveFileName", False),
        ("getOpenFileNames", False),
        ("getExistingDirectory", False),
    ]
    assert not qapp.testAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)
