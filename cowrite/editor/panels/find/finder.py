"""Find and replace of one window: what the bar asks is done in the view in front, and the bar says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind
from cowrite.base.utf16 import utf16_length
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.panels.find.find_bar import FindBar
from cowrite.editor.panels.find.live_hits import LiveHits, Place
from cowrite.editor.panels.find.page_place import PagePlace, select
from cowrite.localization import tr
from cowrite.search.pattern import Pattern, compiled
from cowrite.search.query import Query
from cowrite.search.replacement import Replacement

SAY_SEARCHING_AFTER_MS = 300
_LONGEST_FILLED_IN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class FinderState:
    """What a bar shows, and where the writer was: enough for another bar to go on from."""

    query: Query
    becomes: Replacement
    replaces: bool
    scope: Place | None
    current: Place | None
    came_from: PagePlace | None
    remembered: tuple[list[str], list[str]]


class Finder(QObject):
    """``view`` is the one in front; tell :meth:`follow` when another is. Signal: ``shown(bool)``."""

    shown = Signal(bool)

    def __init__(
        self, view: Callable[[], DocumentView], appearance: Appearance, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._view = view
        self.bar = FindBar(appearance)
        self.bar.hide()
        self._hits: LiveHits | None = None
        self._pattern: Pattern | None = None
        self._came_from: PagePlace | None = None
        self._seek: int | None = None
        self._note = ""
        self._say = QTimer(self)
        self._say.setSingleShot(True)
        self._say.timeout.connect(self._show_state)
        bar = self.bar
        bar.query_changed.connect(self._on_query)
        bar.replacement_changed.connect(self._say_soon)
        bar.scope_switched.connect(self._on_scope_switched)
        bar.next_asked.connect(self.go_next)
        bar.previous_asked.connect(self.go_previous)
        bar.replace_asked.connect(self.replace_one)
        bar.replace_all_asked.connect(self.replace_all)
        bar.close_asked.connect(self.hide)

    def close(self) -> None:
        """Find nothing more."""
        self._say.stop()
        self._leave()
        self.bar.close_down()

    @property
    def is_shown(self) -> bool:
        """Whether the bar is there."""
        return not self.bar.isHidden()

    @property
    def hits(self) -> LiveHits | None:
        """What was found in the view in front; None while the bar is not there."""
        return self._hits

    # --- showing ---

    def show(self, *, replaces: bool = False) -> None:
        """Show the bar, filled with what is selected on the page, and give it the keyboard."""
        page = self._view().page
        cursor = page.textCursor()
        selected = page.text_between(cursor.selectionStart(), cursor.selectionEnd())
        comes_from_page = not self.bar.isAncestorOf(page.window().focusWidget() or page)
        if not self.is_shown or comes_from_page:
            self._came_from = PagePlace.of(self._view())
        self.bar.set_replaces(replaces or (self.is_shown and self.bar.replaces))
        was_shown = self.is_shown
        self.bar.show()
        if self._hits is None:
            self._enter(self._view())
        if comes_from_page and selected:
            self._take_selection(selected, (cursor.selectionStart(), cursor.selectionEnd()))
        self.bar.field.selectAll()
        self.bar.field.setFocus()
        self._on_query()
        if not was_shown:
            self.shown.emit(True)

    def _take_selection(self, selected: str, place: Place) -> None:
        several = "\n" in selected
        if several:
            if self._hits is not None:
                self._hits.set_scope(place)
            self.bar.in_selection.setChecked(True)
        elif len(selected) <= _LONGEST_FILLED_IN:
            self.bar.in_selection.setChecked(False)
            self.bar.field.put(selected)

    def hide(self) -> None:
        """Put the bar away, and give the page the keyboard: at the hit, if the writer went to one, or where it was."""
        if not self.is_shown:
            return
        view, hits = self._view(), self._hits
        current = hits.current if hits is not None else None
        if self._came_from is not None:
            self._came_from.show_in(view)
        elif current is not None:
            select(view.page, current)
        self._leave()
        self.bar.hide()
        self.bar.in_selection.setChecked(False)
        view.focus()
        self.shown.emit(False)

    def follow(self, view: DocumentView) -> None:
        """Another view is in front."""
        if not self.is_shown:
            return
        self._leave()
        self._came_from = None
        self.bar.in_selection.setChecked(False)
        self._enter(view)
        self._on_query(seek=False)

    def _enter(self, view: DocumentView) -> None:
        self._hits = hits = LiveHits(view)
        hits.changed.connect(self._say_soon)
        hits.searched.connect(self._on_searched)

    def _leave(self) -> None:
        hits, self._hits = self._hits, None
        if hits is not None:
            hits.close()

    # --- in a window that takes the place of this one ---

    def handed_over(self) -> FinderState:
        """What another bar needs to be as this one is; ask while this one is shown."""
        bar = self.bar
        return FinderState(
            query=bar.query,
            becomes=bar.becomes,
            replaces=bar.replaces,
            scope=self._hits.scope if self._hits is not None else None,
            current=self._hits.current if self._hits is not None else None,
            came_from=self._came_from,
            remembered=bar.remembered,
        )

    def take_over(self, state: FinderState) -> None:
        """Be as another bar was, without going anywhere and without the keyboard."""
        bar = self.bar
        bar.put(state.query, state.becomes, state.remembered)
        bar.set_replaces(state.replaces)
        bar.show()
        self._enter(self._view())
        if state.scope is not None and self._hits is not None:
            self._hits.set_scope(state.scope)
            bar.in_selection.setChecked(True)
        self._came_from = state.came_from
        self._on_query(seek=False)
        if self._hits is not None:
            self._hits.set_current(state.current)
        self.shown.emit(True)

    # --- searching ---

    def _on_query(self, *, seek: bool = True) -> None:
        if self._hits is None:
            return
        self._note = ""
        self._pattern, problem = None, ""
        query = self.bar.query
        try:
            self._pattern = compiled(query) if query.text else None
        except UserError as error:
            problem = str(error)
        self.bar.show_problem(problem)
        self._hits.set_current(None)
        self._seek = self._origin() if seek and self._pattern is not None else None
        self._hits.search_for(self._pattern)
        if self._hits.is_searching:
            self._say.start(SAY_SEARCHING_AFTER_MS)

    def _origin(self) -> int:
        if self._came_from is not None:
            return self._came_from.selection[0]
        return self._view().page.textCursor().selectionStart()

    def _on_searched(self) -> None:
        """All of the text was searched: show the hit that was to be gone to."""
        seek, self._seek = self._seek, None
        if seek is not None and self._hits is not None:
            found = self._hits.next_from(seek)
            if found is not None:
                self._visit(*found)
        self._show_state()

    def go_next(self) -> None:
        """Go to the next hit."""
        self._go(forward=True)

    def go_previous(self) -> None:
        """Go to the hit before."""
        self._go(forward=False)

    def _go(self, *, forward: bool) -> None:
        """F3 without the bar brings it, with what was searched for last."""
        if not self.is_shown:
            if not self.bar.field.text():
                self.show()
                return
            had_keyboard = self._view().page.hasFocus()
            self._came_from = PagePlace.of(self._view())
            self.bar.show()
            self._enter(self._view())
            self._on_query()
            self._came_from = None
            if had_keyboard:
                self._view().focus()
            self.shown.emit(True)
            return
        hits = self._hits
        if hits is None or hits.is_searching:
            return
        self.bar.field.remember()
        self._came_from = None
        current = hits.current
        cursor = self._view().page.textCursor()
        if self._view().page.hasFocus() or current is None:
            current = cursor.selectionStart(), cursor.selectionEnd()
        if forward:
            is_there = hits.current == current
            found = hits.next_from(
                current[1] if is_there or current[0] != current[1] else current[0]
            )
        else:
            found = hits.previous_from(current[0])
        if found is not None:
            self._visit(*found, forward=forward)
        self._show_state()

    def _visit(self, place: Place, wrapped: bool, *, forward: bool = True) -> None:
        hits, page = self._hits, self._view().page
        if hits is None:
            return
        hits.set_current(place)
        self._note = ""
        if wrapped:
            self._note = tr("from the beginning") if forward else tr("from the end")
        if page.hasFocus():
            select(page, place)
        else:
            page.place_caret(place[0])
        page.keep_caret_comfortable()

    # --- in the selection only ---

    def _on_scope_switched(self, on: bool) -> None:
        hits = self._hits
        if hits is None:
            return
        if not on:
            hits.set_scope(None)
        elif hits.scope is None:
            cursor = self._view().page.textCursor()
            place = cursor.selectionStart(), cursor.selectionEnd()
            if self._came_from is not None:
                place = self._came_from.selection
            if place[0] == place[1]:
                self.bar.in_selection.setChecked(False)
                self._note = tr("Select some text first")
            else:
                hits.set_scope(place)
        self._seek = self._origin()
        self._on_searched()

    # --- replacing ---

    def replace_one(self) -> None:
        """Replace the hit that the writer is at, and go to the next; go to one if there is none."""
        hits = self._hits
        if hits is None or not self.bar.replaces or self._pattern is None:
            return
        self.bar.replacement.remember()
        current = hits.current
        if current is None or not hits.is_hit(current):
            self.go_next()
            return
        self._came_from = None

        def change(found: list[tuple[int, int, str]]) -> None:
            self._replace(found[:1])
            for start, _, text in found[:1]:
                self._seek = start + utf16_length(text)
            if hits.is_known:
                self._on_searched()

        hits.find_edits(self.bar.becomes, current, change, self._on_failed)

    def replace_all(self) -> None:
        """Replace every hit, in the selected lines only if that was chosen, as one undo step."""
        hits = self._hits
        if hits is None or not self.bar.replaces or self._pattern is None:
            return
        self.bar.field.remember()
        self.bar.replacement.remember()
        self._came_from = None

        def change(found: list[tuple[int, int, str]]) -> None:
            self._replace(found)
            self._note = tr("Replaced {count:,}", count=len(found))
            self._show_state()

        hits.find_edits(self.bar.becomes, None, change, self._on_failed)

    def _replace(self, places: list[tuple[int, int, str]]) -> None:
        self._view().document.edit_all(places, ChangeKind.REPLACED)
        if self._hits is not None:
            self._hits.set_current(None)

    def _on_failed(self, error: UserError) -> None:
        self.bar.show_problem(str(error))

    # --- what the bar says ---

    def _say_soon(self) -> None:
        """Once for all that one key changes."""
        if not self._say.isActive():
            self._say.start(0)

    def _show_state(self) -> None:
        hits, bar = self._hits, self.bar
        if hits is None:
            return
        problem = hits.problem
        if self._pattern is not None:
            try:
                self._pattern.check(self.bar.becomes)
            except UserError as error:
                problem = problem or (str(error) if bar.replaces else "")
            bar.show_problem(problem)
        count, number = hits.count, hits.number
        if self._pattern is None:
            bar.show_count(self._note)
        else:
            bar.show_count(_count_text(hits, number=number, count=count, note=self._note))
        writable = not self._view().page.isReadOnly()
        can = self._pattern is not None and not problem and writable
        bar.set_can_replace(can and count > 0, can and count > 0)


def _count_text(hits: LiveHits, *, number: int, count: int, note: str) -> str:
    if hits.is_searching:
        return tr("Searching…")
    found = f"{count:,}" if count else tr("None found")
    if number:
        found = tr("{number:,} of {count:,}", number=number, count=count)
    return f"{found} · {note}" if note else found
