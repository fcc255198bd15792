"""The quick switcher: open documents, files opened lately, and with # the headings of the text in front."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from cowrite.editor.panels.palette.command_list import Row
from cowrite.editor.panels.palette.list_over_page import ListOverPage, ListWords
from cowrite.editor.panels.palette.ranking import Entry, rank
from cowrite.localization import tr_noop

HEADINGS = "#"
_WORDS = ListWords(
    name=tr_noop("Go to a document or a heading"),
    field=tr_noop("Document or heading"),
    rows=tr_noop("Documents and headings"),
    placeholder=tr_noop("Name of a document, or # and a heading"),
    nothing_found=tr_noop("Nothing has that name."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where one can go: ``name``, what it is found by beside it and shown as ``detail``, and ``go``."""

    name: str
    detail: str
    go: Callable[[], object]


class QuickSwitcher(ListOverPage):
    """``documents`` and ``headings`` are asked when it is opened."""

    def __init__(
        self,
        window: QWidget,
        *,
        documents: Callable[[], Sequence[Place]],
        headings: Callable[[], Sequence[Place]],
        scale: float,
        give_back: Callable[[], object],
    ) -> None:
        self._ask_documents, self._ask_headings = documents, headings
        self._documents: Sequence[Place] = ()
        self._headings: Sequence[Place] = ()
        super().__init__(window, _WORDS, scale=scale, give_back=give_back)

    def gather(self) -> None:
        """What there is now."""
        self._documents, self._headings = self._ask_documents(), self._ask_headings()

    def found(self, typed: str) -> list[Row]:
        """What is meant, in the order of use where several fit equally well."""
        of_headings = typed.lstrip().startswith(HEADINGS)
        places = self._headings if of_headings else self._documents
        wanted = typed.lstrip().lstrip(HEADINGS) if of_headings else typed
        kind = HEADINGS if of_headings else ""
        entries = [
            Entry(id=f"{kind}{number}", name=each.name, text=each.name, group=each.detail)
            for number, each in enumerate(places)
        ]
        return [
            Row(id=each.id, text=each.name, group=each.group, keys="", enabled=True)
            for each in rank(wanted, entries)
        ]

    def choose(self, row: Row) -> None:
        """Go there."""
        places = self._headings if row.id.startswith(HEADINGS) else self._documents
        place = places[int(row.id.removeprefix(HEADINGS))]
        QTimer.singleShot(0, self, place.go)
