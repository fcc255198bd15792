"""Tabs of the window: from one to another, in another order, closed and opened again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QApplication

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.tabs.recent_tabs import RecentTabs

GROUP = "Tabs"
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
        ("next", "&Next tab", "Ctrl+PgDown", partial(step, 1)),
        ("previous", "&Previous tab", "Ctrl+PgUp", partial(step, -1)),
        ("recent", "&Last used tab", "Ctrl+Tab", partial(recent.turn, 1)),
        ("recent_back", "Last used tab, &backwards", "Ctrl+Shift+Tab", partial(recent.turn, -1)),
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
            title=f"Tab &{number}" if number != NUMBERED[-1] else "Last tab (&9)",
            group=GROUP,
            help=f"Go to tab {number}" if number != NUMBERED[-1] else "Go to the last tab",
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
        ("move_right", "Move tab &right", "Ctrl+Shift+PgDown", 1),
        ("move_left", "Move tab l&eft", "Ctrl+Shift+PgUp", -1),
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
            title="Move to new &window",
            group=GROUP,
            help="Move the tab to a window of its own",
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
            title="Close &others",
            group=GROUP,
            help="Close the other tabs of the window",
            run=lambda: manager.close_others(stack.active),
            enabled=_several(context),
            follows=(stack.counted,),
        ),
        Command(
            id="tabs.reopen_closed",
            title="Reopen closed &file",
            group=GROUP,
            keys=key_sequences("Ctrl+Shift+T"),
            run=manager.reopen_closed,
            enabled=lambda: not manager.closed_tabs.is_empty,
            follows=(stack.counted,),
        ),
        Command(
            id="tabs.copy_path",
            title="Cop&y path",
            group=GROUP,
            help="Copy the path of the file",
            run=copy_path,
            enabled=lambda: context.view.document.path is not None,
            follows=(context.window.view_state_changed,),
        ),
    ]
