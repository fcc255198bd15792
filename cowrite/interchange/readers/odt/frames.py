"""Frames: text boxes, pictures, and objects that are neither."""

from __future__ import annotations

import base64

from cowrite.interchange.manuscript import Picture
from cowrite.interchange.readers.odt.document import Document
from cowrite.interchange.readers.odt.flow import Leave, TextFlow
from cowrite.interchange.readers.odt.names import DRAW, MATH, OFFICE, SVG, TEXT, XLINK, Element
from cowrite.interchange.tidying import is_safe_address
from cowrite.localization import tr

_CHARACTERS = [MATH + name for name in ("mi", "mo", "mn", "mtext", "ms")]
_SHAPES = frozenset(
    {
        "custom-shape",
        "rect",
        "ellipse",
        "circle",
        "line",
        "polygon",
        "polyline",
        "path",
        "caption",
        "connector",
    }
)


class FrameReader:
    """Reads the elements of drawings."""

    def __init__(self, document: Document, flow: TextFlow) -> None:
        self._document = document
        self._flow = flow

    def part(self, element: Element) -> Leave | None:
        """An element of a drawing; its text is a text of its own, once."""
        name = element.tag.removeprefix(DRAW)
        if name == "frame":
            return self._frame(element)
        if name == "text-box":
            return self._box()
        if name in _SHAPES:
            has_text = next(element.iter(TEXT + "p"), None) is not None
            if not has_text:
                self._flow.report.leave_out(tr("drawing"))
                return None
            return self._box()
        if name in ("a", "g"):
            return _nothing
        return None  # pictures and objects are read with their frames

    def _frame(self, element: Element) -> Leave | None:
        """Of several things that stand for each other, the first that can be carried."""
        kinds = {each.tag.removeprefix(DRAW) for each in element if isinstance(each.tag, str)}
        if "text-box" in kinds:
            return _nothing
        flow = self._flow
        images = element.findall(DRAW + "image")
        if "object" in kinds and (formula := self._formula(element)):
            flow.report.leave_out(tr("layout of an equation; its characters are kept"))
            flow.text(formula)
            return None
        if "object" in kinds or "object-ole" in kinds:
            flow.report.leave_out(tr("embedded object"))
            return None
        if images:
            self._picture(element, images)
        else:
            flow.report.leave_out(tr("embedded object"))
        return None

    def _formula(self, frame: Element) -> str:
        """The characters of a formula, which is a part of its own or stands in the frame; nothing if it is none."""
        held = frame.find(DRAW + "object")
        root = held.find(MATH + "math")
        if root is None:
            name = held.get(XLINK + "href", "").strip().removeprefix("./")
            root = self._document.package.other(f"{name}/content.xml") if name else None
        if root is None or root.tag != MATH + "math":
            return ""
        pieces = [each.text or "" for each in root.iter(*_CHARACTERS)]
        return " ".join("".join(pieces).split())

    def _picture(self, frame: Element, images: list[Element]) -> None:
        flow = self._flow
        texts = [frame.findtext(SVG + each) or "" for each in ("desc", "title")]
        description = next((" ".join(each.split()) for each in texts if each.strip()), "")
        name = ""
        for image in images:
            name = self._kept(image)
            if name:
                break
        if name:
            flow.add(Picture(name, description, flow.look.link))
        elif description:
            flow.text(description)

    def _kept(self, image: Element) -> str:
        """The name under which a picture is kept; empty if it is left out, which is said."""
        report = self._flow.report
        source = image.get(XLINK + "href", "").strip()
        inline = image.findtext(OFFICE + "binary-data")
        if inline:
            try:
                return self._document.pictures.add(base64.b64decode(inline))
            except ValueError:
                report.leave_out(tr("picture that is damaged or too large"))
                return ""
        if is_safe_address(source) and source[:4].lower() == "http":
            return str(source)
        data = None if ":" in source else self._document.package.picture(source)
        if data is None:
            is_outside = ":" in source or source.startswith(("/", ".."))
            report.leave_out(
                tr("picture that lies outside of the document")
                if is_outside
                else tr("picture that is damaged or too large")
            )
            return ""
        return self._document.pictures.add(data)

    def _box(self) -> Leave:
        flow = self._flow
        flow.begin()

        def end() -> None:
            blocks = flow.end()
            if blocks:
                flow.add_after(blocks)
                flow.report.kept[tr("text box")] += 1

        return end


def _nothing() -> None:
    """An element that says nothing of its own ends."""
