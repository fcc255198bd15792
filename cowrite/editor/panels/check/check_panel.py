"""Check: one list of what a careful reader would stumble over in the text in front, and quiet marks on its page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import Qt, SignalInstance
from PySide6.QtGui import QAction, QHideEvent, QPainter, QShowEvent, QTextBlock, QTextCursor
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from cowrite.base.utf16 import in_units
from cowrite.check.dismissals import Dismissals
from cowrite.check.english import load
from cowrite.check.findings import TITLES, Finding, Kind, key_of
from cowrite.editor.appearance.appearance import Appearance
from cowrite.editor.common.accessible_role import Role
from cowrite.editor.common.connections import Connections
from cowrite.editor.common.disk import Disk
from cowrite.editor.common.plain_label import PlainLabel
from cowrite.editor.document.document_view import DocumentView
from cowrite.editor.page.layer_ranges import Layer, LayerRange, LinePart
from cowrite.editor.panels.check.check_list import MOST_ROWS, CheckList, Row
from cowrite.editor.panels.check.document_check import DocumentCheck
from cowrite.editor.panels.check.marks import marked_part, paint_mark
from cowrite.localization import tr, tr_noop, trn

CHECKING = tr_noop("Checking…")
NOTHING = tr_noop("Nothing found.")
_GRID_PX = 8


class ReaderQuestions(Protocol):
    """What a reader would ask of the passage in front; only for a model that does this well."""

    def is_offered(self) -> bool:
        """Whether there is such a model now."""
        ...

    def ask(self) -> None:
        """Have it asked of what is selected, or of the paragraph at the caret."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChoices:
    """The ``kinds`` that the writer wants looked for, and what was dismissed. ``say`` tells them something.

    ``reader_changed``: what the ``reader`` offers may be another thing now.
    """

    kinds: Callable[[], Sequence[str]]
    set_kinds: Callable[[Sequence[str]], object]
    kinds_changed: SignalInstance
    dismissals: Dismissals
    reader: ReaderQuestions
    reader_changed: SignalInstance
    disk: Disk
    say: Callable[[str], object]


class CheckPanel(QWidget):
    """Follows ``view``, and another one when it is told to; works and marks only while it is shown."""

    accessible_role = Role.Client

    def __init__(
        self,
        view: DocumentView,
        choices: CheckChoices,
        appearance: Appearance,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._choices = choices
        self._appearance = appearance
        self._check: DocumentCheck | None = None
        self._following = Connections()
        self._lasting = Connections()
        self._shown: dict[int, Finding] = {}
        self._wanted_step = 0
        self.said = PlainLabel("", self)
        self.said.setWordWrap(True)
        self.list = CheckList(self)
        self.kinds_button = QPushButton(tr("&Kinds"), self)
        self.kinds_menu = QMenu(self)
        self.dismiss_button = QPushButton(tr("&Dismiss"), self)
        self.bring_back_button = QPushButton(tr("&Restore dismissed"), self)
        self.reader_button = QPushButton(tr("What would a reader &ask?"), self)
        self._lay_out()
        self._connect()
        self._on_appearance()
        read = choices.disk.run(choices.dismissals.read)
        read.then(lambda: self._know(read.result if read.error is None else {}))

    def _lay_out(self) -> None:
        self.kinds_button.setMenu(self.kinds_menu)
        self.kinds_button.setToolTip(tr("Choose what is looked for"))
        self.reader_button.setToolTip(
            tr("Have the model ask about what is selected, or about the paragraph at the caret")
        )
        self.dismiss_button.setToolTip(tr("Do not show this finding any more (Delete)"))
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.said, 1)
        top.addWidget(self.kinds_button, 0, Qt.AlignmentFlag.AlignTop)
        bottom.addWidget(self.dismiss_button)
        bottom.addWidget(self.bring_back_button)
        column = self._column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.list, 1)
        column.addLayout(bottom)
        column.addWidget(self.reader_button)
        self.setFocusProxy(self.list)

    def _connect(self) -> None:
        self.kinds_menu.aboutToShow.connect(self._fill_kinds)
        self.list.chosen.connect(self.go_to)
        self.list.dismissed.connect(self.dismiss)
        self.list.currentRowChanged.connect(self._enable)
        self.dismiss_button.clicked.connect(self._dismiss_current)
        self.bring_back_button.clicked.connect(self.bring_back)
        self.reader_button.clicked.connect(self._ask_reader)
        self._lasting.add(self._appearance.changed, self._on_appearance)
        self._lasting.add(self._choices.kinds_changed, self._on_kinds_changed)
        self._lasting.add(self._choices.reader_changed, self._offer_reader)

    def _know(self, kept: dict[str, tuple[str, ...]]) -> None:
        self._choices.dismissals.know(kept)
        self._show()

    def close_for_good(self) -> None:
        """The window goes: follow nothing more."""
        self._lasting.end()
        self._rest()

    # --- which text, and when ---

    def follow(self, view: DocumentView) -> None:
        """Show what is found in this one from now on."""
        was_working = self._check is not None
        self._rest()
        self._view = view
        if was_working:
            self._work()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102 - Qt's name
        super().showEvent(event)
        self._work()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: D102 - Qt's name
        super().hideEvent(event)
        self._rest()

    def _work(self) -> None:
        if self._check is not None:
            return
        view = self._view
        self._check = DocumentCheck(view, self)
        self._check.changed.connect(self._show)
        self._following.add(view.closing, self._rest)
        self._following.add(view.document.identity_changed, self._show)
        self._following.add(view.page.cursorPositionChanged, self._on_caret_moved)
        view.page.layers.serve(Layer.CHECK, self._marks_of)
        self._choices.disk.run(load).then(partial(self._begin, self._check))
        self._show()
        self._offer_reader()

    def _begin(self, check: DocumentCheck) -> None:
        if check is self._check:
            check.begin()

    def _rest(self) -> None:
        self._following.end()
        if self._check is None:
            return
        self._check.close()
        self._check.deleteLater()
        self._check = None
        self._view.page.layers.serve(Layer.CHECK, None)

    # --- what is shown ---

    @property
    def is_settled(self) -> bool:
        """Whether all of the text was looked at."""
        return self._check is not None and self._check.is_settled

    def _kinds(self) -> frozenset[str]:
        return frozenset(self._choices.kinds())

    def _dismissed(self) -> frozenset[str]:
        return self._choices.dismissals.of(self._view.document.document_id)

    def _all_rows(self) -> Iterator[Row]:
        if self._check is None:
            return
        for number, text, finding in self._check.found():
            yield Row(number=number, text=text, finding=finding, key=key_of(finding, text))

    def _show(self) -> None:
        if self._check is None:
            return
        kinds, dismissed = self._kinds(), self._dismissed()
        of_kinds = [row for row in self._all_rows() if row.finding.kind in kinds]
        rows = [row for row in of_kinds if row.key not in dismissed]
        rows.sort(key=lambda row: (-row.finding.weight, row.number, row.finding.start))
        self.list.show_rows(rows)
        # By identity: a finding that stands where it stood is the same one, and paragraphs change their numbers.
        self._shown = {id(row.finding): row.finding for row in rows}
        hidden = len(of_kinds) - len(rows)
        self.said.setText(self._summary(len(rows), hidden))
        self.bring_back_button.setEnabled(hidden > 0)
        self._enable()
        self._view.page.seen.repaint()
        if self._wanted_step and self.is_settled:
            step, self._wanted_step = self._wanted_step, 0
            self.go(step)

    def _summary(self, count: int, hidden: int) -> str:
        if not self.is_settled and not count:
            return tr(CHECKING)
        said = trn("{count:,} finding", "{count:,} findings", count) if count else tr(NOTHING)
        if count > MOST_ROWS:
            said = tr("{findings}; the first {number} are listed", findings=said, number=MOST_ROWS)
        return (
            tr("{findings} ({hidden:,} dismissed)", findings=said, hidden=hidden)
            if hidden
            else said
        )

    def _enable(self) -> None:
        self.dismiss_button.setEnabled(self.list.current is not None)

    def _marks_of(self, block: QTextBlock) -> list[LayerRange]:
        found = self._check.found_in(block) if self._check is not None else ()
        wanted = [each for each in found if id(each) in self._shown]
        text = in_units(block.text()) if wanted else ""
        parts = (marked_part(each, text) for each in wanted)
        return [LayerRange(start=start, end=end, underlay=self._paint) for start, end in parts]

    def _paint(self, painter: QPainter, part: LinePart) -> None:
        paint_mark(self._appearance.theme, painter, part)

    def _on_appearance(self) -> None:
        self._column.setSpacing(round(_GRID_PX * self._appearance.scale))
        self.list.set_look(self._appearance.theme, self._appearance.scale)

    # --- which kinds ---

    def _fill_kinds(self) -> None:
        self.kinds_menu.clear()
        chosen = self._kinds()
        for kind in Kind:
            action = QAction(tr(TITLES[kind]), self.kinds_menu)
            action.setCheckable(True)
            action.setChecked(kind in chosen)
            action.setData(kind.value)
            action.toggled.connect(self._on_kind_toggled)
            self.kinds_menu.addAction(action)

    def _on_kind_toggled(self, _on: bool) -> None:
        self._choices.set_kinds(
            tuple(action.data() for action in self.kinds_menu.actions() if action.isChecked())
        )

    def _on_kinds_changed(self, *_: object) -> None:
        self._show()
        self._offer_reader()

    # --- what is done ---

    def go(self, step: int) -> None:
        """Go to the next place in the text that is listed (1), or to the one before (-1), from where the caret is."""
        if not self.is_settled:
            self._wanted_step = step  # as soon as it is known where to
            return
        cursor = self._view.page.textCursor()
        here = cursor.selectionStart()
        rows = sorted(self.list.rows, key=lambda row: (row.number, row.finding.start))
        if step < 0:
            rows = rows[::-1]
        beyond = (row for row in rows if (self._place(row)[0] - here) * step > 0)
        row = next(beyond, rows[0] if rows else None)
        if row is None:
            self._choices.say(tr(NOTHING))
            return
        self.list.choose(row)
        self.go_to(row)

    def _on_caret_moved(self) -> None:
        """Who writes on meanwhile, or goes elsewhere, is not taken away."""
        self._wanted_step = 0

    def go_to(self, row: Row) -> None:
        """Select the place of a finding on the page."""
        start, end = self._place(row)
        cursor = QTextCursor(self._view.page.document())
        last = self._view.page.document().characterCount() - 1
        cursor.setPosition(min(start, last))
        cursor.setPosition(min(end, last), QTextCursor.MoveMode.KeepAnchor)
        self._view.page.setTextCursor(cursor)
        self._view.page.keep_caret_comfortable()
        self._view.focus()

    def _place(self, row: Row) -> tuple[int, int]:
        begin = self._view.page.document().findBlockByNumber(row.number).position()
        return begin + row.finding.start, begin + row.finding.end

    def _offer_reader(self, *_: object) -> None:
        if self._check is not None:
            self.reader_button.setVisible(self._choices.reader.is_offered())

    def _ask_reader(self) -> None:
        self._choices.reader.ask()

    def dismiss(self, row: Row) -> None:
        """Show a finding no more."""
        document = self._view.document
        self._choices.dismissals.dismiss(
            document.document_id, row.key, keep=not document.is_private
        )
        self._show()

    def _dismiss_current(self) -> None:
        row = self.list.current
        if row is not None:
            self.dismiss(row)

    def bring_back(self) -> None:
        """Show all that was dismissed in this text again."""
        document = self._view.document
        self._choices.dismissals.bring_back(document.document_id, keep=not document.is_private)
        self._show()
