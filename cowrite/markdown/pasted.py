"""What Markdown from elsewhere becomes in the line where it is pasted: it stays in its quotation or list item.

Blocks (headings, lists, quotations, code, tables) begin a line of their own; words go on in the line.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r"[ \t]*>[ \t]?(?:[ \t]*>[ \t]?)*")
_ITEM = re.compile(r"([ \t]*)(?:[-+*]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_HEADING = re.compile(r"[ ]{0,3}#{1,6}[ \t]+")
_FENCE = re.compile(r"(?:```|~~~)")
_BLOCK = re.compile(rf"(?:{_ITEM.pattern}|{_HEADING.pattern}|{_FENCE.pattern}|>|\||[ ]{{4}})")


def fitted(markdown: str, before: str, after: str) -> str:
    """``markdown`` for a line that has ``before`` in front of the place and ``after`` behind it."""
    quoted = _QUOTED.match(before)
    quote = quoted[0] if quoted else ""
    item = _ITEM.match(before, len(quote))
    written = before[item.end() if item else len(quote) :]
    lines = markdown.split("\n")
    if len(lines) == 1 and (written.strip() or item):
        lines[0] = _words(lines[0])
    is_item = _ITEM.match(lines[0]) is not None
    indent = ""
    if item:
        indent = item[1] if is_item else " " * (item.end() - item.start())
    break_before = ""
    if not written.strip():
        lines[0] = lines[0] if not (item and is_item) else _words(lines[0])
    elif _HEADING.fullmatch(written) and _HEADING.match(lines[0]):
        lines[0] = _words(lines[0])
    elif _BLOCK.match(lines[0]):
        break_before = "\n" if item and is_item else "\n\n"
    ends_with_block = _BLOCK.match(_last_block(lines)) or _FENCE.match(lines[-1])
    break_after = "\n\n" if after.strip() and len(lines) > 1 and ends_with_block else ""
    return _within(break_before + "\n".join(lines) + break_after, quote, indent)


def _words(line: str) -> str:
    """A heading or a list item without its mark."""
    mark = _HEADING.match(line) or _ITEM.match(line)
    return line[mark.end() :] if mark else line


def _last_block(lines: list[str]) -> str:
    return "\n".join(lines).rsplit("\n\n", 1)[-1]


def _within(text: str, quote: str, indent: str) -> str:
    """The lines after the first one, in the same quotation and list item."""
    first, *others = text.split("\n")
    inner = [quote + indent + line if line else quote.rstrip() for line in others]
    if others and not others[-1]:
        inner[-1] = quote + indent  # what stands behind the place goes on here
    return "\n".join([first, *inner])
