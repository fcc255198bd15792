"""The parts of a DOCX and how they are related: which is the text, and where its notes, styles and pictures are."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from urllib.parse import unquote

from cowrite.base.errors import UserError
from cowrite.interchange.archives import Archive, parse_xml, refusals
from cowrite.interchange.readers.docx.names import Element, in_common_names

KIND = "DOCX"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_TEXT_TYPES = ("wordprocessingml.", "ms-word.document", "ms-word.template")


@dataclass(frozen=True, slots=True)
class Relation:
    """``target``: the name of a part. ``address``: as it is written. ``kind``: the last word of its type."""

    kind: str
    target: str
    address: str
    external: bool


@dataclass(frozen=True)
class Part:
    """A part of the package: what it holds, and by which marks it names other parts."""

    name: str
    data: bytes
    relations: dict[str, Relation] = field(default_factory=dict)

    def related(self, kind: str) -> str | None:
        """The name of the part of that kind, e.g. ``styles``."""
        for relation in self.relations.values():
            if relation.kind == kind and not relation.external:
                return relation.target
        return None

    def root(self) -> Element:
        """Its XML. Raises UserError if it is damaged or not safe."""
        return parse_xml(self.data, KIND)


class Package:
    """An opened DOCX. Raises UserError if it is none."""

    def __init__(self, data: bytes) -> None:
        self.archive = Archive(data, KIND)
        self._package = self._relations("")
        self.text = self._find_text()

    def part(self, name: str | None) -> Part | None:
        """A part of XML with its relations, or None if there is none. Raises UserError if it is damaged."""
        if name is None:
            return None
        data = self.archive.read(name)
        if data is None or not data.strip():
            return None
        return Part(name, in_common_names(data), self._relations(name))

    def related(self, kind: str, usual: str = "") -> Part | None:
        """A part that the text names, or the one with its ``usual`` name beside the text if it names none."""
        name = self.text.related(kind)
        if name is None and usual:
            name = posixpath.join(posixpath.dirname(self.text.name), usual)
        return self.part(name)

    def properties(self) -> Part | None:
        """The part with the title and the author."""
        for relation in self._package.values():
            if relation.kind == "core-properties" and not relation.external:
                return self.part(relation.target)
        return self.part("docProps/core.xml")

    def _find_text(self) -> Part:
        types = self._types()
        names = [each.target for each in self._package.values() if each.kind == "officeDocument"]
        names += [name for name, kind in types.items() if kind.endswith("main+xml")]
        for name in dict.fromkeys((*names, "word/document.xml")):
            kind = types.get("/" + name.lstrip("/").casefold(), "")
            if kind and "main+xml" in kind and not any(word in kind for word in _TEXT_TYPES):
                raise refusals.of_another_kind(KIND)
            part = self.part(name.lstrip("/"))
            if part is not None:
                return part
        is_word = any(name.replace("\\", "/").startswith("word/") for name in self.archive.names)
        raise refusals.damaged(KIND) if is_word else refusals.of_another_kind(KIND)

    def _types(self) -> dict[str, str]:
        data = self.archive.read("[Content_Types].xml")
        if not data:
            return {}
        try:
            root = parse_xml(data, KIND)
        except UserError:
            return {}  # the relations say as much
        return {
            (each.get("PartName") or "").casefold(): (each.get("ContentType") or "").casefold()
            for each in root.iterchildren(_TYPES + "Override")
        }

    def _relations(self, name: str) -> dict[str, Relation]:
        folder, base = posixpath.split(name)
        data = self.archive.read(posixpath.join(folder, "_rels", f"{base}.rels"))
        if not data:
            return {}
        found: dict[str, Relation] = {}
        for each in parse_xml(data, KIND).iterchildren(_PACKAGE + "Relationship"):
            mark, target = each.get("Id"), each.get("Target")
            if mark and target is not None:
                external = (each.get("TargetMode") or "").lower() == "external"
                name = "" if external else _part_name(folder, target)
                kind = (each.get("Type") or "").rsplit("/", 1)[-1]
                found[mark] = Relation(kind, name, target, external)
        return found


def _part_name(folder: str, target: str) -> str:
    target = unquote(target).replace("\\", "/")
    name = target if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(name).lstrip("/")
