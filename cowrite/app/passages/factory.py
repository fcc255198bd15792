"""Makes what belongs to work on a passage: the proposals of a view, and what a window shows of them and offers."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from cowrite.app.passages.asking import PassageAsking
from cowrite.app.passages.room import PassageRoom, answers_of, proposals_of
from cowrite.app.shared import Shared
from cowrite.decisions.hunk_log import HunkLog
from cowrite.editor.commands.command import Command
from cowrite.editor.common.side_panel import Side, SidePanel
from cowrite.editor.panels.answers import commands as answers_commands
from cowrite.editor.panels.answers.answer_book import AnswerBook
from cowrite.editor.panels.answers.commands import PANEL_ID as ANSWERS
from cowrite.editor.panels.palette.commands import passage_commands
from cowrite.editor.proposals import keys
from cowrite.editor.proposals.hunk_journal import HunkJournal
from cowrite.editor.proposals.progress_chip import ProgressChip
from cowrite.editor.proposals.proposal_menu import ProposalMenu
from cowrite.editor.proposals.view_proposals import ViewProposals
from cowrite.editor.shell.commands.context import CommandContext
from cowrite.editor.shell.editor_view import EditorView
from cowrite.localization import tr


def equip(view: EditorView, shared: Shared) -> None:
    """Let the passages of a view's document be worked on."""

    def held(is_held: bool) -> None:
        # While a hunk has the keys nothing is suggested, as if the keyboard were elsewhere.
        view.suggestions.controller.focus_changed(not is_held and view.page.hasFocus())

    def moves(before: str, after: str) -> str | None:
        return shared.voice.moves(view.document, before, after)

    document = view.document
    log = HunkLog(
        view.suggestions.recorder, shared.clock, shared.session_id, lambda: document.revision
    )
    proposals = ViewProposals(view, shared.bridge, HunkJournal(log), held, moves)
    ProgressChip(view.page, proposals)
    asking = PassageAsking(view, proposals, shared)
    ProposalMenu(view, proposals, asking)
    proposals.answered.connect(AnswerBook(view).take)


def commands(context: CommandContext, shared: Shared) -> list[Command]:
    """The table of one window, which also gets its line below the page and its panel."""
    window, panels = context.window, context.window.side_panels
    room = PassageRoom(window, shared, context.manager.preferences_changed)

    def make(parent: QWidget) -> QWidget:
        from cowrite.editor.panels.answers.answers_panel import AnswersPanel

        panel = AnswersPanel(window.active_view, answers_of, window.status_line.say, parent)
        window.active_view_changed.connect(panel.follow)
        window.closed.connect(panel.close_for_good)
        return panel

    panels.add(SidePanel(id=ANSWERS, title=tr("Answers"), side=Side.RIGHT, make=make))
    return [
        *passage_commands(room.choose, room.can_choose),
        *keys.commands(
            lambda action: proposals_of(context.view).do(action),
            can=lambda action: proposals_of(context.view).can(action),
        ),
        *answers_commands.commands(
            toggle=partial(panels.toggle, ANSWERS),
            is_shown=partial(panels.shown, ANSWERS),
            shown_changed=panels.changed,
        ),
    ]
