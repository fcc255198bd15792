"""The little of CSS that tells how text looks: weight, slant, lines through it, and whether it is seen at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

MOST_RULES = 5_000
MOST_CHARACTERS = 2_000_000
_NAMES = frozenset(
    {"font-weight", "font-style", "font-size", "font", "text-decoration", "text-decoration-line", "display"}
    | {"visibility", "white-space", "mso-outline-level", "mso-list", "mso-element", "mso-hide", "margin-left"}
    | {"mso-tab-count", "mso-spacerun", "mso-comment-author", "vertical-align", "list-style-type", "list-style"}
    | {"border-top", "border-bottom", "border", "position", "mso-border-bottom-alt", "mso-border-top-alt"}
    | {"font-family", "mso-symbol-font-family", "text-emphasis", "text-emphasis-style", "-webkit-text-emphasis"}
)  # fmt: skip
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.S)
_SELECTOR = re.compile(r"([a-z][\w-]*)?(?:([.#])([\w-]+))?", re.I)
_FONT_WEIGHT = re.compile(r"\b(bold|bolder|[6-9]00)\b")
_FONT_STYLE = re.compile(r"\b(italic|oblique)\b")

Declarations = Mapping[str, str]
_NONE: Declarations = {}


def declarations(text: str) -> dict[str, str]:
    """What ``style="..."`` or the inside of a rule says, by names in small letters; of names that matter here."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if colon and name in _NAMES:
            found[name] = value.replace("!important", "").strip().strip("'\"").lower()
    return _with_font(found)


def _with_font(found: dict[str, str]) -> dict[str, str]:
    """The shorthand ``font`` sets weight and slant, to normal if it does not name them."""
    font = found.pop("font", "")
    if font and font not in ("inherit", "initial", "unset"):
        found.setdefault("font-weight", "bold" if _FONT_WEIGHT.search(font) else "normal")
        found.setdefault("font-style", "italic" if _FONT_STYLE.search(font) else "normal")
    return found


@dataclass
class StyleSheet:
    """Rules with a plain selector: an element's name, a class, an id, or a name with one of these."""

    _rules: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)
    _characters: int = 0

    def read(self, text: str) -> None:
        """Take in the rules of a ``<style>``, but for those in ``@media`` and those that are not plain."""
        self._characters += len(text)
        if self._characters > MOST_CHARACTERS:
            return
        for selectors, body in _rules(_COMMENT.sub(" ", text)):
            found = declarations(body)
            if not found:
                continue
            for selector in selectors.split(","):
                match = _SELECTOR.fullmatch(selector.strip())
                if match and match.group() and len(self._rules) < MOST_RULES:
                    tag, sign, name = match.groups(default="")
                    key = (tag.lower(), sign, name)
                    self._rules.setdefault(key, {}).update(found)

    def of(self, tag: str, classes: Iterable[str], identity: str) -> Declarations:
        """What the rules say of an element; a more exact selector counts more."""
        if not self._rules:
            return _NONE
        found: dict[str, str] = {}
        found.update(self._rules.get((tag, "", ""), _NONE))
        named = [(".", each) for each in classes] + ([("#", identity)] if identity else [])
        for sign, name in named:
            found.update(self._rules.get(("", sign, name), _NONE))
            found.update(self._rules.get((tag, sign, name), _NONE))
        return found


def _rules(text: str) -> Iterable[tuple[str, str]]:
    """Selectors and bodies at the top; what stands in ``@media`` and the like is passed over."""
    at = 0
    while (brace := text.find("{", at)) >= 0:
        head = text[at:brace].rsplit("}", 1)[-1].rsplit(";", 1)[-1].strip()
        end = text.find("}", brace)
        end = len(text) if end < 0 else end
        if head.startswith("@"):
            at = _end_of_block(text, brace)
            continue
        yield head, text[brace + 1 : end]
        at = end + 1


def _end_of_block(text: str, brace: int) -> int:
    depth = 0
    for found in re.compile(r"[{}]").finditer(text, brace):
        depth += 1 if found.group() == "{" else -1
        if depth == 0:
            return found.end()
    return len(text)


def is_bold(value: str) -> bool | None:
    """Whether a weight is bold; None if it says nothing of its own."""
    if value in ("bold", "bolder"):
        return True
    if value in ("normal", "lighter"):
        return False
    return int(value) >= 600 if value.isascii() and value.isdigit() and len(value) < 6 else None


def is_italic(value: str) -> bool | None:
    """Whether a slant is italic; None if it says nothing of its own."""
    if value.startswith(("italic", "oblique")):
        return True
    return False if value == "normal" else None


def is_marked(style: Declarations) -> bool | None:
    """Whether signs stand above the letters, as East Asian writers emphasise; None if nothing is said of it."""
    for name in ("text-emphasis-style", "text-emphasis", "-webkit-text-emphasis"):
        if value := style.get(name):
            return value.split(" ")[0] not in ("none", "initial", "unset")
    return None


def is_hidden(style: Declarations) -> bool:
    """Whether nothing of an element is seen."""
    return (
        style.get("display") == "none"
        or style.get("visibility") in ("hidden", "collapse")
        or style.get("mso-hide") == "all"
        or style.get("font-size", "").rstrip("ptxem%") in ("0", "0.0")
    )
