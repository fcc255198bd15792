"""What holds for the text of a group, and is inherited by the groups in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import Any

from cowrite.interchange.manuscript import Link, Mark


class Destination(Enum):
    """Where the text of a group goes."""

    TEXT = auto()
    NOWHERE = auto()
    COLLECTED = auto()  # into a string, for whoever began the group
    FONTS = auto()
    STYLES = auto()
    LISTS = auto()
    OVERRIDES = auto()
    AUTHORS = auto()
    PICTURE = auto()
    PARTS = auto()  # nowhere, but for some groups within


@dataclass(frozen=True, slots=True)
class Characters:
    """How characters look, which ``\\plain`` sets back."""

    font: int = -1
    complex_font: int = -1
    bold: bool = False
    italic: bool = False
    marked: bool = False  # with dots above or below, as East Asian writers emphasise
    complex_bold: bool = False
    complex_italic: bool = False
    strike: bool = False
    hidden: bool = False
    raised: bool = False
    underlined: bool = False
    capitals: bool = False
    is_rtl: bool = False
    inserted: bool = False
    deleted: bool = False
    author: int = 0
    deleted_by: int = 0
    when: int = 0
    deleted_when: int = 0

    def marks(self) -> frozenset[Mark]:
        """The marks of the text; where it runs from right to left, what is said for such text counts too."""
        found = []
        if self.bold or (self.is_rtl and self.complex_bold):
            found.append(Mark.STRONG)
        if self.italic or self.marked or (self.is_rtl and self.complex_italic):
            found.append(Mark.EMPHASIS)
        if self.strike:
            found.append(Mark.STRIKE)
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """What ``\\pard`` sets back. ``level``: of the outline, 0 the highest; 9 is text."""

    style: int = 0
    level: int | None = None
    list: int = 0
    list_level: int = 0
    in_table: bool = False
    nesting: int = 1
    has_line: bool = False


@dataclass(slots=True)
class State:
    """Of one group."""

    destination: Destination = Destination.TEXT
    characters: Characters = field(default_factory=Characters)
    paragraph: ParagraphLook = field(default_factory=ParagraphLook)
    stand_ins: int = 1  # \uc
    link: Link | None = None
    collected: list[str] | None = None
    outside: Destination = Destination.TEXT  # where the text of \\upr goes

    def change_characters(self, **values: Any) -> None:
        """Let characters look otherwise from here on."""
        changed = {
            name: value for name, value in values.items() if getattr(self.characters, name) != value
        }
        if changed:
            self.characters = replace(self.characters, **changed)

    def change_paragraph(self, **values: Any) -> None:
        """Let the paragraph be otherwise from here on."""
        self.paragraph = replace(self.paragraph, **values)

    def inner(self) -> State:
        """The state at the beginning of a group in this one."""
        return State(
            self.destination,
            self.characters,
            self.paragraph,
            self.stand_ins,
            self.link,
            self.collected,
            self.outside,
        )
