r"""Backslashes before what Markdown would not take for text; nowhere else, as a writer reads the result."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cowrite.interchange.markup.critic import BRACES

_NEEDED = re.compile(
    r"""
      \\ (?=[!-/:-@\[-`{-~]|$)            # a backslash before a sign, or at the end
    | `
    | \* (?!(?<=\s\*)\s)                  # not between blanks
    | _ (?!(?<=[^\W_]_)[^\W_]|(?<=\s_)\s) # not within a word
    | ~ (?=~) | (?<=~) ~
    | % (?=%) | (?<=%) %
    | \[ (?=\^) | \] (?=\() | \^ (?=\[)
    | < (?=[A-Za-z/!?])
    | & (?=\#\d{1,7};|\#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)
    """,
    re.VERBOSE,
)
_BEFORE_OTHERS = re.compile(r"[~%^!\[{]$")
_BEHIND_OTHERS = re.compile(r"^[~%]")
_ALL = re.compile(r"[\\`*_~\[\]<>&%!^|#{}=+-]")
_LINE_START = re.compile(
    r"(?:[ \t]*)(?:(?P<sign>\#{1,6}(?=\s|$)|>|[-+*](?=\s|$)|=+\s*$|-+\s*$|```|~~~|:?-+:?\s*\||\|"
    r"|\[(?=[^\]]*\]:)|(?:_\s*){3,}$|(?:\*\s*){3,}$|(?:-\s*){3,}$)|\d{1,9}(?P<dot>[.)])(?=\s|$))"
)
_IN_LINK = re.compile(r"[\[\]]")
_MANY_BRACKETS = 50
_CODE_FENCE = re.compile("`+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a line a text stands. ``follows`` and ``goes_on``: whether something else is right before and behind it.

    ``critic``: where braces mark changes.
    """

    follows: bool = False
    goes_on: bool = False
    in_link: bool = False
    critic: bool = False


def escaped(text: str, place: Place, *, everything: bool = False) -> str:
    """Text within a line. ``everything``: whether it is needed or not."""
    patterns = [_ALL if everything else _NEEDED]
    patterns += [_BEHIND_OTHERS] * place.follows + [_BEFORE_OTHERS] * place.goes_on
    has_many = text.count("[") > _MANY_BRACKETS  # which take long to read if they are no text
    patterns += [_IN_LINK] * (place.in_link or has_many) + [BRACES] * place.critic
    places = {found.start() for pattern in patterns for found in pattern.finditer(text)}
    if not places:
        return text
    return "".join("\\" + sign if at in places else sign for at, sign in enumerate(text))


def at_line_start(written: str) -> str:
    """The same, already escaped, where it begins a line."""
    found = _LINE_START.match(written)
    if found is None:
        return written
    at = found.start("sign") if found["sign"] else found.start("dot")
    return written[:at] + "\\" + written[at:]


def code_span(text: str) -> str:
    """Code within a line."""
    lengths = {len(found) for found in _CODE_FENCE.findall(text)}
    ticks = "`"
    while len(ticks) in lengths:
        ticks += "`"
    loses_blanks = text[0] == text[-1] == " " and text.strip(" ") != ""
    pad = " " if loses_blanks or "`" in (text[0], text[-1]) else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def address(text: str) -> str:
    """A link's address, with or without brackets around it."""
    if re.search(r"[\s()<>\\&*_`\[\]|~%]|^$", text):
        inner = re.sub(r"[\\<>]|&(?=#?\w+;)", lambda found: "\\" + found[0], text)
        if re.fullmatch(r"[^\s<>\\&]+", text) and _is_balanced(text):
            return text
        return f"<{inner}>"
    return text


def _is_balanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if depth < 0:
            return False
    return depth == 0


def title(text: str) -> str:
    """A link's title with the blank before it."""
    inner = re.sub(r'[\\"]|&(?=#?\w+;)', lambda found: "\\" + found[0], text)
    return f' "{inner}"' if text else ""
