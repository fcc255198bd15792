"""How the window looks: themes, marks of authorship, key hints."""

from __future__ import annotations

from functools import partial

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.settings.preferences import info_of

GROUP = "View"
THEMES = {"system": "Match system", "light": "Light", "dark": "Dark", "sepia": "Sepia"}


def commands(context: CommandContext) -> list[Command]:
    """The table of one window."""
    window = context.window
    return [
        *_themes(context),
        Command(
            id="view.counts",
            title="&Word count…",
            group=GROUP,
            help="Words, characters and minutes to read",
            run=window.status_line.show_counts,
        ),
        Command(
            id="view.full_screen",
            title="Fu&ll screen",
            group=GROUP,
            help="Only the page, or the window as before",
            keys=key_sequences("F11"),
            run=window.full_screen.switch,
            checked=lambda: window.full_screen.is_on,
            follows=(window.full_screen.switched,),
        ),
    ]


def assistance_commands(context: CommandContext) -> list[Command]:
    """What there is only while the writer wants help from a model."""
    manager, origins = context.manager, context.origins
    return [
        Command(
            id="view.authorship",
            title="Show &authorship",
            group=GROUP,
            help="Show or hide authorship",
            keys=key_sequences("F8"),
            run=origins.switch,
            checked=lambda: origins.is_on,
            follows=(origins.switched,),
        ),
        Command(
            id="view.key_hints",
            title="Show &key hints",
            group=GROUP,
            help="Show or hide key hints",
            run=lambda: manager.change(key_hints=not manager.preferences.key_hints),
            checked=lambda: manager.preferences.key_hints,
        ),
    ]


def _themes(context: CommandContext) -> list[Command]:
    manager = context.manager

    def is_chosen(name: str) -> bool:
        return manager.preferences.theme == name

    return [
        Command(
            id=f"view.theme_{name}",
            title=THEMES.get(name, name),
            group=GROUP,
            help=f"Theme: {THEMES.get(name, name)}",
            run=partial(manager.change, theme=name),
            checked=partial(is_chosen, name),
        )
        for name in info_of("theme").choices
    ]


def theme_ids() -> tuple[str, ...]:
    """The commands that choose a theme."""
    return tuple(f"view.theme_{name}" for name in info_of("theme").choices)
