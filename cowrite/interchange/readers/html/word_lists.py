"""The lists of Word, which are paragraphs with a mark typed in front; and what else only Word writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from cowrite.interchange.manuscript import Block, Blocks, Paragraph, Run
from cowrite.interchange.readers.common.lists import ListEntry, number_of
from cowrite.interchange.readers.html.css import Declarations, declarations

_LEVEL = re.compile(r"\blevel(\d{1,2})\b")
_LIST = re.compile(r"\b(l\d+)\b")
_TYPED_MARK = re.compile(r"\s*([·•▪§o–-]|\(?(?:\d{1,3}|[a-zA-Z])[.)])[ \t\n]*\u00a0[\s\u00a0]+")
_POINTS = re.compile(r"(-?\d+(?:\.\d+)?)(pt|in|cm|px|mm)")
_IN_POINTS = {"pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "px": 0.75}
_STEP = 36.0  # points by which each level is set in


def list_of(style: Declarations) -> tuple[str, int] | None:
    """Which list a paragraph is in and how deep; None if it is in none."""
    value = style.get("mso-list", "")
    level = _LEVEL.search(value)
    if level is None or value == "none":
        return None
    name = _LIST.search(value)
    return (name.group(1) if name else "", max(1, int(level.group(1))))


def outline_level(style: Declarations) -> int | None:
    """The level of a heading that is one by its outline only."""
    value = style.get("mso-outline-level", "")
    return min(int(value), 6) if len(value) == 1 and value in "123456789" else None


def typed_entry(blocks: Blocks, style: Declarations) -> Iterable[Block | ListEntry]:
    """A paragraph that was in a list of Word before another program took its marks for text."""
    first = blocks[0] if blocks else None
    if not isinstance(first, Paragraph) or not first.content:
        return blocks
    run = first.content[0]
    found = _TYPED_MARK.match(run.text) if isinstance(run, Run) else None
    if found is None or not isinstance(run, Run):
        return blocks
    rest = run.text[found.end() :]
    kept = (Run(rest, run.marks, run.link, run.change),) if rest else ()
    paragraph = Paragraph((*kept, *first.content[1:]), first.end)
    return (ListEntry(_level(style), number_of(found.group(1)), (paragraph, *blocks[1:])),)


def _level(style: Declarations) -> int:
    margin = _POINTS.fullmatch(style.get("margin-left", "").strip())
    if margin is None:
        return 1
    return max(1, round(float(margin.group(1)) * _IN_POINTS[margin.group(2)] / _STEP))


def is_rule(element: Any, style: Declarations) -> bool:
    """Whether a paragraph is only a line across the page."""
    if "".join(element.itertext()).strip():
        return False
    lines = [style.get(name, "") for name in ("border-top", "border-bottom")]
    above = element.getparent()
    if above is not None and "border-div" in above.get("style", ""):
        own = declarations(above.get("style", ""))
        lines.extend(own.get(name, "") for name in ("border-top", "border-bottom"))
    has_line = any("solid" in each or "double" in each for each in lines)
    return has_line and not any(each.tag == "img" for each in element.iter())
