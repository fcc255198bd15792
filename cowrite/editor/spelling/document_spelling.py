"""Checks the spelling of one document while it is written, by paragraph, when there is nothing else to do.

Where the writer is comes first. A word at which the caret stands is not looked at while it is being written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPainter, QTextBlock, QTextCursor

from cowrite.base.text_changes import ChangeKind, TextChange
from cowrite.base.utf16 import in_units
from cowrite.editor.appearance.theme import Theme
from cowrite.editor.common.connections import Connections
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.markup.structure import DocumentStructure
from cowrite.editor.page.large.large_layout import is_large
from cowrite.editor.page.layer_ranges import Layer, LayerRange, LinePart
from cowrite.editor.page.listeners import ListenerStage
from cowrite.editor.spelling.document_language import DocumentLanguage
from cowrite.editor.spelling.marks import paint_mark
from cowrite.editor.spelling.paragraph_checks import ParagraphChecks
from cowrite.editor.spelling.service import SpellingService
from cowrite.spelling.cast import Cast
from cowrite.spelling.checker import Checker
from cowrite.spelling.document_choices import NONE
from cowrite.spelling.prose import masked
from cowrite.spelling.word_lists import as_own
from cowrite.spelling.words import Word, words_of

PAUSE_MS = 40
SLICE_S = 0.003
LONGEST_PARAGRAPH = 60_000
_AROUND = 60
_TYPING = frozenset({ChangeKind.TYPED, ChangeKind.DELETED})


@dataclass(frozen=True, slots=True)
class Flag:
    """A misspelled word from ``start`` to ``end`` of the document, in UTF-16 units."""

    start: int
    end: int
    text: str

    def is_beyond(self, position: int, *, backwards: bool) -> bool:
        """Whether it comes after ``position``, or before it."""
        return self.end < position if backwards else self.start > position


class DocumentSpelling(QObject):
    """Of one view; goes with it. Signal: ``changed()`` when other words are flagged, or another language is used."""

    changed = Signal()

    def __init__(
        self,
        view: DocumentView,
        structure: DocumentStructure,
        service: SpellingService,
        theme: Callable[[], Theme],
    ) -> None:
        super().__init__(view)
        self._view = view
        self._page = view.page
        self._document = view.document
        self._text = view.document.content.document
        self._structure = structure
        self.service = service
        self._theme = theme
        self._ignored: set[str] = set()
        self.language = DocumentLanguage(view.document, structure, service, self)
        self._checker: Checker | None = None
        self._own: frozenset[str] = frozenset()
        self._is_typing = self._has_text = False
        self._hidden_in = -1  # the paragraph of a word that is being written
        self._edited = 0
        self._begin_checks()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timer)
        self._lasting = Connections()
        self._connect()
        self._start_anew()

    def _connect(self) -> None:
        self._text.contentsChange.connect(self._on_contents_change)
        self._document.listeners.add(ListenerStage.VIEW, self._on_text_changed)
        self._structure.changed.connect(self._on_structure_changed)
        self._page.caret_moved.connect(self._on_caret_moved)
        self._page.ghost_numbered.connect(self._on_ghost)
        self._page.seen.scrolled.connect(self._on_scrolled)
        self.language.changed.connect(self._start_anew)
        self._lasting.add(self.service.words_changed, self._start_anew)
        self._lasting.add(self.service.switched, self._start_anew)
        self._lasting.add(self.service.loaded, self._on_loaded)
        self._view.closing.connect(self._on_closing)

    def _on_closing(self) -> None:
        """What is shared outlives the view, and would keep it."""
        self._lasting.end()
        self.language.close()
        self._timer.stop()

    # --- what is flagged ---

    @property
    def checker(self) -> Checker | None:
        """Who knows the language now; None if nothing is checked."""
        return self._checker

    @property
    def cast(self) -> Cast:
        """The names and other own words of the document."""
        return self._checks.cast

    @property
    def is_settled(self) -> bool:
        """Whether all that is to be checked is checked."""
        return self._checks.is_settled

    def flag_at(self, position: int) -> Flag | None:
        """The misspelled word at ``position``, also right after it."""
        block = self._text.findBlock(position)
        within = position - block.position()
        for word in self._checks.flagged(block.blockNumber()):
            if word.start <= within <= word.end:
                return self._flag(block, word)
        return None

    def next_flag(self, position: int, *, backwards: bool = False) -> Flag | None:
        """The next misspelled word after ``position``, or before it; from the other end where there is none."""
        count = self._text.blockCount()
        here = self._text.findBlock(position)
        first = here.blockNumber()
        step = -1 if backwards else 1
        for n in range(count + 1):
            number = (first + n * step) % count
            words = self._checks.flagged(number)
            if not words:
                continue
            block = self._text.findBlockByNumber(number)
            flags = [self._flag(block, word) for word in words]
            if n == 0:
                flags = [each for each in flags if each.is_beyond(position, backwards=backwards)]
            if flags:
                return flags[-1] if backwards else flags[0]
        return None

    # --- where the writer is ---

    def flag_here(self) -> Flag | None:
        """The misspelled word at the caret."""
        return self.flag_at(self._page.caret())

    def caret_for_search(self, *, backwards: bool) -> int:
        """From where the next misspelled word is looked for: the end, or the beginning, of what is selected."""
        cursor = self._page.textCursor()
        return cursor.selectionStart() if backwards else cursor.selectionEnd()

    def select(self, flag: Flag) -> None:
        """Select the word, and show it: what is typed replaces it."""
        cursor = QTextCursor(self._text)
        cursor.setPosition(flag.start)
        cursor.setPosition(flag.end, QTextCursor.MoveMode.KeepAnchor)
        self._page.setTextCursor(cursor)
        self._page.keep_caret_comfortable()

    def show_menu(self) -> None:
        """The context menu of the word at the caret."""
        self._page.show_context_menu()

    def _flag(self, block: QTextBlock, word: Word) -> Flag:
        start, end = block.position() + word.start, block.position() + word.end
        return Flag(start, end, self._document.content.text_between(start, end))

    # --- what the writer says of a word ---

    def add_for_document(self, word: str) -> None:
        """Take ``word`` for right in this document, also after it is opened again."""
        choice = self.language.choice
        self.language.choose(replace(choice, words=(*choice.words, word)))
        self._start_anew()

    def ignore(self, word: str) -> None:
        """Take it for right in this document until it is closed."""
        self._ignored.add(word)
        self._start_anew()

    # --- the text changes ---

    def _begin_checks(self) -> None:
        one_region = not self.language.is_detected
        self._checks = ParagraphChecks(self._text.blockCount(), one_region=one_region)
        self._work: Iterator[None] | None = None

    def _start_anew(self) -> None:
        """Other words are right than before: check everything again."""
        self._has_text = not self._text.isEmpty()
        if self._has_text and self.service.is_on and self.language.name != NONE:
            self.service.begin()  # where that is done at once, it changes what is right
        self._begin_checks()
        self._own = self.service.own | as_own((*self.language.choice.words, *self._ignored))
        name = self.language.name
        is_on = self._has_text and self.service.is_on and name != NONE
        if self.language.is_looking and self._checker is None:
            is_on = False  # a dictionary that may be the wrong one is not loaded
        self._checker = self.service.checker(name) if is_on and self.service.is_ready else None
        if self._checker is None:
            self._page.layers.clear(Layer.SPELLING)
        self._soon()
        self.changed.emit()

    def _on_loaded(self, language: str) -> None:
        if language == self.language.name and self._checker is None:
            self._start_anew()

    def _on_contents_change(self, position: int, _removed: int, added: int) -> None:
        last_place = self._text.characterCount() - 1
        first = self._text.findBlock(min(position, last_place)).blockNumber()
        last = self._text.findBlock(min(position + added, last_place)).blockNumber()
        new = last - first + 1
        old = new - self._text.blockCount() + len(self._checks)
        if old < 1 or old == len(self._checks):
            self._begin_checks()
        else:
            self._forget(first, old, new)
        self._edited = first
        self._hidden_in = -1
        self._soon()

    def _forget(self, first: int, old: int, new: int) -> None:
        self._checks.replace(first, old, new)
        self._work = None

    def _on_structure_changed(self, first: int, last: int) -> None:
        last = min(last, len(self._checks) - 1)
        if first <= last:
            self._forget(first, last - first + 1, last - first + 1)
            self._soon()

    def _on_text_changed(self, change: TextChange) -> None:
        self._is_typing = change.kind in _TYPING
        if not self._has_text:
            self._start_anew()
        self._soon()

    def _soon(self) -> None:
        if self._checker is not None and not self._timer.isActive():
            self._timer.start(PAUSE_MS)

    # --- checking ---

    def _on_timer(self) -> None:
        if self._document.is_closed or self._document.is_loading or self._checker is None:
            return
        if not self._document.content.is_quiet:
            self._soon()
            return
        if self._work is None:
            self._work = self._steps(self._checker)
        until = time.perf_counter() + SLICE_S
        for _ in self._work:
            if time.perf_counter() > until:
                self._timer.start(0)
                return
        self._work = None
        self.changed.emit()

    def _steps(self, checker: Checker) -> Iterator[None]:
        """All that is to be done, in small steps; begun anew whenever the text changes."""
        checks, counted = self._checks, []
        for number in self._to_count():
            self._count(number, checker)
            counted.append(number)
            yield
        for number in checks.to_judge(counted, self._in_order):
            yield from checks.judge(number, checker)
            self._mark(number)
        checks.judged()

    def _to_count(self) -> Iterator[int]:
        checks, edited = self._checks, self._edited
        for number in range(max(0, edited - 1), min(edited + 2, len(checks))):
            if checks.is_unchecked(number):
                yield number
        if checks.has_unchecked:
            yield from filter(checks.is_unchecked, self._in_order())

    def _in_order(self) -> Iterable[int]:
        """The numbers of paragraphs, from what is in sight; in a very long text no more than what is around it."""
        count = len(self._checks)
        seen = self._page.seen.first_lines()
        if is_large(self._text.characterCount(), count):
            around = (range(max(0, n - _AROUND), min(count, n + 2 * _AROUND)) for n in seen)
            return dict.fromkeys(chain.from_iterable(around))
        return chain(range(seen[0], count), range(seen[0]))

    def _count(self, number: int, checker: Checker) -> None:
        block = self._text.findBlockByNumber(number)
        text = in_units(block.text()[:LONGEST_PARAGRAPH])
        ranges = [
            (start, min(end, len(text)))
            for start, end in self._structure.prose_ranges(block)
            if start < len(text)
        ]
        found = tuple(filter(checker.is_own, words_of(masked(text, ranges))))
        own = [word for word in found if not self._is_being_written(block, word)]
        if len(own) < len(found):
            self._hidden_in = number
        unknown = [w for w in own if not checker.knows(w, self._own)]
        self._checks.count(number, own, unknown)
        self.language.note_unknown((word.form for word in unknown), checker)

    # --- marks ---

    def _mark(self, number: int) -> None:
        block = self._text.findBlockByNumber(number)
        words = self._checks.flagged(number)
        ranges = [LayerRange(start=w.start, end=w.end, underlay=self._paint) for w in words]
        self._page.layers.set(Layer.SPELLING, block, ranges)

    def _is_being_written(self, block: QTextBlock, word: Word) -> bool:
        if not (self._is_typing or self._page.ghost_text):
            return False
        within = self._page.caret() - block.position()
        return word.start <= within <= word.end

    def _paint(self, painter: QPainter, part: LinePart) -> None:
        paint_mark(self._theme(), painter, part)

    def _on_caret_moved(self) -> None:
        self._is_typing = False
        self._show_hidden()

    def _on_ghost(self, number: int, _count: int) -> None:
        if number == 0:
            self._show_hidden()

    def _show_hidden(self) -> None:
        number, self._hidden_in = self._hidden_in, -1
        if 0 <= number < len(self._checks):
            self._forget(number, 1, 1)
            self._edited = number
            self._soon()

    def _on_scrolled(self) -> None:
        if self._checks.has_unchecked:
            self._work = None
            self._soon()
