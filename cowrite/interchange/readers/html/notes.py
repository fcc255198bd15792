"""Footnotes and comments of a page: a small mark that leads to a block, and a way back from the block to the mark.

Word, Google Docs, LibreOffice, pandoc, Markdown programs and Wikipedia all write them so, each with names of its own;
so what counts is that both lead to each other, or that the page says by a role that it is a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from cowrite.interchange.readers.html import tags

_MARK = re.compile(
    r"[\[(]?\s*(?:[a-z]{0,4}\d{1,4}|[ivxlc]{1,7}|[a-z]{1,2}|[*†‡§¶#]{1,4}|\d+:\d+|note \d{1,4})\s*[\])]?[.:]?",
    re.I,
)
_MARKS_IN_BRACKETS = "[]() \n\t\u00a0"
_NAMED = ("noteref", "footnote-ref", "footnoteref", "footnote-reference")
_COMMENT = re.compile(r"_?(?:cmnt|msocom_|com_)\w*", re.I)
_CLIMB = 8
_MOST_WAYS = 8
_NOTES_LIST = (
    "footnotes",
    "endnotes",
    "footnote-list",
    "endnote-list",
    "doc-endnotes",
    "references",
)


@dataclass
class PageNotes:
    """``references``: the element that stands for a reference -> its label. ``bodies``: label -> the block.

    ``skipped``: blocks that are no part of the text, and ways back inside of the notes. ``comments``: labels of
    those that are comments.
    """

    references: dict[Any, str] = field(default_factory=dict)
    bodies: dict[str, Any] = field(default_factory=dict)
    skipped: set[Any] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)


def find_notes(root: Any) -> PageNotes:
    """The notes of a page."""
    places: dict[str, Any] = {}
    order: dict[Any, int] = {}
    anchors: list[tuple[Any, str]] = []
    for number, element in enumerate(root.iter()):
        if not isinstance(element.tag, str):
            continue
        for name in (element.get("id"), element.get("name") if element.tag == "a" else None):
            if name:
                places.setdefault(name, element)
                order.setdefault(element, number)
        href = element.get("href", "")
        if element.tag == "a" and len(href) > 1 and href[0] == "#":
            anchors.append((element, unquote(href[1:])))
            order.setdefault(element, number)
    back: dict[str, list[Any]] = {}
    for anchor, target in anchors:
        back.setdefault(target, []).append(anchor)
    found = PageNotes()
    bodies: dict[Any, str] = {}
    for anchor, target in anchors:
        place = places.get(target)
        is_named = _is_named(anchor)
        if place is None and _is_sign_of_comment(anchor):
            found.skipped.add(_outermost(anchor))  # only a part was copied
        if place is None or not (is_named or (_is_mark(anchor) and order[anchor] < order[place])):
            continue
        body = _body(place)
        ways = [each for name in _names_around(anchor) for each in back.get(name, [])[:_MOST_WAYS]]
        ways_back = [each for each in ways if each is not anchor and _is_inside(each, body)]
        is_note = body is not None and (
            is_named or (bool(ways_back) and not _is_inside(anchor, body))
        )
        if not is_note:
            continue
        if body not in bodies:
            bodies[body] = str(len(bodies) + 1)
            found.bodies[bodies[body]] = body
            if _COMMENT.fullmatch(target):
                found.comments.add(bodies[body])
        found.references[_outermost(anchor)] = bodies[body]
        found.skipped.update(_outermost(each) for each in ways_back)
    _skip(found)
    return found


def _text(element: Any) -> str:
    """The text of a small element; of a large one more than any mark has."""
    found = ""
    for piece in element.itertext():
        found += piece
        if len(found) > 60:
            break
    return found


def _is_mark(anchor: Any) -> bool:
    return _MARK.fullmatch(_text(anchor).strip(" \n\t\u00a0")) is not None


def _is_named(anchor: Any) -> bool:
    kinds = (
        f"{anchor.get('role', '')} {anchor.get('epub:type', '')} {anchor.get('class', '')}".lower()
    )
    return any(each in kinds for each in _NAMED) or anchor.get("data-footnote-ref") is not None


def _is_sign_of_comment(anchor: Any) -> bool:
    return "msocomanchor" in anchor.get("class", "").lower()


def _names_around(anchor: Any) -> Iterator[str]:
    """The names by which an anchor, or what is only around it, can be found."""
    element = anchor
    for _ in range(4):
        if element is None or (
            element is not anchor and element.tag not in ("sup", "span", "small", "a")
        ):
            return
        yield from (name for name in (element.get("id"), element.get("name")) if name)
        before = element.getprevious()
        if before is not None and before.tag == "a" and not _text(before).strip():
            yield from (name for name in (before.get("id"), before.get("name")) if name)
        element = element.getparent()


def _body(place: Any) -> Any | None:
    """The block whose note a named place is: the list item, the division or the paragraph around it."""
    element = place
    for _ in range(_CLIMB):
        if (
            element is None
            or element.tag in tags.HEADINGS
            or element.tag in ("body", "html", "table", "td")
        ):
            return None
        if element.tag in ("li", "aside", "dd"):
            return element
        if element.tag in ("p", "div", "section"):
            return _division(element)
        element = element.getparent()
    return None


def _division(element: Any) -> Any:
    """The division around the first paragraph of a note, if it holds nothing else."""
    above = element.getparent()
    if element.tag != "p" or above is None or above.tag not in ("div", "li", "aside"):
        return element
    is_first = next((each for each in above if isinstance(each.tag, str)), None) is element
    is_own = (
        above.tag == "li"
        or above.get("id")
        or "mso-element" in above.get("style", "")
        or len(above) == 1
    )
    return above if is_first and is_own and above.tag != "body" else element


def _is_inside(element: Any, body: Any | None) -> bool:
    for _ in range(4 * _CLIMB):
        if element is None:
            return False
        if element is body:
            return True
        element = element.getparent()
    return False


def _outermost(anchor: Any) -> Any:
    """The anchor with the brackets and the raised text that are around it alone."""
    mark = _text(anchor).strip(_MARKS_IN_BRACKETS)
    element = anchor
    above = anchor.getparent()
    while above is not None and above.tag in ("sup", "span", "small", "b", "i", "font"):
        if _text(above).strip(_MARKS_IN_BRACKETS) != mark:
            break
        element, above = above, above.getparent()
    return element


def _skip(found: PageNotes) -> None:
    """Leave the bodies out of the text, and what is around them if it holds nothing else."""
    found.skipped.update(found.bodies.values())
    for body in found.bodies.values():
        before = body.getprevious()
        if before is not None and before.tag == "hr" and not (before.tail or "").strip():
            found.skipped.add(before)
    waiting = list(dict.fromkeys(body.getparent() for body in found.bodies.values()))
    while waiting:
        above = waiting.pop()
        if above is None or above in found.skipped or above.tag in ("body", "html"):
            continue
        if _holds_only_notes(above, found.skipped):
            found.skipped.add(above)
            waiting.append(above.getparent())


def _holds_only_notes(element: Any, skipped: set[Any]) -> bool:
    if (element.text or "").strip():
        return False
    is_list = _is_list_of_notes(element)
    for child in element:
        if (child.tail or "").strip():
            return False
        if (
            isinstance(child.tag, str)
            and child not in skipped
            and not _is_beside_notes(child, is_list)
        ):
            return False
    return True


def _is_list_of_notes(element: Any) -> bool:
    kinds = " ".join(
        element.get(name, "") for name in ("class", "role", "id", "style", "epub:type")
    )
    return any(each in kinds for each in _NOTES_LIST) or element.get("data-footnotes") is not None


def _is_beside_notes(child: Any, is_list: bool) -> bool:
    if child.tag in ("hr", "br"):
        return True
    return not _text(child).strip() or (is_list and child.tag in tags.HEADINGS)
