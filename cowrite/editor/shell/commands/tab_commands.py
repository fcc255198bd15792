"""Tabs of the window: from one to another, in another order, closed and opened again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QApplication

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.tabs.recent_tabs import RecentTabs
from cowrite.localization import tr, tr_noop

GROUP = tr_noop("Tabs")
NUMBERED = range(1, 10)


def commands(context: CommandContext) -> list[Command]:
    """The table of one window."""
    return [*_going(context), *_numbered(context), *_moving(context), *_closing(context)]


def go_ids() -> tuple[str, ...]:
    """The commands that go to a tab by its number."""
    return tuple(f"tabs.go_{number}" for number in NUMBERED)


def _several(context: CommandContext) -> Callable[[], bool]:
    return lambda: len(context.window.views) > 1


def _going(context: CommandContext) -> list[Command]:
    stack, recent = context.window.stack, RecentTabs(context.window.stack)

    def step(by: int) -> None:
        views = stack.views
        stack.activate(views[(views.index(stack.active) + by) % len(views)])

    rows = (
        ("next", tr("&Next tab"), "Ctrl+PgDown", partial(step, 1)),
        ("previous", tr("&Previous tab"), "Ctrl+PgUp", partial(step, -1)),
        ("recent", tr("&Last used tab"), "Ctrl+Tab", partial(recent.turn, 1)),
        (
            "recent_back",
            tr("Last used tab, &backwards"),
            "Ctrl+Shift+Tab",
            partial(recent.turn, -1),
        ),
    )
    return [
        Command(
            id=f"tabs.{name}",
            title=title,
            group=GROUP,
            keys=key_sequences(key),
            run=run,
            enabled=_several(context),
            follows=(stack.counted,),
        )
        for name, title, key, run in rows
    ]


def _numbered(context: CommandContext) -> list[Command]:
    stack = context.window.stack

    def go(number: int) -> None:
        # As in browsers, the last number is the last tab.
        at = len(stack.views) - 1 if number == NUMBERED[-1] else number - 1
        if at < len(stack.views):
            stack.activate(stack.views[at])

    return [
        Command(
            id=f"tabs.go_{number}",
            title=tr("Tab &{number}", number=number)
            if number != NUMBERED[-1]
            else tr("Last tab (&9)"),
            group=GROUP,
            help=tr("Go to tab {number}", number=number)
            if number != NUMBERED[-1]
            else tr("Go to the last tab"),
            keys=key_sequences(f"Alt+{number}"),
            run=partial(go, number),
            enabled=_several(context),
            follows=(stack.counted,),
        )
        for number in NUMBERED
    ]


def _moving(context: CommandContext) -> list[Command]:
    stack, manager = context.window.stack, context.manager
    rows = (
        ("move_right", tr("Move tab &right"), "Ctrl+Shift+PgDown", 1),
        ("move_left", tr("Move tab l&eft"), "Ctrl+Shift+PgUp", -1),
    )
    moves = [
        Command(
            id=f"tabs.{name}",
            title=title,
            group=GROUP,
            keys=key_sequences(key),
            run=lambda by=by: stack.shift(stack.active, by),  # type: ignore[misc]  # mypy does not infer the default's type
            enabled=_several(context),
            follows=(stack.counted,),
        )
        for name, title, key, by in rows
    ]
    return [
        *moves,
        Command(
            id="tabs.move_to_window",
            title=tr("Move to new &window"),
            group=GROUP,
            help=tr("Move the tab to a window of its own"),
            run=lambda: manager.places.move_to_new_window(stack.active),
            enabled=_several(context),
            follows=(stack.counted,),
        ),
    ]


def _closing(context: CommandContext) -> list[Command]:
    stack, manager = context.window.stack, context.manager

    def copy_path() -> None:
        path = context.view.document.path
        if path is not None:
            QApplication.clipboard().setText(str(path))

    return [
        Command(
            id="tabs.close_others",
            title=tr("Close &others"),
            group=GROUP,
            help=tr("Close the other tabs of the window"),
            run=lambda: manager.close_others(stack.active),
            enabled=_several(context),
            follows=(stack.counted,),
        ),
        Command(
            id="tabs.reopen_closed",
            title=tr("Reopen closed &file"),
            group=GROUP,
            keys=key_sequences("Ctrl+Shift+T"),
            run=manager.reopen_closed,
            enabled=lambda: not manager.closed_tabs.is_empty,
            follows=(stack.counted,),
        ),
        Command(
            id="tabs.copy_path",
            title=tr("Cop&y path"),
            group=GROUP,
            help=tr("Copy the path of the file"),
            run=copy_path,
            enabled=lambda: context.view.document.path is not None,
            follows=(context.window.view_state_changed,),
        ),
    ]
