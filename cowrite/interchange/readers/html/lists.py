"""The lists of a page: real ones, and the paragraphs that Word takes for lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cowrite.interchange.readers.common.lists import ListEntry, number_of
from cowrite.interchange.readers.html import word_lists
from cowrite.interchange.readers.html.css import Declarations
from cowrite.interchange.readers.html.flow import Leave, PageFlow
from cowrite.localization import tr

_MOST_NUMBER = 999_999_999
_LETTERS = frozenset({"a", "A", "i", "I"})


@dataclass(slots=True)
class _OpenList:
    """``next``: the number of the next item, None for bullets. ``is_sham``: each item says itself how deep it is."""

    next: int | None
    step: int = 1
    is_sham: bool = False


class ListReader:
    """Puts items into lists, with the numbers that are shown."""

    def __init__(self, flow: PageFlow, *, is_own: bool) -> None:
        self._flow = flow
        self._is_own = is_own
        self._open: list[_OpenList] = []
        self._mark: list[str] = []
        self._numbers: dict[tuple[str, int], int] = {}

    def list(self, element: Any) -> Leave:
        """``ul``, ``ol`` and their like."""
        opened = _OpenList(None)
        if element.tag == "ol":
            opened.next = _number(element.get("start"), 1)
            if element.get("reversed") is not None:
                opened.step = -1
                items = sum(1 for each in element if each.tag == "li")
                opened.next = _number(element.get("start"), items)
            if element.get("type") in _LETTERS:
                self._flow.report.leave_out(
                    tr("letters in front of a list; numbers stand for them")
                )
        first = next((each for each in element if each.tag == "li"), None)
        # Word on the web writes a list of its own around each item.
        opened.is_sham = first is not None and first.get("data-aria-level") is not None
        self._open.append(opened)
        self._flow.flush()
        is_open = not opened.is_sham and self._flow.builder.open(is_list=True)

        def end() -> None:
            self._flow.flush()
            self._open.pop()
            may_be_chapters = element.tag == "ol" and not self._is_own
            if is_open and self._flow.builder.close_list(may_be_chapters=may_be_chapters):
                self._flow.report.leave_out(tr("numbers of headings"))

        return end

    def item(self, element: Any) -> Leave:
        """``li``."""
        opened = self._open[-1] if self._open else _OpenList(None)
        number = opened.next
        if number is not None:
            number = _number(element.get("value"), number)
            opened.next = max(number + opened.step, 0)
        self._flow.flush()
        if not self._flow.builder.open():
            return self._flow.flush
        level = _number(element.get("data-aria-level"), 1)

        def end() -> None:
            self._flow.flush()
            if opened.is_sham:
                self._entry(level, number)
            else:
                self._flow.builder.close_item(number)

        return end

    def _entry(self, level: int, number: int | None) -> None:
        blocks = self._flow.builder.close()
        if blocks:
            self._flow.builder.add_block(ListEntry(level, number, blocks))

    def sham_item(self, place: tuple[str, int]) -> Leave:
        """A paragraph of Word that says in which list it is."""
        if not self._flow.builder.open():
            return self._flow.flush
        self._mark.clear()

        def end() -> None:
            mark = self.take_mark()
            number = number_of(mark, self._numbers.get(place))
            if number is not None:
                self._numbers[place] = number
                if not any(each.isdigit() for each in mark):
                    self._flow.report.leave_out(
                        tr("letters in front of a list; numbers stand for them")
                    )
            self._flow.flush()
            self._entry(place[1], number)

        return end

    def typed_item(self, style: Declarations) -> Leave:
        """A paragraph that looks as if it had been in a list of Word."""
        if not self._flow.builder.open():
            return self._flow.flush

        def end() -> None:
            self._flow.flush()
            for block in word_lists.typed_entry(self._flow.builder.close(), style):
                self._flow.builder.add_block(block)

        return end

    def mark(self, text: str) -> None:
        """What Word wrote in front of an item: a bullet or a number."""
        self._mark.append(text.replace("\u00a0", " "))

    def take_mark(self) -> str:
        """The mark of the item that ends."""
        mark = "".join(self._mark).strip()
        self._mark.clear()
        return mark


def _number(value: str | None, otherwise: int) -> int:
    text = (value or "").strip()
    if not (text.isascii() and text.lstrip("+").isdigit() and len(text) <= 12):
        return otherwise
    return min(int(text), _MOST_NUMBER)
