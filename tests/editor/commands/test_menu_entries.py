"""Menus made from data: each entry is as its command is, and its keys are those of the registry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from cowrite.editor.commands.command import Command, Scope, key_sequences
from cowrite.editor.commands.menu_entries import (
    SEPARATOR,
    Filled,
    Menu,
    command_ids,
    fill,
    fill_once,
)
from cowrite.editor.commands.registry import CommandRegistry

ENTRIES = (
    "lamp.switch",
    SEPARATOR,
    Filled("colours"),
    Menu("&Size", ("lamp.small", "lamp.large"), exclusive=True),
    "lamp.accept",
)


class Lamp(QObject):
    changed = Signal()


@dataclass
class Room:
    lamp: Lamp = field(default_factory=Lamp)
    on: bool = False
    size: str = "small"
    may: bool = True
    is_there: bool = True
    accepted: int = 0

    def switch(self) -> None:
        self.on = not self.on

    def commands(self) -> list[Command]:
        def choose(size: str) -> None:
            self.size = size

        sizes = [
            Command(
                id=f"lamp.{size}",
                title=f"&{size.title()}",
                group="Lamp",
                run=lambda size=size: choose(size),
                checked=lambda size=size: self.size == size,
            )
            for size in ("small", "large")
        ]
        switch = Command(
            id="lamp.switch",
            title="&Light",
            group="Lamp",
            keys=key_sequences("F2", "F3"),
            run=self.switch,
            enabled=lambda: self.may,
            visible=lambda: self.is_there,
            useful=lambda: not self.on,
            checked=lambda: self.on,
            follows=(self.lamp.changed,),
            role=QAction.MenuRole.ApplicationSpecificRole,
        )
        accept = Command(
            id="lamp.accept",
            title="&Accept",
            group="Lamp",
            keys=key_sequences("Tab", "End"),
            scope=Scope.SUGGESTION,
            run=lambda: setattr(self, "accepted", self.accepted + 1),
        )
        return [switch, *sizes, accept]


@pytest.fixture
def menu(qapp: object) -> Iterator[QMenu]:
    made = QMenu()
    yield made
    made.deleteLater()


def filled(menu: QMenu, room: Room) -> CommandRegistry:
    registry = CommandRegistry(room.commands())
    fill(menu, registry, ENTRIES, {"colours": lambda menu: menu.addAction("Red")})
    return registry


def test_the_entries_stand_where_the_data_says(menu: QMenu) -> None:
    filled(menu, Room())
    texts = ["-" if entry.isSeparator() else entry.text() for entry in menu.actions()]
    assert texts == ["&Light", "-", "Red", "&Size", "&Accept\tTab"]
    below = menu.actions()[3].menu()
    assert isinstance(below, QMenu)
    assert [entry.text() for entry in below.actions()] == ["&Small", "&Large"]
    assert list(command_ids(ENTRIES)) == ["lamp.switch", "lamp.small", "lamp.large", "lamp.accept"]


def test_keys_of_the_page_are_shown_and_not_listened_to(menu: QMenu) -> None:
    registry = filled(menu, Room())
    light, accept = menu.actions()[0], menu.actions()[-1]
    assert [key.toString() for key in light.shortcuts()] == ["F2", "F3"]
    assert accept.shortcuts() == []
    registry.bind({}, {"lamp.switch": ["F4"], "lamp.accept": ["Right"]})
    light.show_keys()
    accept.show_keys()
    assert [key.toString() for key in light.shortcuts()] == ["F4"]
    assert accept.text() == "&Accept\tRight"


def test_an_entry_is_as_its_command_is_when_the_menu_opens(menu: QMenu) -> None:
    room = Room()
    filled(menu, room)
    light = menu.actions()[0]
    assert (light.isEnabled(), light.isVisible(), light.isChecked()) == (True, True, False)
    assert light.menuRole() is QAction.MenuRole.ApplicationSpecificRole
    room.may, room.is_there, room.on, room.size = False, False, True, "large"
    menu.aboutToShow.emit()
    assert (light.isEnabled(), light.isVisible(), light.isChecked()) == (False, False, True)
    below = menu.actions()[3].menu()
    assert isinstance(below, QMenu)
    assert [entry.isChecked() for entry in below.actions()] == [False, True]


def test_an_entry_follows_the_signals_that_its_command_names(menu: QMenu) -> None:
    room = Room()
    filled(menu, room)
    room.may = False
    room.lamp.changed.emit()
    assert not menu.actions()[0].isEnabled()


def test_choosing_an_entry_runs_its_command(menu: QMenu) -> None:
    room = Room()
    filled(menu, room)
    menu.actions()[0].trigger()
    assert room.on
    assert menu.actions()[0].isChecked()
    menu.actions()[-1].trigger()
    assert room.accepted == 1
    below = menu.actions()[3].menu()
    assert isinstance(below, QMenu)
    below.actions()[1].trigger()
    assert room.size == "large"
    assert [entry.isChecked() for entry in below.actions()] == [False, True]


def test_a_menu_that_is_shown_once_offers_only_what_would_change_something(menu: QMenu) -> None:
    room = Room(on=True)
    registry = CommandRegistry(room.commands())
    fill_once(menu, registry, ("lamp.switch", SEPARATOR, "lamp.small"))
    light, _, small = menu.actions()
    assert (light.isEnabled(), small.isEnabled()) == (False, True)
    assert [key.toString() for key in light.shortcuts()] == ["F2", "F3"]


def test_a_menu_cannot_name_what_is_not_there(menu: QMenu) -> None:
    registry = CommandRegistry(Room().commands())
    with pytest.raises(KeyError):
        fill(menu, registry, ("lamp.nothing",), {})
    with pytest.raises(KeyError):
        fill(menu, registry, (Filled("nothing"),), {})
