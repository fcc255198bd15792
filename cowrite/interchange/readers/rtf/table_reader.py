"""Reads the tables in front of a document, word by word."""

from __future__ import annotations

from dataclasses import dataclass, field

from cowrite.interchange.readers.rtf.document_tables import DocumentTables, Font, ListLevel, Style
from cowrite.interchange.readers.rtf.state import Destination

_MOST_LEVELS = 9
_MOST_NAME = 200
_MOST_ENTRIES = 20_000


@dataclass(slots=True)
class _OpenStyle:
    """A style whose group is open."""

    style: Style = field(default_factory=Style)
    number: int = 0
    is_of_characters: bool = False


class TableReader:
    """Takes the words and texts of the destinations that are tables."""

    def __init__(self, tables: DocumentTables) -> None:
        self._tables = tables
        self._font: Font | None = None
        self._styles = [_OpenStyle()]
        self._levels: list[ListLevel] = []
        self._override = 0
        self._author: list[str] = []

    def begin_group(self, destination: Destination) -> None:
        """A group begins in a table."""
        if destination is Destination.STYLES:
            self._styles.append(_OpenStyle())
        elif destination is Destination.AUTHORS:
            self._author = []

    def end_group(self, around: Destination, destination: Destination) -> None:
        """A group ends that began in ``around``."""
        tables = self._tables
        if around is Destination.STYLES and len(self._styles) > 1:
            opened = self._styles.pop()
            kind = tables.character_styles if opened.is_of_characters else tables.styles
            if (
                destination is Destination.STYLES
                and len(kind) < _MOST_ENTRIES
                and opened.style.name
            ):
                opened.style.name = opened.style.name.strip().rstrip(";").strip()
                kind.setdefault(opened.number, opened.style)
        elif around is Destination.AUTHORS and self._author:
            if len(tables.authors) < _MOST_ENTRIES:
                tables.authors.append("".join(self._author).strip().rstrip(";").strip())
            self._author = []

    def text(self, destination: Destination, text: str) -> None:
        """Text in a table: names."""
        if destination is Destination.FONTS and self._font is not None:
            if len(self._font.name) < _MOST_NAME:
                self._font.name += text.replace(";", "").strip("\n")
        elif destination is Destination.STYLES:
            style = self._styles[-1].style
            if len(style.name) < _MOST_NAME:
                style.name += text
        elif destination is Destination.AUTHORS:
            self._author.append(text[:_MOST_NAME])

    def word(self, destination: Destination, name: str, number: int | None) -> bool:
        """A word in a table; whether it was one of the table's."""
        match destination:
            case Destination.FONTS:
                return self._font_word(name, number or 0)
            case Destination.STYLES:
                return self._style_word(name, number)
            case Destination.LISTS:
                return self._list_word(name, number or 0)
            case Destination.OVERRIDES:
                return self._override_word(name, number or 0)
        return False

    def _font_word(self, name: str, number: int) -> bool:
        if name == "f":
            self._font = self._tables.font(number)
        elif self._font is not None and name == "fcharset":
            self._font.charset = number
        elif self._font is not None and name == "cpg":
            self._font.code_page = number
        else:
            return False
        return True

    def _style_word(self, name: str, number: int | None) -> bool:
        opened = self._styles[-1]
        style = opened.style
        is_on = number != 0
        match name:
            case "s" | "cs" | "ds" | "ts":
                opened.number, opened.is_of_characters = number or 0, name == "cs"
                if name in ("ds", "ts"):  # styles of sections and tables have numbers of their own
                    opened.number = -1 - opened.number
            case "sbasedon":
                style.based_on = number
            case "outlinelevel":
                style.level = number or 0
            case "b":
                style.bold = is_on
            case "i":
                style.italic = is_on
            case "strike" | "striked":
                style.strike = is_on
            case _:
                return False
        return True

    def _list_word(self, name: str, number: int) -> bool:
        match name:
            case "list":
                self._levels = []
            case "listlevel":
                if len(self._levels) < _MOST_LEVELS:
                    self._levels.append(ListLevel())
            case "levelnfc" | "levelnfcn":
                if self._levels:
                    self._levels[-1].format = number
            case "levelstartat":
                if self._levels:
                    self._levels[-1].start = max(0, min(number, 999_999))
            case "listid":
                if len(self._tables.lists) < _MOST_ENTRIES:
                    self._tables.lists[number] = self._levels
            case _:
                return False
        return True

    def _override_word(self, name: str, number: int) -> bool:
        if name == "listid":
            self._override = number
        elif name == "ls":
            if len(self._tables.overrides) < _MOST_ENTRIES:
                self._tables.overrides[number] = self._override
        else:
            return False
        return True
