"""Which rooms' tables make up the commands of a window."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from cowrite.app import (
    check_factory,
    find_factory,
    project_factory,
    reading_factory,
    spelling_factory,
    switcher_factory,
    voice_factory,
)
from cowrite.app.passages import factory as passages
from cowrite.app.shared import Shared
from cowrite.editor.commands.command import Command
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.page import ghost_commands, page_commands
from cowrite.editor.panels.export import commands as export_commands
from cowrite.editor.panels.goals import commands as goals_commands
from cowrite.editor.panels.goals.commands import PANEL_ID as GOALS
from cowrite.editor.panels.history import commands as history_commands
from cowrite.editor.panels.history.commands import PANEL_ID as HISTORY
from cowrite.editor.panels.notes import commands as notes_commands
from cowrite.editor.panels.notes.commands import PANEL_ID as NOTES
from cowrite.editor.panels.outline import commands as outline_commands
from cowrite.editor.panels.outline.commands import PANEL_ID as OUTLINE
from cowrite.editor.panels.palette import commands as palette_commands
from cowrite.editor.panels.printing import commands as printing_commands
from cowrite.editor.panels.shortcuts import commands as shortcut_commands
from cowrite.editor.shell.commands import (
    file_commands,
    suggestion_commands,
    tab_commands,
    tool_commands,
    view_commands,
)
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.writing import commands as writing_commands
from cowrite.editor.writing import markdown_commands
from cowrite.suggest.live.stage import SuggestionState


def gather(context: CommandContext, shared: Shared) -> CommandRegistry:
    """Fill the registry of ``context`` with every room's table, and return it.

    Raises ValueError if two commands have the same id or key.
    """
    registry, window = context.registry, context.window
    registry.add(
        _of_assistance(
            context,
            ghost_commands.commands(
                lambda: context.view.suggestions.controller,
                is_shown=lambda: bool(context.view.page.ghost_text),
                may_ask=lambda: context.view.suggestions.state is not SuggestionState.DISABLED,
            ),
        )
    )
    registry.add(_of_assistance(context, suggestion_commands.commands(context)))
    registry.add(file_commands.commands(context))
    registry.add(page_commands.commands(lambda: context.view.page, (window.view_state_changed,)))
    registry.add(tab_commands.commands(context))
    registry.add(view_commands.commands(context))
    registry.add(_of_assistance(context, view_commands.assistance_commands(context)))
    registry.add(tool_commands.commands(context))
    registry.add(_of_assistance(context, tool_commands.assistance_commands(context)))
    registry.add(find_factory.commands(context))
    registry.add(spelling_factory.commands(context))
    registry.add(check_factory.commands(context, shared))
    registry.add(_export(context, shared))
    registry.add(
        printing_commands.commands(
            show=lambda: context.tools.show_print(window),
            export=lambda: context.tools.show_print(window, export=True),
        )
    )
    manager = context.manager
    registry.add(
        writing_commands.commands(
            lambda: manager.preferences, manager.change, manager.preferences_changed
        )
    )
    registry.add(markdown_commands.commands(lambda: context.view, (window.view_state_changed,)))
    panels = window.side_panels
    for table, panel in (
        (outline_commands.commands, OUTLINE),
        (goals_commands.commands, GOALS),
        (notes_commands.commands, NOTES),
    ):
        toggle, is_shown = partial(panels.toggle, panel), partial(panels.shown, panel)
        registry.add(table(toggle=toggle, is_shown=is_shown, shown_changed=panels.changed))
    registry.add(_palette(context))
    registry.add(_of_assistance(context, passages.commands(context, shared)))
    registry.add(switcher_factory.commands(context))
    registry.add(project_factory.commands(context, shared))
    registry.add(_history(context))
    registry.add(reading_factory.commands(window, shared.reading))
    registry.add(_of_assistance(context, voice_factory.commands(window, shared)))
    registry.add(_shortcuts(context))
    return registry


def _of_assistance(context: CommandContext, commands: list[Command]) -> list[Command]:
    """These are there only while the writer wants help from a model at all."""
    manager = context.manager
    return [
        replace(command, available=lambda: manager.preferences.assistance) for command in commands
    ]


def _history(context: CommandContext) -> list[Command]:
    panels = context.window.side_panels

    def keep() -> None:
        from cowrite.editor.panels.history.history_panel import HistoryPanel

        panels.show(HISTORY)
        panel = panels.widget(HISTORY)
        if isinstance(panel, HistoryPanel):
            panel.begin_keeping()

    return history_commands.commands(
        toggle=lambda: panels.toggle(HISTORY),
        is_shown=lambda: panels.shown(HISTORY),
        shown_changed=panels.changed,
        keep=keep,
        is_kept=lambda: context.view.document.history.is_kept,
    )


def _export(context: CommandContext, shared: Shared) -> list[Command]:
    def show() -> None:
        # Imported when it is asked for, with all that knows other programs' files.
        from cowrite.editor.shell.text_export import TextExport

        saves_dir = shared.paths.saves_dir
        TextExport(context.window, context.manager, context.dialogs, saves_dir).show()

    return export_commands.commands(show=show)


def _palette(context: CommandContext) -> list[Command]:
    window, manager = context.window, context.manager
    return palette_commands.commands(
        window,
        context.registry,
        scale=lambda: window.appearance.scale,
        recent=lambda: manager.preferences.recent_commands,
        set_recent=lambda ids: manager.change(recent_commands=ids),
        give_back=lambda: window.active_view.page.setFocus(),
    )


def _shortcuts(context: CommandContext) -> list[Command]:
    manager = context.manager
    return shortcut_commands.commands(
        context.window,
        context.registry,
        chosen=lambda: manager.preferences.keys,
        choose=lambda keys: manager.change(keys=keys),
        preferences_changed=manager.preferences_changed,
    )
