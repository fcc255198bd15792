"""What stands in a paragraph of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

from cowrite.interchange.manuscript import (
    Inline,
    LineBreak,
    Link,
    Mark,
    NoteReference,
    Picture,
    Run,
)
from cowrite.interchange.writers.common.addresses import as_uri
from cowrite.interchange.writers.epub.names import EPUB_TYPE, Element, add, add_characters

_TAGS = ((Mark.STRONG, "strong"), (Mark.EMPHASIS, "em"), (Mark.STRIKE, "s"), (Mark.CODE, "code"))


@dataclass(frozen=True)
class Targets:
    """Where what stands in a page leads: headings by anchor, pictures by source, and the number of a note.

    ``refer`` gives the number and the id of one more reference to a note.
    """

    headings: dict[str, str]
    pictures: Callable[[str], str]
    refer: Callable[[str], tuple[int, str]]


def add_inlines(parent: Element, content: Iterable[Inline], targets: Targets) -> None:
    """Write ``content`` at the end of ``parent``."""
    for link, linked in groupby(content, _link_of):
        holder = parent if link is None else _add_link(parent, link, targets)
        _add_marked(holder, list(linked), _TAGS, targets)


def _link_of(inline: Inline) -> Link | None:
    return inline.link if isinstance(inline, Run | Picture) else None


def _add_link(parent: Element, link: Link, targets: Targets) -> Element:
    address = link.address
    is_here = address.startswith("#")
    address = targets.headings[address[1:]] if is_here else as_uri(address)
    attributes = {"href": address}
    if link.title:
        attributes["title"] = link.title
    return add(parent, "a", attributes)


def _add_marked(
    parent: Element,
    content: list[Inline],
    tags: tuple[tuple[Mark, str], ...],
    targets: Targets,
) -> None:
    """One element for a passage with a mark, whatever other marks are in it."""
    if not tags:
        for inline in content:
            _add_one(parent, inline, targets)
        return
    (mark, tag), *others = tags
    for is_marked, group in groupby(content, lambda each: mark in _marks_of(each)):
        holder = add(parent, tag) if is_marked else parent
        _add_marked(holder, list(group), tuple(others), targets)


def _marks_of(inline: Inline) -> frozenset[Mark]:
    return inline.marks if isinstance(inline, Run) else frozenset()


def _add_one(parent: Element, inline: Inline, targets: Targets) -> None:
    match inline:
        case Run():
            add_characters(parent, inline.text)
        case LineBreak():
            add(parent, "br")
        case Picture():
            source = targets.pictures(inline.source)
            add(parent, "img", {"src": source, "alt": inline.description})
        case NoteReference():
            number, reference = targets.refer(inline.label)
            attributes = {
                EPUB_TYPE: "noteref",
                "role": "doc-noteref",
                "class": "noteref",
                "href": f"#{note_id(number)}",
                "id": reference,
            }
            add(parent, "a", attributes).text = str(number)


def note_id(number: int) -> str:
    """The id of the text of a note."""
    return f"fn{number}"
