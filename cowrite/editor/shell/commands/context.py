"""What the tables of commands of one window may ask for something to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cowrite.editor.assistance.model_host import ModelHost
from cowrite.editor.commands.registry import CommandRegistry
from cowrite.editor.dialogs.dialogs import Dialogs
from cowrite.editor.document.suggestion_policy import Snooze
from cowrite.editor.panels.provenance.origin_view import OriginView
from cowrite.editor.shell.editor_view import EditorView
from cowrite.editor.shell.tool_windows import ToolWindows
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WindowManager


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """One window, and what it shares with others; ``logs`` is the folder of the error log, ``keep_in`` that
    in which the old bytes of a file are kept while it is written into.
    """

    registry: CommandRegistry
    window: EditorWindow
    manager: WindowManager
    model: ModelHost
    dialogs: Dialogs
    snooze: Snooze
    tools: ToolWindows
    origins: OriginView
    export_statement: Callable[[], None]
    logs: Path
    keep_in: Path

    @property
    def view(self) -> EditorView:
        """The view in front now. To be asked when a command runs: no table may keep it."""
        return self.window.active_view
