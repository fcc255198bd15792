"""How the text of an element looks: what it inherits, what its tag means, and what its styles say."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urljoin, urlsplit

from cowrite.interchange.manuscript import Change, Link, Mark
from cowrite.interchange.readers.common.symbols import is_of_signs
from cowrite.interchange.readers.html import tags
from cowrite.interchange.readers.html.css import (
    Declarations,
    StyleSheet,
    declarations,
    is_bold,
    is_italic,
    is_marked,
)

_KEPT_LINES = frozenset({"pre", "pre-wrap", "pre-line", "break-spaces"})


@dataclass(frozen=True, slots=True)
class Look:
    """``script``: super or sub. ``keeps_lines``: a line end in the source is one on the page."""

    marks: frozenset[Mark] = frozenset()
    link: Link | None = None
    change: Change | None = None
    script: str = ""
    underlined: bool = False
    keeps_lines: bool = False
    soft_blanks: bool = False
    font: str = ""  # if it draws signs in place of letters

    def with_mark(self, mark: Mark, is_on: bool = True) -> Look:
        """The same with or without a mark."""
        return replace(self, marks=self.marks | {mark} if is_on else self.marks - {mark})


def style_of(element: Any, sheet: StyleSheet) -> Declarations:
    """All that is said of an element itself."""
    attributes = element.attrib
    if not attributes:
        return sheet.of(element.tag, (), "")
    found = sheet.of(element.tag, classes_of(element), attributes.get("id", ""))
    own = attributes.get("style")
    return {**found, **declarations(own)} if own else found


def classes_of(element: Any) -> list[str]:
    """The classes of an element."""
    named: str = element.get("class", "")
    return named.split()


def look_of(element: Any, style: Declarations, around: Look) -> Look:
    """How text in ``element`` looks, which stands in a text that looks like ``around``. Links and changes aside."""
    tag, look = element.tag, around
    if tag in tags.STRONG:
        look = look.with_mark(Mark.STRONG)
    elif tag in tags.EMPHASIS:
        look = look.with_mark(Mark.EMPHASIS)
    elif tag in tags.STRIKE:
        look = look.with_mark(Mark.STRIKE)
    elif tag in tags.CODE:
        look = look.with_mark(Mark.CODE)
    elif tag in ("sup", "sub"):
        look = replace(look, script=tag)
    elif tag == "font" and is_of_signs(face := element.get("face", "")):
        look = replace(look, font=face)
    elif tag == "u":
        look = replace(look, underlined=True)
    return _styled(look, style, is_own=tag not in tags.HEADINGS and tag != "th") if style else look


def _styled(look: Look, style: Declarations, *, is_own: bool) -> Look:
    """``is_own``: the weight and slant are the writer's, not those that all headings have."""
    if is_own:
        for mark, found in (
            (Mark.STRONG, is_bold(style.get("font-weight", ""))),
            (Mark.EMPHASIS, is_italic(style.get("font-style", ""))),
        ):
            if found is not None:
                look = look.with_mark(mark, found)
    if (is_emphasised := is_marked(style)) is not None:
        look = look.with_mark(Mark.EMPHASIS, is_emphasised)
    if font := style.get("mso-symbol-font-family") or style.get("font-family"):
        look = replace(look, font=font if is_of_signs(font) else "")
    lines = f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"
    if "line-through" in lines:
        look = look.with_mark(Mark.STRIKE)
    if "underline" in lines:
        look = replace(look, underlined=True)
    raised = style.get("vertical-align", "")
    if raised in ("super", "sub"):
        look = replace(look, script="sup" if raised == "super" else "sub")
    elif raised == "baseline" and look.script:
        look = replace(look, script="")
    if "white-space" in style:
        look = replace(look, keeps_lines=style["white-space"] in _KEPT_LINES)
    if "mso-spacerun" in style or "mso-tab-count" in style:
        look = replace(look, soft_blanks=True)
    return look


def address_of(href: str, base: str) -> str:
    """Where a link leads: without blanks around it, from the page's own place, and not by way of a counting server."""
    address = re.sub(r"[\t\n\r]", "", href).strip()
    if base and not address.startswith("#"):
        try:
            address = urljoin(base, address)
        except ValueError:
            return address
    if address.startswith(("https://www.google.com/url?", "http://www.google.com/url?")):
        try:
            inner = parse_qs(urlsplit(address).query).get("q", [""])[0]
        except ValueError:
            return address
        if inner.startswith(("http://", "https://")):
            return inner
    return address


def author_of(cite: str) -> str:
    """Who made a change, as Word writes it: ``mailto:Anna%20Berg``."""
    return unquote(cite.removeprefix("mailto:")).strip() if cite.startswith("mailto:") else ""


def when_of(text: str) -> datetime | None:
    """When a change was made; None if that is not said in a way that can be read."""
    try:
        return datetime.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None
