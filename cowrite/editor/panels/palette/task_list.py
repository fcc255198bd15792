"""The list of what can be done with a passage: a task is chosen, or an instruction typed, over the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cowrite.editor.panels.palette.command_list import Row
from cowrite.editor.panels.palette.list_over_page import ListOverPage, ListWords
from cowrite.editor.panels.palette.ranking import Entry, rank
from cowrite.editor.proposals.offers import TaskOffer
from cowrite.localization import tr, tr_noop

_TYPED = "typed"
_WORDS = ListWords(
    name=tr_noop("Work on this passage"),
    field=tr_noop("Task or instruction"),
    rows=tr_noop("Tasks"),
    placeholder=tr_noop("Choose a task, or type what to do"),
    nothing_found=tr_noop("No task has that name."),
)


class TaskList(ListOverPage):
    """``offers`` are what there is; ``about`` says which passage is meant, ``widen`` means a larger one.

    ``chosen(offer, instruction)`` is told once, after the page has the keyboard again; ``left()`` whenever it goes.
    ``told`` is the task that does what is typed, if there is one.
    """

    def __init__(
        self,
        window: QWidget,
        *,
        offers: Sequence[TaskOffer],
        told: TaskOffer | None,
        about: Callable[[], str],
        widen: Callable[[], object],
        chosen: Callable[[TaskOffer, str], object],
        left: Callable[[], object],
        scale: float,
        give_back: Callable[[], object],
    ) -> None:
        self._offers = {offer.task.name: offer for offer in offers}
        self._told = told
        self._about, self._widen = about, widen
        self._chosen, self._left = chosen, left
        self._asks: TaskOffer | None = None
        self._choice: tuple[TaskOffer, str] | None = None
        super().__init__(window, _WORDS, scale=scale, give_back=give_back)

    def gather(self) -> None:
        """It was told what there is."""

    def found(self, typed: str) -> list[Row]:
        """The tasks that are meant, and last what is typed as an instruction; or what the chosen task asks for."""
        wanted = typed.strip()
        if self._asks is not None:
            named = {choice: tr(choice) for choice in self._asks.task.choices}
            rows = [
                _row(choice, name)
                for choice, name in named.items()
                if any(wanted.casefold() in each.casefold() for each in (choice, name))
            ]
            is_new = wanted and wanted.casefold() not in map(
                str.casefold, (*named, *named.values())
            )
            return [*rows, _row(_TYPED, tr("“{typed}”", typed=wanted))] if is_new else rows
        entries = [
            Entry(
                id=name,
                name=tr(offer.task.title),
                text=tr(offer.task.title),
                also=offer.task.called,
                group=offer.why_not,
                enabled=not offer.why_not,
            )
            for name, offer in self._offers.items()
        ]
        rows = [
            Row(
                id=each.id, text=_title(self._offers[each.id]), group="", keys="",
                enabled=each.enabled, why_not=self._offers[each.id].why_not,
            )
            for each in rank(wanted, [*sorted(entries, key=lambda each: not each.enabled)])
        ]  # fmt: skip
        told = self._told
        if wanted and told is not None:
            typed_row = Row(
                id=_TYPED, text=tr("Do this: “{typed}”", typed=wanted), group="", keys="",
                enabled=not told.why_not, why_not=told.why_not,
            )  # fmt: skip
            rows.append(typed_row)
        return rows

    def run_chosen(self) -> None:
        """Begin the chosen task, or ask first for what it has to be told."""
        row = self.model.row(self.list.currentIndex().row())
        if row is None:
            return
        if not row.enabled:
            self._say(row.why_not)
            return
        typed = self.field.text().strip()
        if self._asks is not None:
            self._choice = self._asks, typed if row.id == _TYPED else row.id
        elif row.id == _TYPED and self._told is not None:
            self._choice = self._told, typed
        else:
            offer = self._offers[row.id]
            if offer.task.asks_for:
                self._ask(offer)
                return
            self._choice = offer, ""
        self.leave()

    def widen(self) -> None:
        """A larger passage is meant."""
        self._widen()
        self._say("")

    def choose(self, row: Row) -> None:
        """Done by :meth:`run_chosen`."""

    def leave(self) -> None:
        """Go; what was chosen begins after the page has the keyboard."""
        if not self.isHidden():
            super().leave()
            self._gone()

    def _gone(self) -> None:
        choice, self._choice = self._choice, None
        self._left()
        if choice is not None:
            QTimer.singleShot(0, self, lambda: self._chosen(*choice))

    def _ask(self, offer: TaskOffer) -> None:
        """The task has to be told something: the rows are what may be chosen for that."""
        self._asks = offer
        asks_for = tr(offer.task.asks_for)
        self.field.setPlaceholderText(
            tr("{name}: {value}", name=tr(offer.task.title), value=asks_for)
        )
        self.field.setAccessibleName(asks_for)
        self.field.clear()
        self._filter("")

    def nothing_found(self) -> str:
        """That nothing fits, or what is to be typed."""
        if self._asks is None:
            return super().nothing_found()
        return tr("Type {what}, then press Enter.", what=tr(self._asks.task.asks_for))

    def _say(self, text: str) -> None:
        super()._say(text or self._about())

    def _on_key(self, event: QKeyEvent) -> bool:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.widen()
            return True
        if event.key() == Qt.Key.Key_Escape and self._asks is not None:
            self._asks = None
            self.field.setPlaceholderText(tr(_WORDS.placeholder))
            self.field.setAccessibleName(tr(_WORDS.field))
            self.field.clear()
            self._filter("")
            return True
        return super()._on_key(event)

    def _on_focus_lost(self, reason: Qt.FocusReason) -> None:
        was_shown = not self.isHidden()
        super()._on_focus_lost(reason)
        if was_shown and self.isHidden():
            self._gone()


def _row(row_id: str, text: str) -> Row:
    return Row(id=row_id, text=text, group="", keys="", enabled=True)


def _title(offer: TaskOffer) -> str:
    title = tr(offer.task.title)
    return f"{title}…" if offer.task.asks_for else title
