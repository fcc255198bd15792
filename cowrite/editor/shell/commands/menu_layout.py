"""Which command stands in which menu of the menu bar, and where."""

from __future__ import annotations

from cowrite.editor.commands.menu_entries import SEPARATOR, Filled, Menu
from cowrite.editor.page.ghost_keys import GhostAction
from cowrite.editor.proposals.keys import ProposalAction
from cowrite.editor.shell.commands.tab_commands import go_ids
from cowrite.editor.shell.commands.view_commands import split_ids, theme_ids
from cowrite.editor.writing.commands import focus_ids
from cowrite.editor.writing.markdown_commands import heading_ids

RECENT = "recent files"
EAGERNESS = "eagerness"
SPELLING_LANGUAGE = "spelling language"

MENU_BAR = (
    Menu(
        "&File",
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
        "&Edit",
        (
            "edit.undo",
            "edit.redo",
            SEPARATOR,
            "edit.cut",
            "edit.copy",
            "edit.paste",
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
                "Spe&lling",
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
            SEPARATOR,
            "settings.show",
        ),
    ),
    Menu(
        "F&ormat",
        (
            "markdown.bold",
            "markdown.italic",
            "markdown.link",
            SEPARATOR,
            *heading_ids(),
        ),
    ),
    Menu(
        "&Suggestions",
        (
            "suggestion.switch",
            Filled(EAGERNESS),
            Menu(
                "Sno&oze",
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
        "&Passage",
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
        "&View",
        (
            Menu("&Theme", theme_ids(), exclusive=True),
            SEPARATOR,
            "view.zoom_in",
            "view.zoom_out",
            "view.actual_size",
            SEPARATOR,
            "view.full_screen",
            Menu("&Focus", (*focus_ids(), SEPARATOR, "view.focus_next")),
            "view.typewriter",
            Menu("Split &view", (*split_ids(), SEPARATOR, "view.other_half")),
            SEPARATOR,
            Menu(
                "Ta&bs",
                (
                    "tabs.next",
                    "tabs.previous",
                    "tabs.recent",
                    "tabs.recent_back",
                    Menu("&Go to", go_ids()),
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
        "&Help",
        ("palette.show", "help.keys", "shortcuts.show", "help.logs", SEPARATOR, "help.about"),
    ),
)
