"""The parts of an ODT file."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.interchange.archives import Archive, parse_xml, refusals
from cowrite.interchange.readers.odt.names import Element

KIND = "ODT"
_TEXTS = b"application/vnd.oasis.opendocument.text"
_MOST_MANIFEST = 4 << 20
_MOST_PICTURE = 24 << 20


class Package:
    """The archive, opened. Raises UserError if it is no text, or if it is encrypted."""

    def __init__(self, data: bytes) -> None:
        self._archive = Archive(data, KIND)
        manifest = self._archive.read("META-INF/manifest.xml", _MOST_MANIFEST) or b""
        if b"encryption-data" in manifest or "encrypted-package" in self._archive:
            raise refusals.protected(KIND)
        media_type = (self._archive.read("mimetype", 200) or b"").strip()
        if media_type and not media_type.startswith(_TEXTS):
            raise refusals.of_another_kind(KIND)

    def content(self) -> Element:
        """The root of the text. Raises UserError."""
        data = self._archive.read("content.xml")
        if data is None:
            raise refusals.of_another_kind(KIND)
        return parse_xml(data, KIND)

    def other(self, name: str) -> Element | None:
        """The root of a part without which the text can do; None if it is missing or damaged."""
        try:
            data = self._archive.read(name)
            return None if data is None else parse_xml(data, KIND)
        except UserError:
            return None

    def picture(self, name: str) -> bytes | None:
        """The bytes of a picture, or None if there is no such part, or none that can be read."""
        try:
            return self._archive.read(name.removeprefix("./"), _MOST_PICTURE)
        except UserError:
            return None
