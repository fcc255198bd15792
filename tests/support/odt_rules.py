"""What an OpenDocument text has to hold: parts, styles, places of elements, tracked changes."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from lxml import etree

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT = f"{{{_OASIS}text:1.0}}"
STYLE = f"{{{_OASIS}style:1.0}}"
OFFICE = f"{{{_OASIS}office:1.0}}"
TABLE = f"{{{_OASIS}table:1.0}}"
DRAW = f"{{{_OASIS}drawing:1.0}}"
FO = f"{{{_OASIS}xsl-fo-compatible:1.0}}"
MANIFEST = f"{{{_OASIS}manifest:1.0}}"
XLINK = "{http://www.w3.org/1999/xlink}"

_TEXT_PARTS = """
span a s tab line-break note bookmark bookmark-start bookmark-end change change-start change-end page-number
"""
_IN_A_PARAGRAPH = {TEXT + each for each in _TEXT_PARTS.split()} | {DRAW + "frame", DRAW + "a"}
_HOLDS = {
    OFFICE + "text": {
        TEXT + "p",
        TEXT + "h",
        TEXT + "list",
        TABLE + "table",
        TEXT + "tracked-changes",
    },
    TEXT + "list": {TEXT + "list-item"},
    TEXT + "list-item": {TEXT + "p", TEXT + "h", TEXT + "list"},
    TEXT + "note-body": {TEXT + "p", TEXT + "h", TEXT + "list"},
    TEXT + "note": {TEXT + "note-citation", TEXT + "note-body"},
    TABLE + "table": {TABLE + "table-column", TABLE + "table-header-rows", TABLE + "table-row"},
    TABLE + "table-row": {TABLE + "table-cell"},
    TABLE + "table-cell": {TEXT + "p"},
    TEXT + "p": _IN_A_PARAGRAPH,
    TEXT + "h": _IN_A_PARAGRAPH,
    TEXT + "span": _IN_A_PARAGRAPH,
    TEXT + "a": _IN_A_PARAGRAPH - {TEXT + "a"},
    DRAW + "a": {DRAW + "frame"},
}
_FAMILIES = {
    TEXT + "p": "paragraph",
    TEXT + "h": "paragraph",
    TEXT + "span": "text",
    TEXT + "a": "text",
    TABLE + "table": "table",
    TABLE + "table-cell": "table-cell",
    DRAW + "frame": "graphic",
}


class Odt:
    """An ODT file taken apart; :meth:`faults` says what is wrong with it."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.names = archive.namelist()
            self._first = archive.infolist()[0]
            self.files = {name: archive.read(name) for name in self.names}
        self.content: Any = etree.fromstring(self.files["content.xml"])
        self.styles: Any = etree.fromstring(self.files["styles.xml"])
        self.meta: Any = etree.fromstring(self.files["meta.xml"])
        self._faults: list[str] = []

    @property
    def text(self) -> Any:
        """The element that holds the text."""
        return self.content.find(f"{OFFICE}body/{OFFICE}text")

    def paragraphs(self) -> list[str]:
        """The text of each paragraph and heading, in order, with what is deleted first."""
        return ["".join(each.itertext()) for each in self.text.iter(TEXT + "p", TEXT + "h")]

    def parents(self, name: str) -> list[Any]:
        """A style and those it is based on."""
        found = []
        styles = {each.get(STYLE + "name"): each for each in self.all_styles()}
        while name in styles and styles[name] not in found:
            found.append(styles[name])
            name = styles[name].get(STYLE + "parent-style-name")
        return found

    def all_styles(self) -> list[Any]:
        """All styles of both parts."""
        return [*self.styles.iter(STYLE + "style"), *self.content.iter(STYLE + "style")]

    def faults(self) -> list[str]:
        """Sentences; none for a good file."""
        self._faults = []
        self._check_package()
        self._check_styles()
        for element in self.content.iter():
            allowed = _HOLDS.get(element.tag)
            if allowed is not None:
                wrong = [child.tag for child in element if child.tag not in allowed]
                if wrong or not (len(element) or element.tag in _MAY_BE_EMPTY):
                    self._faults.append(f"{element.tag} holds {wrong}")
        self._check_tables()
        self._check_changes()
        self._check_places()
        return self._faults

    def _check_package(self) -> None:
        kind = b"application/vnd.oasis.opendocument.text"
        if self._first.filename != "mimetype" or self._first.compress_type != zipfile.ZIP_STORED:
            self._faults.append("no mimetype at the beginning")
        if self.files["mimetype"] != kind:
            self._faults.append("another mimetype")
        manifest = etree.fromstring(self.files["META-INF/manifest.xml"])
        said = {each.get(MANIFEST + "full-path") for each in manifest}
        if said != {"/", *self.names} - {"mimetype", "META-INF/manifest.xml"}:
            self._faults.append(f"the manifest says {said}")
        for image in self.content.iter(DRAW + "image"):
            if image.get(XLINK + "href") not in self.names:
                self._faults.append("a picture is missing")

    def _check_styles(self) -> None:
        known = {
            (each.get(STYLE + "family"), each.get(STYLE + "name")) for each in self.all_styles()
        }
        if len(known) != len(self.all_styles()):
            self._faults.append("a style comes twice")
        lists = {each.get(STYLE + "name") for each in self.content.iter(TEXT + "list-style")}
        for tree in (self.content, self.styles):
            for element in tree.iter():
                family = _FAMILIES.get(element.tag)
                space = {TABLE: TABLE, DRAW: DRAW}.get(
                    element.tag[: element.tag.index("}") + 1], TEXT
                )
                name = element.get(space + "style-name")
                if family is not None and name is not None and (family, name) not in known:
                    self._faults.append(f"no style {name} for {element.tag}")
                if element.tag == TEXT + "list" and name not in lists:
                    self._faults.append(f"no list style {name}")
        for style in self.all_styles():
            family = style.get(STYLE + "family")
            for key in ("parent-style-name", "next-style-name"):
                other = style.get(STYLE + key)
                if other is not None and (family, other) not in known:
                    self._faults.append(f"no style {other}")
        masters = {each.get(STYLE + "name") for each in self.styles.iter(STYLE + "master-page")}
        wanted = {style.get(STYLE + "master-page-name") for style in self.all_styles()}
        if wanted - masters - {None}:
            self._faults.append(f"no pages {wanted - masters}")
        fonts = {each.get(STYLE + "name") for each in self.styles.iter(STYLE + "font-face")}
        for each in self.styles.iter(STYLE + "text-properties"):
            for key in ("font-name", "font-name-asian", "font-name-complex"):
                if each.get(STYLE + key) not in {*fonts, None}:
                    self._faults.append(f"no font {each.get(STYLE + key)}")

    def _check_tables(self) -> None:
        for table in self.text.iter(TABLE + "table"):
            columns = int(table[0].get(TABLE + "number-columns-repeated"))
            for row in table.iter(TABLE + "table-row"):
                if len(row) != columns:
                    self._faults.append("a row that is too short or too long")
            if any(
                each.tag in (TEXT + "list-item", TEXT + "note-body")
                for each in table.iterancestors()
            ):
                self._faults.append("a table where none may be")

    def _check_changes(self) -> None:
        regions = [each.get(TEXT + "id") for each in self.text.iter(TEXT + "changed-region")]
        if len(set(regions)) != len(regions):
            self._faults.append("a change comes twice")
        starts = [each.get(TEXT + "change-id") for each in self.text.iter(TEXT + "change-start")]
        ends = [each.get(TEXT + "change-id") for each in self.text.iter(TEXT + "change-end")]
        points = [each.get(TEXT + "change-id") for each in self.text.iter(TEXT + "change")]
        if starts != ends or sorted(starts + points) != sorted(regions):
            self._faults.append(f"changes {regions}: from {starts} to {ends}, at {points}")

    def _check_places(self) -> None:
        places = [each.get(TEXT + "name") for each in self.text.iter(TEXT + "bookmark-start")]
        for link in self.text.iter(TEXT + "a"):
            address = link.get(XLINK + "href")
            if address.startswith("#") and address[1:] not in places:
                self._faults.append(f"a link leads to {address}")
        notes = [each.get(TEXT + "id") for each in self.text.iter(TEXT + "note")]
        if len(set(notes)) != len(notes):
            self._faults.append("a note comes twice")
        for note in self.text.iter(TEXT + "note"):
            if next(note.iterancestors(TEXT + "note"), None) is not None:
                self._faults.append("a note in a note")


_MAY_BE_EMPTY = {TEXT + "p", TEXT + "h", TEXT + "span", TEXT + "a"}


def odt_faults(data: bytes) -> list[str]:
    """What is wrong with a file."""
    return Odt(data).faults()
