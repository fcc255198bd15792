"""Lists: which numbers are shown, and what an item really holds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from cowrite.interchange.manuscript import Block, Blocks, Heading, ListBlock, Paragraph, Run
from cowrite.interchange.readers.common.lists import NumberedItem, lists_of
from cowrite.interchange.readers.odt.flow import Leave, TextFlow
from cowrite.interchange.readers.odt.names import TEXT, XML_ID, Element, number
from cowrite.interchange.readers.odt.quotations import Quotations, quoted
from cowrite.interchange.readers.odt.styles import ListLevel, Styles
from cowrite.localization import tr

_MOST_NUMBER = 999_999_999
_DIGITS = frozenset({"1", "１, ２, ３, ...", "①, ②, ③, ..."})


@dataclass
class _OpenList:
    """A list whose items come. ``next``: the numbers of its next items, by level; ``parts``: items, or blocks."""

    style: str
    level: int
    next: dict[int, int]
    depth: int
    quotations: int = 0
    parts: list[NumberedItem | Block] = field(default_factory=list)


class ListReader:
    """Reads lists in lists."""

    def __init__(self, flow: TextFlow, styles: Styles, quotations: Quotations) -> None:
        self._quotations = quotations
        self._flow = flow
        self._styles = styles
        self._open: list[_OpenList] = []
        self._by_id: dict[str, dict[int, int]] = {}
        self._last: dict[str, dict[int, int]] = {}

    def list(self, element: Element) -> Leave:
        """``text:list``."""
        flow = self._flow
        flow.end_paragraph()
        around = self._open[-1] if self._open else None
        if around is not None and around.depth != flow.depth:
            around = None  # a list in a note or a box within an item is a list of its own
        style = element.get(TEXT + "style-name") or (around.style if around else "")
        level = around.level + 1 if around else 1
        opened = _OpenList(style, level, self._numbers(element, style, around), flow.depth)
        outer = around.quotations if around else 0
        more = self._quotations.of_list(style, outer)
        opened.quotations = outer + more
        self._open.append(opened)
        for name in (element.get(XML_ID), element.get(TEXT + "id")):
            if name and level == 1:
                self._by_id[name] = opened.next
        self._last[style] = opened.next

        def end() -> None:
            flow.end_paragraph()
            self._open.pop()
            for block in _blocks(opened.parts):
                flow.builder.add_block(quoted(block, more))

        return end

    @property
    def around(self) -> tuple[int, int]:
        """In how many lists of this text we are, and in how many quotations the innermost stands."""
        here = [each for each in self._open if each.depth == self._flow.depth]
        return len(here), here[-1].quotations if here else 0

    def _numbers(self, element: Element, style: str, around: _OpenList | None) -> dict[int, int]:
        """What is counted on: the numbers of another list, or those of the list around with this level begun anew."""
        other = self._by_id.get(element.get(TEXT + "continue-list", ""))
        if other is None and element.get(TEXT + "continue-numbering") == "true":
            other = self._last.get(style)
        if other is not None:
            return other
        if around is None:
            return {}
        for level in [each for each in around.next if each > around.level]:
            del around.next[level]
        return around.next

    def item(self, element: Element) -> Leave:
        """``text:list-item`` or ``text:list-header``, which shows no number."""
        flow = self._flow
        if not self._open:
            return flow.end_paragraph
        opened = self._open[-1]
        shown = self._styles.list_level(
            element.get(TEXT + "style-override") or opened.style, opened.level
        )
        start = element.get(TEXT + "start-value")
        if start is not None:
            opened.next[opened.level] = number(start, 1)
        if not flow.builder.open():
            return flow.end_paragraph
        is_header = element.tag == TEXT + "list-header"

        def end() -> None:
            flow.end_paragraph()
            self._end_item(opened, flow.builder.close(), shown, is_header=is_header)

        return end

    def _end_item(
        self, opened: _OpenList, blocks: Blocks, shown: ListLevel, *, is_header: bool
    ) -> None:
        if not blocks:
            return
        # LibreOffice numbers chapters by lists, and has levels without items of their own. Cowrite writes neither.
        is_own = self._quotations.is_own
        is_chapter = isinstance(blocks[0], Heading) and not is_own
        has_no_text = isinstance(blocks[0], ListBlock) and not is_own
        if is_header or has_no_text or (shown.format == "" and not is_chapter):
            _attach(opened.parts, blocks)
            return
        if shown.format is None and not is_chapter:
            opened.parts.append((None, list(blocks)))
            return
        current = opened.next.get(opened.level, shown.start)
        if shown.format:
            opened.next[opened.level] = min(current + 1, _MOST_NUMBER)
        label = "" if is_own else self._label(opened, shown, current)
        if label or is_chapter:
            if shown.format and not label:
                self._flow.report.leave_out(tr("numbers of headings"))
            opened.parts.extend(_with_label(blocks, label))
            return
        if shown.format not in _DIGITS:
            self._flow.report.leave_out(tr("letters in front of a list; numbers stand for them"))
        opened.parts.append((current, list(blocks)))

    def _label(self, opened: _OpenList, shown: ListLevel, current: int) -> str:
        """What an item shows if words stand in it; it is then a paragraph that begins with them."""
        values = {level: after - 1 for level, after in opened.next.items()}
        values[opened.level] = current
        return shown.label(opened.level, values, self._styles.lists.get(opened.style, {}))


def _with_label(blocks: Blocks, label: str) -> Blocks:
    first = blocks[0]
    if not label or not isinstance(first, Paragraph | Heading):
        return blocks
    return replace(first, content=(Run(f"{label} "), *first.content)), *blocks[1:]


def _attach(parts: list[NumberedItem | Block], blocks: Blocks) -> None:
    """What has no sign in front belongs to the item before it, unless there is none, or it is a heading."""
    last = parts[-1] if parts else None
    if isinstance(last, tuple) and not isinstance(blocks[0], Heading):
        last[1].extend(blocks)
    else:
        parts.extend(blocks)


def _blocks(parts: list[NumberedItem | Block]) -> list[Block]:
    found: list[Block] = []
    items: list[NumberedItem] = []
    for part in parts:
        if isinstance(part, tuple):
            items.append(part)
            continue
        found.extend(lists_of(items))
        items = []
        found.append(part)
    found.extend(lists_of(items))
    return found
