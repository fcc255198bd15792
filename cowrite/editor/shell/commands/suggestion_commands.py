"""Whether there are suggestions: on and off, not now, not here, and the model that makes them.

What can be done with a suggestion that is shown is in :mod:`cowrite.editor.page.ghost_commands`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.document.suggestion_policy import DocumentPolicy, PauseReason
from cowrite.editor.page.ghost_commands import GROUP
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.localization import tr
from cowrite.settings.exclusions import is_excluded, same_place


def commands(context: CommandContext) -> list[Command]:
    """The table of one window."""
    return [_switch(context), *_snooze(context), *_never_here(context), *_model(context)]


def _switch(context: CommandContext) -> Command:
    manager = context.manager
    return Command(
        id="suggestion.switch",
        title=tr("&Suggest while I write"),
        group=GROUP,
        help=tr("Turn suggestions on or off"),
        keys=key_sequences("F9"),
        run=lambda: manager.change(suggestions=not manager.preferences.suggestions),
        checked=lambda: manager.preferences.suggestions,
    )


def _snooze(context: CommandContext) -> list[Command]:
    def policy() -> DocumentPolicy:
        return context.view.document.policy

    def is_snoozing() -> bool:
        pause = policy().pause
        return pause is not None and pause.reason in (PauseReason.SNOOZED, PauseReason.SNOOZED_HERE)

    return [
        Command(
            id="suggestion.snooze_15_minutes",
            title=tr("For &15 minutes"),
            group=GROUP,
            help=tr("Snooze suggestions for 15 minutes"),
            run=context.snooze.for_a_while,
        ),
        Command(
            id="suggestion.snooze_until_tomorrow",
            title=tr("&Until tomorrow"),
            group=GROUP,
            help=tr("Snooze suggestions until tomorrow"),
            run=context.snooze.until_tomorrow,
        ),
        Command(
            id="suggestion.snooze_here",
            title=tr("Until this &file is closed"),
            group=GROUP,
            help=tr("Snooze suggestions until this file is closed"),
            run=lambda: policy().snooze_here(),
        ),
        Command(
            id="suggestion.resume",
            title=tr("&Resume"),
            group=GROUP,
            help=tr("Resume suggestions"),
            run=lambda: policy().wake(),
            visible=is_snoozing,
        ),
    ]


def _never_here(context: CommandContext) -> list[Command]:
    manager = context.manager

    def file() -> Path | None:
        return context.view.document.path

    def folder() -> Path | None:
        path = context.view.document.path
        return path.parent if path else None

    def excludes(path: Path | None) -> bool:
        return is_excluded(path, manager.preferences.excluded)

    def can_change(path: Path | None) -> bool:
        """What a folder further up excludes cannot be allowed here alone."""
        if path is None:
            return False
        return not is_excluded(path, _without(path, manager.preferences.excluded))

    def switch(path: Path | None) -> None:
        if path is not None:
            before = manager.preferences.excluded
            after = _without(path, before)
            manager.change(excluded=after if after != before else (*before, str(path)))

    return [
        Command(
            id="suggestion.never_in_file",
            title=tr("Ne&ver in this file"),
            group=GROUP,
            help=tr("Never suggest in this file"),
            run=lambda: switch(file()),
            enabled=lambda: can_change(file()),
            checked=lambda: excludes(file()),
        ),
        Command(
            id="suggestion.never_in_folder",
            title=tr("Never in this &folder"),
            group=GROUP,
            help=tr("Never suggest in this folder"),
            run=lambda: switch(folder()),
            enabled=lambda: can_change(folder()),
            checked=lambda: excludes(folder()),
        ),
    ]


def _without(path: Path, excluded: Sequence[str]) -> tuple[str, ...]:
    return tuple(entry for entry in excluded if not same_place(entry, str(path)))


def _model(context: CommandContext) -> list[Command]:
    model = context.model
    return [
        Command(
            id="model.install",
            title=tr("&Install model"),
            group=GROUP,
            run=model.install,
            visible=lambda: model.is_missing,
        ),
        Command(
            id="model.stop_installation",
            title=tr("S&top installation"),
            group=GROUP,
            run=model.stop_installing,
            visible=lambda: model.is_installing,
        ),
    ]
