"""How the window looks: themes, marks of authorship, key hints."""

from __future__ import annotations

from functools import partial

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.page.split.split_page import Split
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.frame.window_parts import go_on, parts_of
from cowrite.editor.shell.window import EditorWindow
from cowrite.localization import tr, tr_noop
from cowrite.settings.preferences import info_of

GROUP = tr_noop("View")
THEMES = {
    "system": tr_noop("Match system"),
    "light": tr_noop("Light"),
    "dark": tr_noop("Dark"),
    "sepia": tr_noop("Sepia"),
}


def commands(context: CommandContext) -> list[Command]:
    """The table of one window."""
    window = context.window
    return [
        *_themes(context),
        *_split(context),
        *_parts(window),
        Command(
            id="view.counts",
            title=tr("&Word count…"),
            group=GROUP,
            help=tr("Words, characters and minutes to read"),
            run=window.status_line.show_counts,
        ),
        Command(
            id="view.full_screen",
            title=tr("Fu&ll screen"),
            group=GROUP,
            help=tr("Only the page, or the window as before"),
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
            title=tr("Show &authorship"),
            group=GROUP,
            help=tr("Show or hide authorship"),
            keys=key_sequences("F8"),
            run=origins.switch,
            checked=lambda: origins.is_on,
            follows=(origins.switched,),
        ),
        Command(
            id="view.key_hints",
            title=tr("Show &key hints"),
            group=GROUP,
            help=tr("Show or hide key hints"),
            run=lambda: manager.change(key_hints=not manager.preferences.key_hints),
            checked=lambda: manager.preferences.key_hints,
        ),
    ]


def _split(context: CommandContext) -> list[Command]:
    follows = (context.window.view_state_changed,)

    def is_split(split: Split) -> bool:
        return context.view.pane.split is split

    rows = (
        (
            Split.ABOVE_AND_BELOW,
            tr("&Above and below"),
            "Ctrl+Shift+D",
            tr("Show two places of the text, one above the other"),
        ),
        (
            Split.SIDE_BY_SIDE,
            tr("&Side by side"),
            "",
            tr("Show two places of the text, one beside the other"),
        ),
    )
    return [
        *(
            Command(
                id=f"view.split_{split.value}",
                title=title,
                group=GROUP,
                help=help_text,
                keys=key_sequences(key) if key else (),
                run=lambda split=split: context.view.pane.switch(split),  # type: ignore[misc]  # mypy does not infer the default's type
                checked=partial(is_split, split),
                follows=follows,
            )
            for split, title, key, help_text in rows
        ),
        Command(
            id="view.other_half",
            title=tr("Go to the &other half"),
            group=GROUP,
            help=tr("Go to the other half of a split page"),
            keys=key_sequences("Ctrl+F6"),
            run=lambda: context.view.pane.swap(),
            enabled=lambda: context.view.pane.split is not None,
            follows=follows,
        ),
    ]


def _parts(window: EditorWindow) -> list[Command]:
    def go(*, backwards: bool) -> None:
        splitter, last = window.side_panels.splitter, window.status_line
        go_on(parts_of(window, splitter, window.stack, last), backwards=backwards)

    return [
        Command(
            id="view.next_part",
            title=tr("Ne&xt part of the window"),
            group=GROUP,
            help=tr("Go from the page to panels, messages and bars, and back"),
            keys=key_sequences("F6"),
            run=lambda: go(backwards=False),
        ),
        Command(
            id="view.previous_part",
            title=tr("Pr&evious part of the window"),
            group=GROUP,
            help=tr("Go through the parts of the window the other way round"),
            keys=key_sequences("Shift+F6"),
            run=lambda: go(backwards=True),
        ),
        Command(
            id="view.widen_panel",
            title=tr("&Make the panel wider"),
            group=GROUP,
            help=tr("Make the panel wider, and the widest narrow again"),
            keys=key_sequences("Ctrl+Shift+F6"),
            run=window.side_panels.widen,
            enabled=lambda: window.side_panels.is_any_open,
            follows=(window.side_panels.changed,),
        ),
    ]


def split_ids() -> tuple[str, ...]:
    """The commands that split the page."""
    return tuple(f"view.split_{split.value}" for split in Split)


def _themes(context: CommandContext) -> list[Command]:
    manager = context.manager

    def is_chosen(name: str) -> bool:
        return manager.preferences.theme == name

    return [
        Command(
            id=f"view.theme_{name}",
            title=tr(THEMES.get(name, name)),
            group=GROUP,
            help=tr("Theme: {theme}", theme=tr(THEMES.get(name, name))),
            run=partial(manager.change, theme=name),
            checked=partial(is_chosen, name),
        )
        for name in info_of("theme").choices
    ]


def theme_ids() -> tuple[str, ...]:
    """The commands that choose a theme."""
    return tuple(f"view.theme_{name}" for name in info_of("theme").choices)
