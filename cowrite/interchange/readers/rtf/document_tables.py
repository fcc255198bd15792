"""The tables in front of a document: fonts, styles, lists, and who made changes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cowrite.interchange.readers.rtf import charsets
from cowrite.interchange.readers.rtf.state import Characters

_HEADING = re.compile(r"heading (\d)\b", re.I)
_BULLET, _NO_NUMBER = 23, 255
_MOST_STEPS = 20
_MOST_ENTRIES = 20_000


@dataclass(slots=True)
class Font:
    """A font by its number."""

    charset: int | None = None
    code_page: int = 0
    name: str = ""


@dataclass(slots=True)
class Style:
    """A style of paragraphs or characters. What it says nothing of is None."""

    name: str = ""
    based_on: int | None = None
    level: int | None = None
    bold: bool | None = None
    italic: bool | None = None
    strike: bool | None = None


@dataclass(slots=True)
class ListLevel:
    """How the items of a level are counted."""

    format: int = _BULLET
    start: int = 1

    @property
    def is_numbered(self) -> bool:
        """Whether its items show numbers."""
        return self.format not in (_BULLET, _NO_NUMBER)


@dataclass
class DocumentTables:
    """All of them, filled while they are read."""

    encoding: str = charsets.DEFAULT
    default_font: int = -1
    fonts: dict[int, Font] = field(default_factory=dict)
    styles: dict[int, Style] = field(default_factory=dict)
    character_styles: dict[int, Style] = field(default_factory=dict)
    lists: dict[int, list[ListLevel]] = field(default_factory=dict)
    overrides: dict[int, int] = field(default_factory=dict)
    authors: list[str] = field(default_factory=list)

    def encoding_of(self, font: int) -> tuple[str, str]:
        """The encoding of the bytes of a font, and its name."""
        found = self.fonts.get(font) or self.fonts.get(self.default_font)
        if found is None:
            return self.encoding, ""
        encoding = None
        if found.code_page:
            encoding = charsets.of_code_page(found.code_page)
        elif found.charset is not None:
            encoding = charsets.of_charset(found.charset)
        else:
            encoding = charsets.of_name(found.name)
        return encoding or self.encoding, found.name

    def encoding_of_characters(self, characters: Characters) -> tuple[str, str]:
        """The encoding of bytes of such characters: text from right to left may have a font of its own."""
        if characters.is_rtl and characters.complex_font >= 0:
            found = self.encoding_of(characters.complex_font)
            if found[0] in charsets.RIGHT_TO_LEFT:
                return found
        return self.encoding_of(characters.font)

    def names(self, number: int) -> list[str]:
        """The names of a style of paragraphs and those that it is based on, in small letters."""
        return [style.name.lower() for style in self.chain(number)]

    def font(self, number: int) -> Font:
        """The font of that number, to be described."""
        if len(self.fonts) > _MOST_ENTRIES:
            return Font()
        return self.fonts.setdefault(number, Font())

    def chain(self, number: int) -> list[Style]:
        """A style of paragraphs and those that it is based on."""
        found: list[Style] = []
        at: int | None = number
        while at is not None and len(found) < _MOST_STEPS:
            style = self.styles.get(at)
            if style is None:
                break
            found.append(style)
            at = style.based_on if style.based_on != at else None
        return found

    def level_of(self, number: int) -> int | None:
        """The level of the outline of a style, 0 the highest; None if it has none."""
        for style in self.chain(number):
            if style.level is not None:
                return style.level
            named = _HEADING.match(style.name)
            if named and named.group(1) != "0":
                return int(named.group(1)) - 1
        return None

    def list_level(self, override: int, level: int) -> ListLevel:
        """How the items of a list are counted at a level."""
        levels = self.lists.get(self.overrides.get(override, 0), [])
        return levels[level] if level < len(levels) else ListLevel()

    def author(self, number: int) -> str:
        """Who made a change."""
        return self.authors[number] if 0 <= number < len(self.authors) else ""
