"""What helps to write and nothing else: focus, typewriter scrolling."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.writing.focus_mode import OFF, PARAGRAPH, SENTENCE
from cowrite.localization import tr, tr_noop
from cowrite.settings.preferences import Preferences

GROUP = tr_noop("View")
_TITLES = {OFF: tr_noop("O&ff"), SENTENCE: tr_noop("&Sentence"), PARAGRAPH: tr_noop("&Paragraph")}
_HELP = {
    OFF: tr_noop("Focus mode: off"),
    SENTENCE: tr_noop("Focus mode: the sentence stands out"),
    PARAGRAPH: tr_noop("Focus mode: the paragraph stands out"),
}


def commands(
    preferences: Callable[[], Preferences],
    change: Callable[..., None],
    preferences_changed: SignalInstance,
) -> list[Command]:
    """The table of one window; ``change`` takes preferences by name."""

    def is_chosen(mode: str) -> bool:
        return preferences().focus == mode

    modes = [
        Command(
            id=f"view.focus_{mode}",
            title=tr(title),
            group=GROUP,
            help=tr(_HELP[mode]),
            run=partial(change, focus=mode),
            checked=partial(is_chosen, mode),
            follows=(preferences_changed,),
        )
        for mode, title in _TITLES.items()
    ]
    return [
        *modes,
        Command(
            id="view.focus_next",
            title=tr("&Change focus"),
            group=GROUP,
            help=tr("Focus mode: sentence, paragraph, off in turn"),
            keys=key_sequences("Shift+F11"),
            run=lambda: change(focus=_next(preferences().focus)),
        ),
        Command(
            id="view.typewriter",
            title=tr("T&ypewriter scrolling"),
            group=GROUP,
            help=tr("Keep the line being written in the middle, or let it wander"),
            keys=key_sequences("Ctrl+F11"),
            run=lambda: change(typewriter=not preferences().typewriter),
            checked=lambda: preferences().typewriter,
            follows=(preferences_changed,),
        ),
    ]


def focus_ids() -> tuple[str, ...]:
    """The commands that choose what stands out."""
    return tuple(f"view.focus_{mode}" for mode in _TITLES)


def _next(mode: str) -> str:
    order = [SENTENCE, PARAGRAPH, OFF]
    return order[(order.index(mode) + 1) % len(order)] if mode in order else SENTENCE
