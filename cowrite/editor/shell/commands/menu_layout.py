"""Which command stands in which menu of the menu bar, and where."""

from __future__ import annotations

from cowrite.editor.commands.menu_entries import SEPARATOR, Filled, Menu
from cowrite.editor.page.ghost_keys import GhostAction
from cowrite.editor.proposals.keys import ProposalAction
from cowrite.editor.shell.commands.tab_commands import go_ids
from cowrite.editor.shell.commands.view_commands import split_ids, theme_ids
from cowrite.editor.writing.commands import focus_ids
from cowrite.editor.writing.markdown_commands import heading_ids
from cowrite.localization import tr_noop

RECENT = "recent files"
EAGERNESS = "eagerness"
SPELLING_LANGUAGE = "spelling language"

MENU_BAR = (
    Menu(
        tr_noop("&File"),
        (
            "file.new",
            "file.new_private",
            "file.open",
            "project.open",
            Filled(RECENT),
            "switcher.show",
            SEPARATOR,
            "file.save",
            "file.save_as",
            "file.reopen_with_encoding",
            SEPARATOR,
            "file.print",
            "file.export",
            "file.export_pdf",
            "file.export_statement",
            SEPARATOR,
            "history.show",
            "history.keep",
            SEPARATOR,
            "privacy.show",
            SEPARATOR,
            "file.close",
            "file.quit",
        ),
    ),
    Menu(
        tr_noop("&Edit"),
        (
            "edit.undo",
            "edit.redo",
            SEPARATOR,
            "edit.cut",
            "edit.copy",
            "edit.copy_rich",
            "edit.paste",
            "edit.paste_plain",
            SEPARATOR,
            "edit.select_all",
            SEPARATOR,
            "find.show",
            "find.replace",
            "find.next",
            "find.previous",
            "find.in_files",
            SEPARATOR,
            Menu(
                tr_noop("Spe&lling"),
                (
                    "spelling.switch",
                    Filled(SPELLING_LANGUAGE),
                    SEPARATOR,
                    "spelling.next",
                    "spelling.previous",
                    "spelling.suggest",
                    SEPARATOR,
                    "spelling.words",
                ),
            ),
            Menu(tr_noop("Chec&k"), ("check.show", SEPARATOR, "check.next", "check.previous")),
            SEPARATOR,
            "settings.show",
        ),
    ),
    Menu(
        tr_noop("F&ormat"),
        (
            "markdown.bold",
            "markdown.italic",
            "markdown.link",
            SEPARATOR,
            *heading_ids(),
        ),
    ),
    Menu(
        tr_noop("&Suggestions"),
        (
            "suggestion.switch",
            Filled(EAGERNESS),
            Menu(
                tr_noop("Sno&oze"),
                (
                    "suggestion.snooze_15_minutes",
                    "suggestion.snooze_until_tomorrow",
                    "suggestion.snooze_here",
                    "suggestion.resume",
                ),
            ),
            "suggestion.never_in_file",
            "suggestion.never_in_folder",
            SEPARATOR,
            GhostAction.ACCEPT_WORD,
            GhostAction.ACCEPT_ALL,
            GhostAction.NEXT,
            GhostAction.PREVIOUS,
            GhostAction.REJECT,
            GhostAction.ASK_NOW,
            GhostAction.ASK_SENTENCES,
            SEPARATOR,
            "model.install",
            "model.stop_installation",
            SEPARATOR,
            "assistance.remove",
        ),
    ),
    Menu(
        tr_noop("&Passage"),
        (
            "passage.choose",
            SEPARATOR,
            ProposalAction.ACCEPT,
            ProposalAction.REJECT,
            ProposalAction.ACCEPT_ALL,
            ProposalAction.REJECT_ALL,
            SEPARATOR,
            ProposalAction.NEXT,
            ProposalAction.PREVIOUS,
            ProposalAction.ANOTHER,
            SEPARATOR,
            "answers.show",
        ),
    ),
    Menu(
        tr_noop("&View"),
        (
            Menu(tr_noop("&Theme"), theme_ids(), exclusive=True),
            SEPARATOR,
            "view.zoom_in",
            "view.zoom_out",
            "view.actual_size",
            SEPARATOR,
            "view.full_screen",
            Menu(tr_noop("&Focus"), (*focus_ids(), SEPARATOR, "view.focus_next")),
            "view.typewriter",
            Menu(tr_noop("Split &view"), (*split_ids(), SEPARATOR, "view.other_half")),
            SEPARATOR,
            Menu(
                tr_noop("Ta&bs"),
                (
                    "tabs.next",
                    "tabs.previous",
                    "tabs.recent",
                    "tabs.recent_back",
                    Menu(tr_noop("&Go to"), go_ids()),
                    SEPARATOR,
                    "tabs.move_right",
                    "tabs.move_left",
                    "tabs.move_to_window",
                    SEPARATOR,
                    "tabs.copy_path",
                    "tabs.close_others",
                    "tabs.reopen_closed",
                ),
            ),
            SEPARATOR,
            "outline.show",
            "project.show",
            "view.counts",
            "goals.show",
            "notes.show",
            "view.authorship",
            "voice.show",
            "view.key_hints",
            SEPARATOR,
            "insights.show",
            "replay.show",
            "personalization.show",
        ),
    ),
    Menu(
        tr_noop("&Help"),
        ("palette.show", "help.keys", "shortcuts.show", "help.logs", SEPARATOR, "help.about"),
    ),
)
