"""Messages above the page: plain text, reachable, and never in the way of a key."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from open_program import OpenProgram
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.common.messages import (
    SHARE_OF_WINDOW,
    MessageArea,
    MessageBar,
    Notice,
    NoticeAction,
)

Key = Qt.Key


@pytest.fixture
def area(qtbot: QtBot) -> MessageArea:
    area = MessageArea(load_themes()["light"])
    qtbot.addWidget(area)
    return area


def nothing() -> None:
    """What a button of no consequence does."""


def labels(bar: MessageBar) -> list[str]:
    return [button.text() for button in bar.buttons]


def test_a_message_takes_no_key_from_the_page(open_it: Callable[..., OpenProgram]) -> None:
    program = open_it()
    program.type("on")
    program.window.show_notice(
        Notice(text="Look here.", acts=(NoticeAction(label="Go", do=nothing),))
    )
    program.until(lambda: program.window.messages.bars[-1].isVisible())
    assert program.page.hasFocus()
    program.press(Key.Key_Space)
    program.press(Key.Key_Return)
    program.type("and on")
    assert program.page.text() == "on \nand on"
    assert "Look here." in program.window.messages.texts


def test_after_a_click_on_a_message_the_page_still_has_the_keyboard(
    open_it: Callable[..., OpenProgram],
) -> None:
    program = open_it()
    done: list[str] = []
    act = NoticeAction(label="Copy", do=lambda: done.append("copy"), stays=True)
    program.window.show_notice(Notice(text="Look here.", acts=(act,)))
    program.click_message("Copy")
    assert done == ["copy"]
    assert program.page.hasFocus()


def test_its_buttons_can_be_pressed_by_key(area: MessageArea, qtbot: QtBot) -> None:
    done: list[str] = []
    area.show_notice(
        Notice(text="so", acts=(NoticeAction(label="Go", do=lambda: done.append("go")),))
    )
    with qtbot.waitExposed(area):
        area.show()
    button = area.bars[0].buttons[0]
    assert button.focusPolicy() == Qt.FocusPolicy.TabFocus
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Key.Key_Space)
    assert (done, area.texts) == (["go"], [])


def test_what_looks_like_markup_is_shown_as_it_is(area: MessageArea) -> None:
    text = "There is no file <b>a&b</b>."
    area.show_notice(Notice(text=text))
    label = area.bars[0].findChild(QLabel)
    assert isinstance(label, QLabel)
    assert (label.text(), label.textFormat()) == (text, Qt.TextFormat.PlainText)


def test_who_cannot_see_it_is_told(area: MessageArea) -> None:
    area.show_notice(Notice(text="one", key="k"))
    area.show_notice(Notice(text="two", key="k"))
    assert area.bars[0].accessibleDescription() == "two"


def test_other_buttons_take_the_place_of_the_old_ones(area: MessageArea) -> None:
    area.show_notice(Notice(text="Wait.", key="k", acts=(NoticeAction(label="Stop", do=nothing),)))
    bar = area.bars[0]
    old = bar.buttons
    area.show_notice(
        Notice(
            text="Failed.",
            key="k",
            acts=(
                NoticeAction(label="Try again", do=nothing),
                NoticeAction(label="Help", do=nothing),
            ),
            close_label="Not now",
        )
    )
    assert (area.bars, labels(bar)) == ([bar], ["Try again", "Help", "Not now"])
    assert all(button.isHidden() for button in old)


def test_a_button_that_stayed_does_what_the_newest_message_says(
    area: MessageArea, qtbot: QtBot
) -> None:
    done: list[int] = []
    for number in (1, 2):
        act = NoticeAction(label="Go", do=lambda number=number: done.append(number))  # type: ignore[misc]
        area.show_notice(Notice(text=f"{number} %", key="k", acts=(act,)))
    qtbot.mouseClick(area.bars[0].buttons[0], Qt.MouseButton.LeftButton)
    assert (done, area.texts) == ([2], [])


def test_what_a_button_does_may_show_the_next_message(area: MessageArea, qtbot: QtBot) -> None:
    def fail_again() -> None:
        area.show_notice(Notice(text="It failed again.", key="k"))

    area.show_notice(
        Notice(text="It failed.", key="k", acts=(NoticeAction(label="Try again", do=fail_again),))
    )
    qtbot.mouseClick(area.bars[0].buttons[0], Qt.MouseButton.LeftButton)
    assert area.texts == ["It failed again."]
    assert not area.isHidden()


def test_taking_away_what_is_not_there_changes_nothing(area: MessageArea) -> None:
    area.dismiss("model")
    assert area.isHidden()
    area.show_notice(Notice(text="one"))
    area.dismiss("model")
    area.show_notice(Notice(text=""))
    assert area.texts == ["one"]


def test_messages_with_other_keys_are_left_alone(area: MessageArea) -> None:
    area.show_notice(Notice(text="one", key="a"))
    area.show_notice(Notice(text="two", key="b"))
    area.dismiss("a")
    assert area.texts == ["two"]


@pytest.mark.parametrize("name", ["light", "dark", "sepia"])
def test_it_has_the_colours_of_the_theme(area: MessageArea, name: str) -> None:
    theme = load_themes()[name]
    area.show_notice(Notice(text="one"))
    area.set_theme(theme)
    label = area.bars[0].findChild(QLabel)
    assert isinstance(label, QLabel)
    label.ensurePolished()
    assert label.palette().windowText().color().name().upper() == theme.ink.upper()


LONG = (
    "The model could not be installed: there is no room left on the disk. Make room, and try again."
)


@pytest.mark.parametrize("points", [9, 18])
@pytest.mark.parametrize("width", [360, 500, 1200])
def test_nothing_of_a_message_is_cut_off(
    area: MessageArea, qtbot: QtBot, points: int, width: int
) -> None:
    font = area.font()
    font.setPointSizeF(points)
    area.setFont(font)
    acts = tuple(NoticeAction(label=label, do=nothing) for label in ("Try again", "Copy report"))
    area.show_notice(Notice(text=LONG, acts=acts))
    area.resize(width, 40)
    area.show()

    def cut_off() -> list[str]:
        bar = area.bars[0]
        label = bar.findChild(QLabel)
        assert isinstance(label, QLabel)
        cut = [] if label.height() >= label.heightForWidth(label.width()) else [label.text()]
        return cut + [
            button.text()
            for button in bar.buttons
            if button.size().expandedTo(button.minimumSizeHint()) != button.size()
            or not bar.rect().contains(button.geometry())
        ]

    qtbot.waitUntil(lambda: not cut_off())
    assert area.horizontalScrollBar().maximum() == 0


def test_messages_leave_the_page_its_share(open_it: Callable[..., OpenProgram]) -> None:
    program = open_it()
    window = program.window
    for number in range(4):
        window.show_notice(Notice(text=f"{number} " + 3 * LONG))
    for height in (260, 900, 300):
        window.resize(360, height)
        program.until(lambda: window.active_view.page.height() > 0.15 * window.height())
        program.until(lambda: window.messages.height() <= round(SHARE_OF_WINDOW * window.height()))
    window.resize(1200, 900)
    program.until(lambda: window.messages.verticalScrollBar().maximum() == 0)
