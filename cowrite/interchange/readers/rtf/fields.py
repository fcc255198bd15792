"""Fields: an instruction and what it came to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cowrite.interchange.manuscript import Link
from cowrite.interchange.tidying import is_safe_address

_LINK = re.compile(r"\s*HYPERLINK\b", re.I)
_PART = re.compile(r'\\([a-z])|"((?:[^"\\]|\\.)*)"|(\S+)', re.I)
_WITH_VALUE = frozenset("lmot")
_CONTENTS = re.compile(r"\s*(?:TOC|INDEX)\b", re.I)


@dataclass
class Field:
    """A field that is being read."""

    instruction: list[str] = field(default_factory=list)
    has_result: bool = False
    is_own_place: bool = False

    @property
    def text(self) -> str:
        """The whole instruction."""
        return "".join(self.instruction)

    @property
    def is_contents(self) -> bool:
        """Whether it makes a table of contents or an index."""
        return _CONTENTS.match(self.text) is not None

    @property
    def is_link(self) -> bool:
        """Whether it is a link of any kind."""
        return _LINK.match(self.text) is not None

    def link(self) -> Link | None:
        """Where the link leads; None if that is nowhere safe."""
        address, place, title, switch = "", "", "", ""
        text = self.text
        match = _LINK.match(text)
        for part in _PART.finditer(text, match.end() if match else 0):
            name, quoted, bare = part.groups()
            if name:
                switch = name.lower() if name.lower() in _WITH_VALUE else ""
                continue
            value = re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else bare
            match switch:
                case "l":
                    place = value
                case "o":
                    title = value
                case "" if not address:
                    address = value
            switch = ""
        whole = f"{address}#{place}" if place else address
        self.is_own_place = whole.startswith("#_")  # Word set it for itself, and it is not kept
        return None if self.is_own_place or not is_safe_address(whole) else Link(whole, title)
