"""What a page leaves open, closed as browsers do it: the parser knows an older HTML and would read it otherwise."""

from __future__ import annotations

import re
from typing import Any

# libxml2 ends these where a block begins in them, which no browser does; what it does not know it leaves open.
_STYLES = frozenset({"b", "big", "i", "s", "small", "strike", "tt", "u"})
_GROUPS = frozenset({"table", "ul", "ol", "dl"})
_PARTS = frozenset({"td", "th", "tr", "li", "dt", "dd"})
_READINGS = frozenset({"rb", "rp", "rt", "rtc"})
_NAMES = sorted(_STYLES | _GROUPS | _PARTS | _READINGS | {"ruby"}, key=len, reverse=True)
_TAG = re.compile(rf"<(/?)({'|'.join(_NAMES)})(?=[\s/>])", re.IGNORECASE)
_OWN = "x-"
_BODY = "<b></b>"  # what the parser does not know would stay in the head, with all that follows


def mended(text: str) -> str:
    """A page in which styles go on over blocks, and end with their cell or item; and parts of readings end."""
    open_styles: list[list[str]] = [[]]
    reading = ""

    def mend(tag: re.Match[str]) -> str:
        nonlocal reading
        is_end, name = bool(tag[1]), tag[2].lower()
        here = open_styles[-1]
        if name in _STYLES:
            if not is_end:
                here.append(name)
            elif name in here:
                here.remove(name)
            body = _BODY if not is_end and len(here) == 1 and len(open_styles) == 1 else ""
            return f"{body}<{tag[1]}{_OWN}{name}"
        if name in _READINGS or name == "ruby":
            before, reading = reading, "" if is_end or name == "ruby" else name
            is_own_end = is_end and before == name
            return f"</{before}>{tag[0]}" if before and not is_own_end else tag[0]
        if name in _GROUPS and not is_end:
            open_styles.append([])
            return tag[0]
        ends = "".join(f"</{_OWN}{each}>" for each in reversed(here))
        here.clear()
        if name in _GROUPS and len(open_styles) > 1:
            open_styles.pop()
        return ends + tag[0]

    return _TAG.sub(mend, text)


def with_own_names(root: Any) -> None:
    """Give the elements that :func:`mended` renamed their names again."""
    for element in root.iter(*(_OWN + name for name in _STYLES)):
        element.tag = element.tag.removeprefix(_OWN)
