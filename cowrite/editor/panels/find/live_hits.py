"""The hits in one document while its find bar is open: searched beside the window's thread, followed through edits,
painted where they are in sight.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtGui import QTextBlock

from cowrite.base.errors import UserError
from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import utf16_length
from cowrite.editor.common.background import Background, Task
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.layer_ranges import Layer, LayerRange
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.page.text_mirror import block_text
from cowrite.editor.panels.find.hit_lines import Hit, HitLines
from cowrite.editor.panels.find.marked_ranges import marks
from cowrite.search.line_hits import (
    SLICE_CHARACTERS,
    Found,
    LineEdit,
    Spans,
    edits,
    search,
    search_line,
)
from cowrite.search.pattern import Pattern
from cowrite.search.replacement import Replacement

Place = tuple[int, int]
"""From where to where in the document, in UTF-16 units."""

PAINT_LIMIT_S = 0.1
"""How long a search waits at most for the hits in sight to be painted."""
AGAIN_MS = 120
"""How long after an edit a text is searched anew where its lines alone do not tell."""


class LiveHits(QObject):
    """Follows ``view``. Signals: ``changed()`` as hits come and go, ``seen()`` when those in sight are marked before
    the rest is searched, ``searched()`` when the whole text was searched.
    """

    changed = Signal()
    seen = Signal()
    searched = Signal()

    def __init__(self, view: DocumentView) -> None:
        super().__init__(view)
        self.view = view
        self._document = view.page.document()
        self._content = view.document.content
        self._hits = HitLines()
        self._pattern: Pattern | None = None
        self._current: LayerRange | None = None
        self._scope: LayerRange | None = None
        self._reach = 0  # how many lines before it a line may have a hit that goes on in it
        self._task: Task | None = None
        self.problem = ""
        self.is_searching = False
        self._background = Background("find", self)
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_MS)
        self._again.timeout.connect(self._search)
        self._document.contentsChange.connect(self._on_contents_change)
        view.document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        self._hits.reset(self._document.blockCount())
        view.page.layers.serve(Layer.SEARCH_HITS, self._marks)

    def close(self) -> None:
        """Follow and mark nothing more."""
        self._document.contentsChange.disconnect(self._on_contents_change)
        self.view.document.listeners.remove(self._on_text_changed)
        self._again.stop()
        self._background.close()
        self.view.page.layers.serve(Layer.SEARCH_HITS, None)
        self.deleteLater()

    # --- searching ---

    def search_for(self, pattern: Pattern | None) -> None:
        """Find another pattern; None finds nothing."""
        self._pattern = pattern
        self._search()

    def set_scope(self, place: Place | None) -> None:
        """Count and visit only hits within ``place``; None: within all of the text."""
        self._scope = None if place is None else LayerRange(start=place[0], end=place[1])
        self._repaint()

    @property
    def scope(self) -> Place | None:
        """Where alone is searched, as it has followed the text since."""
        return None if self._scope is None else (self._scope.start, self._scope.end)

    def _search(self) -> None:
        self._again.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None
        pattern = self._pattern
        if pattern is None:
            self.problem, self.is_searching = "", False
            self._take(Found())
            return
        self.is_searching = True
        revision, lines = self._content.revision, self._content.mirror.lines()
        first, last = self._lines_in_sight()

        def work(task: Task) -> Found:
            if pattern.may_take_long and not pattern.crosses_lines:
                seen = search(pattern, lines[first : last + 1], lambda: task.is_cancelled)
                shown = threading.Event()
                task.deliver(lambda: self._on_seen(first, seen, revision, shown))
                shown.wait(PAINT_LIMIT_S)  # searching on at once would keep the GIL from painting
            return search(pattern, lines, lambda: task.is_cancelled)

        self._task = self._background.run_task(
            work, lambda found: self._on_found(found, revision), self._on_failed
        )

    def _lines_in_sight(self) -> Place:
        page = self.view.page
        top, bottom = QPoint(0, 0), QPoint(0, page.viewport().height())
        return page.cursorForPosition(top).blockNumber(), page.cursorForPosition(
            bottom
        ).blockNumber()

    def _on_seen(self, first: int, found: Found, revision: int, shown: threading.Event) -> None:
        """What is in sight is marked before all of a long text is searched; ``shown`` once that is painted."""
        if revision == self._content.revision:
            lines = {first + number: spans for number, spans in found.lines.items()}
            self._hits.reset(self._document.blockCount(), lines)
            self._repaint()
            self.seen.emit()
        QTimer.singleShot(0, self, partial(QTimer.singleShot, 0, shown.set))

    def _on_found(self, found: Found, revision: int) -> None:
        if revision != self._content.revision:
            self._search()
            return
        self.is_searching, self.problem = False, found.problem
        self._take(found)

    def _on_failed(self, error: UserError) -> None:
        self.is_searching, self.problem = False, str(error)
        self._take(Found())

    def _take(self, found: Found) -> None:
        self._hits.reset(self._document.blockCount(), found.lines)
        self._reach = 0
        if self._pattern is not None and self._pattern.crosses_lines:
            self._reach = max((self._lines_of(n, s) for n, s in found.lines.items()), default=0)
        self._repaint()
        self.searched.emit()
        self.changed.emit()

    def _lines_of(self, number: int, spans: Spans) -> int:
        block = self._document.findBlockByNumber(number)
        last = self._document.findBlock(block.position() + spans[-1])
        return max(0, last.blockNumber() - number)

    @property
    def is_known(self) -> bool:
        """Whether all hits in the text as it is now are known."""
        return not (self.is_searching or self._again.isActive())

    # --- following edits ---

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        document = self._document
        end = document.characterCount() - 1
        first = document.findBlock(min(position, end))
        count = document.findBlock(min(position + added, end)).blockNumber()
        count += 1 - first.blockNumber()
        old_count = count - document.blockCount() + self._hits.line_count
        self._hits.replace(first.blockNumber(), old_count, self._searched(first, count, added))

    def _on_text_changed(self, change: TextChange) -> None:
        if change.kind is ChangeKind.LOADED:
            self._current = self._scope = None
        edit = change.offset, change.removed, utf16_length(change.inserted)
        self._current = self._current and self._current.after_edit(*edit)
        self._scope = self._scope and _widened(self._scope, *edit)
        self.changed.emit()

    def _searched(self, block: QTextBlock, count: int, added: int) -> list[Spans | None]:
        """The hits in paragraphs that were edited; None where that is not known before all is searched anew."""
        pattern = self._pattern
        if pattern is None:
            return [None] * count
        if pattern.may_take_long or added > SLICE_CHARACTERS or self.is_searching:
            self._again.start()
            return [None] * count
        found: list[Spans | None] = []
        for _ in range(count):
            found.append(search_line(pattern, block_text(block)))
            block = block.next()
        return found

    # --- which and where ---

    @property
    def count(self) -> int:
        """How many hits there are within the scope."""
        if self._scope is None:
            return self._hits.count
        return self._number_before(self._scope.end) - self._number_before(self._scope.start)

    @property
    def current(self) -> Place | None:
        """The hit that the writer is at."""
        return None if self._current is None else (self._current.start, self._current.end)

    def set_current(self, place: Place | None) -> None:
        """Mark the hit at ``place`` as the one that the writer is at."""
        self._current = None if place is None else LayerRange(start=place[0], end=place[1])
        self._repaint()

    @property
    def number(self) -> int:
        """Which of them the writer is at, counting from 1; 0 if at none."""
        current = self.current
        if current is None or not self.is_hit(current):
            return 0
        base = 0 if self._scope is None else self._number_before(self._scope.start)
        return self._number_before(current[0]) - base + 1

    def is_hit(self, place: Place) -> bool:
        """Whether there is a hit at exactly this place."""
        block = self._document.findBlock(place[0])
        spans, base = self._hits.spans(block.blockNumber()), block.position()
        pairs = zip(spans[0::2], spans[1::2], strict=True)
        return (place[0] - base, place[1] - base) in pairs

    def next_from(self, offset: int) -> tuple[Place, bool] | None:
        """The first hit at or after ``offset``, and whether it was looked for again from the beginning."""
        start, end = self._bounds()
        for begin, wrapped in ((max(offset, start), False), (start, True)):
            line = self._document.findBlock(begin).blockNumber()
            for hit in self._hits.from_line(line):
                place = self._absolute(hit)
                if place[0] >= end:
                    break
                if place[0] >= begin and place[1] <= end:
                    return place, wrapped
        return None

    def previous_from(self, offset: int) -> tuple[Place, bool] | None:
        """The last hit that begins before ``offset``, and whether it was looked for again from the end."""
        start, end = self._bounds()
        for limit, wrapped in ((min(offset, end), False), (end + 1, True)):
            line = self._document.findBlock(min(limit, end)).blockNumber()
            for hit in self._hits.back_from_line(line):
                place = self._absolute(hit)
                if place[0] < start:
                    break
                if place[0] < limit and place[1] <= end:
                    return place, wrapped
        return None

    def _bounds(self) -> Place:
        return self.scope or (0, self._content.length)

    def _absolute(self, hit: Hit) -> Place:
        line, start, end = hit
        base = self._document.findBlockByNumber(line).position()
        return base + start, base + end

    def _number_before(self, offset: int) -> int:
        block = self._document.findBlock(min(offset, self._content.length))
        return self._hits.count_before(block.blockNumber(), offset - block.position())

    # --- replacing ---

    def find_edits(
        self,
        replacement: Replacement,
        only: Place | None,
        then: Callable[[list[tuple[int, int, str]]], None],
        failed: Callable[[UserError], None],
    ) -> None:
        """Work out what replacing changes, of the hit at ``only`` or of all in the scope, and tell ``then``.

        It is told nothing if the text changed meanwhile; a UserError that it raises is told ``failed`` as well.
        """
        pattern, revision = self._pattern, self._content.revision
        if pattern is None:
            return
        lines, first = self._content.mirror.lines(), 0
        if only is not None and not pattern.crosses_lines:
            first = self._document.findBlock(only[0]).blockNumber()
            lines = lines[first : first + 1]

        def tell(found: list[LineEdit]) -> None:
            if revision == self._content.revision:
                start, end = only or self._bounds()
                places = (self._edit(each, first) for each in found)
                wanted = [each for each in places if start <= each[0] and each[1] <= end]
                try:
                    then(wanted)
                except UserError as error:  # the text may only be read
                    failed(error)

        self._background.run_task(
            lambda task: edits(pattern, lines, replacement, lambda: task.is_cancelled), tell, failed
        )

    def _edit(self, edit: LineEdit, first: int) -> tuple[int, int, str]:
        start, end = self._absolute((first + edit.line, edit.start, edit.end))
        return start, end, edit.text

    # --- painting ---

    def _repaint(self) -> None:
        self.view.page.seen.repaint()

    def _marks(self, block: QTextBlock) -> Iterator[LayerRange]:
        return marks(
            self.view.page,
            block,
            self._hits,
            current=self.current,
            scope=self._scope,
            reach=self._reach,
        )


def _widened(scope: LayerRange, offset: int, removed: int, inserted: int) -> LayerRange:
    """Where lines in which is searched are after an edit: what is written at their ends is in them as well."""
    gone, grown = offset + removed, inserted - removed
    if offset > scope.end:
        return scope
    if gone < scope.start:
        return scope.shifted(grown)
    start, end = min(scope.start, offset), max(scope.end, gone) + grown
    return LayerRange(start=start, end=max(start, end))
