"""Makes the panel of the voice line in a window, when it is asked for first."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from cowrite.app.shared import Shared
from cowrite.editor.commands.command import Command
from cowrite.editor.common.side_panel import Side, SidePanel
from cowrite.editor.panels.voice import commands as voice_commands
from cowrite.editor.panels.voice.commands import PANEL_ID
from cowrite.editor.shell.window import EditorWindow
from cowrite.localization import tr


def commands(window: EditorWindow, shared: Shared) -> list[Command]:
    """Offer the panel in ``window``; its table of commands."""

    def make(parent: QWidget) -> QWidget:
        from cowrite.editor.panels.voice.voice_panel import VoicePanel

        panel = VoicePanel(window.active_view, shared.voice, shared.appearance, parent)
        window.active_view_changed.connect(panel.follow)
        window.closed.connect(panel.close_for_good)
        return panel

    panels = window.side_panels
    panels.add(
        SidePanel(
            id=PANEL_ID, title=tr("Does it still sound like you?"), side=Side.RIGHT, make=make
        )
    )
    return voice_commands.commands(
        toggle=partial(panels.toggle, PANEL_ID),
        is_shown=partial(panels.shown, PANEL_ID),
        shown_changed=panels.changed,
    )
