"""Fields: instructions with a result that is shown. They begin, part and end between runs, at times without an end."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from cowrite.interchange.manuscript import Link
from cowrite.interchange.readers.common.instructions import shown_by
from cowrite.interchange.readers.docx.names import Element, W, number, switch, value

_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|(\\[A-Za-z*#@!])|(\S+)')
_ESCAPED = re.compile(r"\\(.)")
_LINKED = re.compile(r"\s*HYPERLINK\b", re.IGNORECASE)
_WITH_VALUE = ("\\l", "\\o", "\\t")


@dataclass
class _Field:
    """``is_dead``: its beginning was deleted, so it does nothing any more. ``shown``: what a field of a form shows."""

    is_dead: bool = False
    instruction: str = ""
    in_result: bool = False
    shown: str = ""
    link: Link | None = None


class Fields:
    """The fields that are open at a place of the text."""

    def __init__(self) -> None:
        self._open: list[_Field] = []

    @property
    def hides_text(self) -> bool:
        """Whether the place is in an instruction and not in a result."""
        return any(not field.in_result for field in self._open)

    @property
    def link(self) -> Link | None:
        """Where the innermost link leads that the place is in."""
        return next((field.link for field in reversed(self._open) if field.link), None)

    def begin(self, *, is_dead: bool, shown: str = "") -> None:
        """A field begins; its instruction comes first."""
        self._open.append(_Field(is_dead, shown=shown))

    def instruct(self, text: str) -> None:
        """A piece of the instruction."""
        if self._open and not self._open[-1].in_result:
            self._open[-1].instruction += text

    def part(self, safe: Callable[[Link | None], Link | None]) -> None:
        """The result comes. ``safe``: the link if it may be kept."""
        if self._open:
            field = self._open[-1]
            field.in_result = True
            field.link = None if field.is_dead else safe(link_of(field.instruction))

    def end(self) -> str:
        """The innermost field ends. Returns what it shows if it never had a result."""
        if not self._open:
            return ""
        field = self._open.pop()
        if field.is_dead or (field.in_result and not field.shown):
            return ""
        return field.shown or shown_by(field.instruction)

    def end_paragraph(self) -> None:
        """Links and instructions without an end go no further than their paragraph; other fields may."""
        self._open = [field for field in self._open if field.in_result and field.link is None]


def link_of(instruction: str) -> Link | None:
    """Where a field of the kind HYPERLINK leads; None for all other kinds."""
    if not _LINKED.match(instruction):
        return None
    address, anchor, title, switch = "", "", "", ""
    for quoted, letter, word in _WORDS.findall(instruction)[1:]:
        if letter:
            switch = letter.lower() if letter.lower() in _WITH_VALUE else ""
            continue
        text = _ESCAPED.sub(r"\1", quoted) if quoted else word
        if switch == "\\l":
            anchor = text
        elif switch == "\\o":
            title = text
        elif not switch and not address:
            address = text
        switch = ""
    return joined_link(address, anchor, title)


def shown_in_form(field: Element) -> str:
    """What a field of a form shows that has no result: a box that is ticked or not, or the chosen one of several."""
    box, choices = field.find(f".//{W}checkBox"), field.find(f".//{W}ddList")
    if box is not None:
        is_ticked = (
            switch(box, W + "checked")
            if box.find(W + "checked") is not None
            else switch(box, W + "default")
        )
        return "☑" if is_ticked else "☐"
    if choices is None:
        return ""
    entries = [entry.get(W + "val") or "" for entry in choices.iterchildren(W + "listEntry")]
    chosen = number(value(choices, W + "result") or value(choices, W + "default")) or 0
    return entries[chosen] if 0 <= chosen < len(entries) else ""


def joined_link(address: str, anchor: str, title: str = "") -> Link | None:
    """A link of what is known of it: an address, a place there or in this text."""
    address = address.strip()
    if anchor and "#" not in address:
        address = f"{address}#{anchor.strip()}"
    return Link(address, title.strip()) if address else None
