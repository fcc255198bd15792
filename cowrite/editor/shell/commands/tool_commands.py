"""Windows beside the page: settings, privacy, insights, replay, personalization; and what explains the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QKeySequence

from cowrite.editor.commands.command import Command, key_sequences
from cowrite.editor.commands.key_table import key_rows
from cowrite.editor.common.messages import Notice, NoticeAction
from cowrite.editor.common.show_dialog import show_once
from cowrite.editor.page import ghost_commands
from cowrite.editor.shell.commands import file_commands, view_commands
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.help import KeysDialog
from cowrite.editor.shell.window import EditorWindow
from cowrite.editor.shell.window_manager import WITHOUT_AI_KEY
from cowrite.localization import tr, tr_noop

if TYPE_CHECKING:  # made when it is opened
    from cowrite.editor.panels.about.about_dialog import LicencesState

_Key = QKeySequence.StandardKey
HELP = tr_noop("Help")
REMOVED = tr_noop(
    "All AI is gone: nothing is suggested or learned, and no model is in memory. Your texts "
    "and your other settings stay as they are. “Use AI” in the settings brings it back."
)


def commands(context: CommandContext) -> list[Command]:
    """The table of one window."""
    _keep_licences(context.window)
    return [*_settings(context), *_help(context)]


def assistance_commands(context: CommandContext) -> list[Command]:
    """What there is only while the writer wants help from a model."""
    return [*_panels(context), _models(context), _gpu_pack(context), _remove(context)]


def _settings(context: CommandContext) -> list[Command]:
    window, tools = context.window, context.tools
    return [
        Command(
            id="settings.show",
            title=tr("Settin&gs…"),
            group=tr_noop("Edit"),
            help=tr("Settings"),
            keys=key_sequences("Ctrl+,"),
            run=lambda: tools.show_settings(window),
            role=QAction.MenuRole.PreferencesRole,
        ),
        Command(
            id="privacy.show",
            title=tr("Privacy and stored &data…"),
            group=file_commands.GROUP,
            run=lambda: tools.show_privacy(window),
        ),
    ]


def _panels(context: CommandContext) -> list[Command]:
    window, tools = context.window, context.tools
    return [
        Command(
            id="insights.show",
            title=tr("&Insights…"),
            group=view_commands.GROUP,
            run=lambda: tools.show_insights(window),
        ),
        Command(
            id="replay.show",
            title=tr("&Replay…"),
            group=view_commands.GROUP,
            run=lambda: tools.show_replay(window),
        ),
        Command(
            id="personalization.show",
            title=tr("&Personalize…"),
            group=view_commands.GROUP,
            run=lambda: tools.show_personalize(window),
        ),
        Command(
            id="server.show",
            title=tr("Server on the networ&k…"),
            group=ghost_commands.GROUP,
            help=tr("Use a model on a server of mine"),
            run=lambda: tools.show_server(window),
        ),
    ]


def _gpu_pack(context: CommandContext) -> Command:
    return Command(
        id="gpu_pack.show",
        title=tr("&GPU pack…"),
        group=ghost_commands.GROUP,
        help=tr("GPU pack: use an NVIDIA graphics card"),
        run=lambda: context.tools.extras.show_packs(context.window),
    )


def _models(context: CommandContext) -> Command:
    registry = context.registry
    return Command(
        id="models.show",
        title=tr("&Models…"),
        group=ghost_commands.GROUP,
        help=tr("Models: choose, download or import one"),
        run=lambda: context.tools.models.show(context.window, registry),
    )


def _remove(context: CommandContext) -> Command:
    manager = context.manager

    def remove() -> None:
        manager.change(assistance=False)
        again = NoticeAction(label=tr("Undo"), do=lambda: manager.change(assistance=True))
        manager.notice(Notice(key=WITHOUT_AI_KEY, text=tr(REMOVED), acts=(again,)))

    return Command(
        id="assistance.remove",
        title=tr("&Remove all AI"),
        group=ghost_commands.GROUP,
        help=tr("Remove all AI from Cowrite"),
        run=remove,
    )


def _keep_licences(window: EditorWindow) -> None:
    """Have the licences, which no command shows, come again beside a window that takes the place of this one."""

    def of_now() -> object:
        from cowrite.editor.panels.about.about_dialog import open_licences

        return open_licences(window)

    def again(state: LicencesState) -> None:
        from cowrite.editor.panels.about.about_dialog import renew_licences

        # Once the window itself is on screen.
        QTimer.singleShot(0, window, lambda: renew_licences(window, state))

    window.renewals.add("licences", of_now, again)


def _help(context: CommandContext) -> list[Command]:
    window, manager, registry = context.window, context.manager, context.registry

    def show_keys() -> None:
        rows, uses_ai = key_rows(registry), manager.preferences.assistance
        show_once(
            window,
            KeysDialog,
            lambda: KeysDialog(rows, window, assistance=uses_ai),
            command="help.keys",
        )

    def show_about() -> None:
        from cowrite.editor.panels.about.about_dialog import AboutDialog
        from cowrite.remote.told import where_text_goes

        uses_ai = manager.preferences.assistance
        model = context.model.told_model if uses_ai else tr("none, without AI")
        sent = where_text_goes(manager.preferences)
        show_once(
            window,
            AboutDialog,
            lambda: AboutDialog(window, assistance=uses_ai, model=model, sent=sent),
            command="help.about",
        )

    return [
        Command(
            id="help.keys",
            title=tr("&Keyboard shortcuts"),
            group=HELP,
            keys=key_sequences(_Key.HelpContents),
            run=show_keys,
        ),
        Command(
            id="help.logs",
            title=tr("Show &logs"),
            group=HELP,
            run=lambda: manager.show_place(context.logs),
        ),
        Command(
            id="updates.show",
            title=tr("Newer &versions…"),
            group=HELP,
            help=tr("Ask for newer versions of Cowrite"),
            run=lambda: context.tools.extras.show_updates(window),
        ),
        Command(
            id="help.about",
            title=tr("&About Cowrite"),
            group=HELP,
            run=show_about,
            role=QAction.MenuRole.AboutRole,
        ),
    ]
