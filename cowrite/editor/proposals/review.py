"""The proposal that stands on a page: its hunks focused, taken, left and turned by the writer, until it goes away.

Nothing changes without the writer: every edit that is made here is one they pressed a key or a button for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QTextCursor

from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.editor.common.announcing import announce
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.proposals.journal import (
    NoJournal,
    ProposalContext,
    ProposalJournal,
    hunk_id,
)
from cowrite.editor.proposals.keys import ProposalAction
from cowrite.editor.proposals.proposal_layer import ProposalLayer
from cowrite.editor.proposals.sentences import spoken
from cowrite.editor.proposals.standing import PlacedHunk, StandingProposal
from cowrite.editor.proposals.told import ToldOutcomes
from cowrite.proposals.proposal import MOST_VERSIONS, Version
from cowrite.provenance.document import Taken

_COMES_BACK = (ChangeKind.UNDO, ChangeKind.REDO)


class ProposalReview(QObject):
    """Of ``view``. ``held(bool)`` tells whoever makes suggestions that a hunk has the keys, or has not any more.

    Signals: ``changed()``, ``said(str)`` a sentence for the writer, ``outdated()``, ``versions_wanted()``.
    """

    changed = Signal()
    said = Signal(str)
    outdated = Signal()
    versions_wanted = Signal()

    def __init__(
        self,
        view: DocumentView,
        parent: QObject,
        journal: ProposalJournal | None = None,
        held: Callable[[bool], object] = lambda _: None,
    ) -> None:
        super().__init__(parent)
        self._page, self._document = view.page, view.document
        self._journal = journal or NoJournal()
        self._held = held
        self._told: ToldOutcomes | None = None
        self._has_keys = self._has_begun = False
        self.layer = ProposalLayer(view.page)
        self.standing: StandingProposal | None = None

    @property
    def has_keyboard(self) -> bool:
        """Whether ordinary keys are about a hunk now."""
        return self.standing is not None and self.standing.focused is not None

    @property
    def may_have_another(self) -> bool:
        """Whether another version would fit: nobody has written in the passage."""
        standing = self.standing
        return (
            standing is not None
            and not standing.was_edited_into
            and not self._document.read_only_reason
        )

    # --- coming and going ---

    def show(self, standing: StandingProposal) -> None:
        """So much is known of it, and there will be more."""
        self.standing = standing
        self.refresh()

    def settle(self, about: ProposalContext, *, focus: bool) -> None:
        """That is all of it: it is told, and with ``focus`` its first hunk is focused."""
        standing = self.standing
        if standing is None:
            return
        self._told = ToldOutcomes(self._journal, about)
        self._told.show(standing.open)
        if focus:
            standing.focus_next(standing.start)
        self.refresh()

    def add_versions(self, versions: Sequence[Version]) -> bool:
        """There are more of them; those that are there already are left out. Whether one has come."""
        standing = self.standing
        if standing is None:
            return False
        more = [each for each in versions if each.text not in standing.texts]
        standing.add_versions(more[: MOST_VERSIONS - standing.versions])
        return bool(more)

    def put_away(self) -> None:
        """It is there no more; what was not decided was ignored. May be called again."""
        if self._told is not None:
            self._told.end()
        self.standing = self._told = None
        self._has_begun = False
        self.layer.clear()
        self.refresh()

    # --- what the writer does ---

    def can(self, action: ProposalAction) -> bool:
        """Whether it can be done now."""
        standing = self.standing
        if standing is None:
            return False
        if action in (ProposalAction.ACCEPT, ProposalAction.REJECT):
            return standing.focused is not None
        if action is ProposalAction.ANOTHER:
            return self.may_have_another
        return bool(standing.open)

    def do(self, action: ProposalAction) -> None:
        """Do it, if it can be done."""
        standing = self.standing
        if standing is None or not self.can(action):
            return
        focused = [standing.focused] if standing.focused is not None else []
        everything = [each.key for each in standing.open]
        match action:
            case ProposalAction.ACCEPT:
                self.take(focused)
            case ProposalAction.REJECT:
                self.leave(focused)
            case ProposalAction.ACCEPT_ALL:
                self.take(everything)
            case ProposalAction.REJECT_ALL:
                self.leave(everything)
            case ProposalAction.NEXT | ProposalAction.PREVIOUS:
                self._page.dismiss_ghost()
                backwards = action is ProposalAction.PREVIOUS
                standing.focus_next(self._page.caret(), backwards=backwards)
                self.refresh()
            case ProposalAction.ANOTHER:
                self.turn()

    def focus(self, key: int) -> None:
        """Keys are about this hunk from now on."""
        if self.standing is not None:
            self._page.dismiss_ghost()
            self.standing.focus(key)
            self.refresh()

    def unfocus(self) -> None:
        """Keys are ordinary ones from now on. May be called at any time."""
        if self.standing is not None and self.has_keyboard:
            self.standing.focus(None)
            self.refresh()

    def take(self, keys: Iterable[int]) -> None:
        """Take these hunks, as one step of Undo."""
        standing, wanted = self.standing, list(keys)
        edits = standing.edits(wanted) if standing is not None else []
        if standing is None or not edits:
            return
        hunks = [each for each in map(standing.hunk, wanted) if each is not None]
        if not self._has_begun:
            self._has_begun = True
            self._document.history.before_rewrite()
        standing.begin_taking()
        try:
            with self._document.provenance.taking_hunks(self._sources(wanted)):
                self._document.edit_all(edits, ChangeKind.REWRITTEN)
        except UserError as error:
            standing.give_up_taking()
            self.said.emit(str(error))
            return
        standing.taken(wanted)
        if self._told is not None:
            self._told.taken(hunks)
        self.refresh()

    def _sources(self, wanted: Sequence[int]) -> list[Taken]:
        """Where the text of these open hunks is from, in the order of the text."""
        if self._told is None or self.standing is None:
            return []
        about = self._told.about
        return [
            Taken(
                id=hunk_id(about, each), model=about.model, adapter=about.adapter, task=about.task
            )
            for each in self.standing.open
            if each.key in wanted
        ]

    def leave(self, keys: Iterable[int]) -> None:
        """These hunks are not wanted."""
        standing, unwanted = self.standing, list(keys)
        if standing is None:
            return
        hunks = [each for each in map(standing.hunk, unwanted) if each is not None]
        standing.leave(unwanted)
        if self._told is not None:
            self._told.left(hunks)
        self.refresh()

    def turn(self) -> None:
        """Show another version, or ask for one if there is none yet."""
        standing = self.standing
        if standing is None:
            return
        if standing.may_turn:
            standing.turn()
            if self._told is not None:
                self._told.show(standing.open)
            self.refresh()
        elif not standing.was_edited_into:
            self.versions_wanted.emit()

    # --- the text changes ---

    def follow(self, change: TextChange) -> None:
        """The text has changed. What is typed has the keys again."""
        standing = self.standing
        if standing is None or standing.is_taking:
            return
        gone = standing.follow(change)
        if change.kind not in _COMES_BACK:
            standing.focus(None)
        if gone and self._told is not None:
            self._told.edited(gone)
        if gone and standing.is_outdated:
            self.outdated.emit()
        else:
            self.refresh()

    # --- what is shown ---

    def refresh(self) -> None:
        """Show how things stand."""
        standing = self.standing
        if standing is not None:
            self.layer.show(standing.open, standing.focused)
        held = self.has_keyboard
        if held != self._has_keys:
            self._has_keys = held
            self._held(held)
        hunk = standing.focused_hunk if standing is not None else None
        if standing is not None and hunk is not None:
            self._bring_in_sight(hunk)
            announce(self._page, spoken(hunk.hunk, standing.position, len(standing.open)))
        self.changed.emit()

    def _bring_in_sight(self, hunk: PlacedHunk) -> None:
        page, bar = self._page, self._page.verticalScrollBar()
        cursor = QTextCursor(page.document())
        cursor.setPosition(hunk.end)
        rect, margin = page.cursorRect(cursor), round(page.measures.line_pitch)
        below = rect.bottom() - (page.viewport().height() - margin)
        if rect.top() < margin:
            bar.setValue(bar.value() + rect.top() - 2 * margin)
        elif below > 0:
            bar.setValue(bar.value() + below + 2 * margin)
