"""Documents and windows: new, open, save, close."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.localization import tr, tr_noop

_Key = QKeySequence.StandardKey
GROUP = tr_noop("File")


def commands(context: CommandContext) -> list[Command]:
    """The table of one window."""
    return [*_opening(context), *_saving(context), *_ending(context)]


def _opening(context: CommandContext) -> list[Command]:
    window, manager = context.window, context.manager

    def choose_files() -> None:
        path = context.view.document.path
        files = context.dialogs.files_to_open(window, path.parent if path else None)
        manager.open_paths(files, private=window.is_private)

    return [
        Command(
            id="file.new",
            title=tr("&New"),
            group=GROUP,
            keys=key_sequences(_Key.New),
            run=manager.open_new,
        ),
        Command(
            id="file.new_private",
            title=tr("New &private window"),
            group=GROUP,
            keys=key_sequences("Ctrl+Shift+N"),
            run=lambda: manager.open_new(private=True),
        ),
        Command(
            id="file.open",
            title=tr("&Open…"),
            group=GROUP,
            keys=key_sequences(_Key.Open),
            run=choose_files,
        ),
    ]


def _saving(context: CommandContext) -> list[Command]:
    window, manager = context.window, context.manager
    return [
        Command(
            id="file.save",
            title=tr("&Save"),
            group=GROUP,
            keys=key_sequences(_Key.Save),
            run=lambda: manager.actions_of(window).save(),
        ),
        Command(
            id="file.save_as",
            title=tr("Save &as…"),
            group=GROUP,
            keys=key_sequences("Ctrl+Shift+S"),
            run=lambda: manager.actions_of(window).save_as(),
        ),
        Command(
            id="file.reopen_with_encoding",
            title=tr("Reopen &with encoding…"),
            group=GROUP,
            run=lambda: manager.actions_of(window).choose_encoding(),
            enabled=lambda: context.view.document.path is not None,
            follows=(window.view_state_changed,),
        ),
        Command(
            id="file.export_statement",
            title=tr("&Export authorship statement…"),
            group=GROUP,
            run=context.export_statement,
        ),
    ]


def _ending(context: CommandContext) -> list[Command]:
    manager = context.manager
    return [
        Command(
            id="file.close",
            title=tr("&Close"),
            group=GROUP,
            keys=key_sequences("Ctrl+W"),
            run=lambda: manager.close_document(context.view),
        ),
        Command(
            id="file.quit",
            title=tr("&Quit"),
            group=GROUP,
            keys=key_sequences("Ctrl+Q"),
            run=manager.quit,
            role=QAction.MenuRole.QuitRole,
        ),
    ]
