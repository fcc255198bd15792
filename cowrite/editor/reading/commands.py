"""What the writer can do about reading aloud."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import SignalInstance

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.localization import tr, tr_noop
from cowrite.speech.reading import ReadingState

GROUP = tr_noop("View")


def commands(
    *,
    toggle: Callable[[], None],
    stop: Callable[[], None],
    state: Callable[[], ReadingState],
    changed: SignalInstance,
) -> list[Command]:
    """The table of one window; ``state`` is that of the one reading that the program has."""
    return [
        Command(
            id="reading.read",
            title=tr("R&ead aloud"),
            group=GROUP,
            help=tr("Read aloud from the caret or the selection; pause and go on"),
            keys=key_sequences("F5"),
            run=toggle,
            checked=lambda: state() is not ReadingState.OFF,
            follows=(changed,),
        ),
        Command(
            id="reading.stop",
            title=tr("Stop t&he reading"),
            group=GROUP,
            help=tr("Stop reading aloud"),
            keys=key_sequences("Shift+F5"),
            run=stop,
            visible=lambda: state() is not ReadingState.OFF,
            follows=(changed,),
        ),
    ]
