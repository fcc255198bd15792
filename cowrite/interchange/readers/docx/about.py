"""What a document says of itself: title, author, language."""

from __future__ import annotations

import re

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import Metadata
from cowrite.interchange.readers.docx.names import DC, Element, W, child
from cowrite.interchange.readers.docx.package import Package
from cowrite.interchange.readers.docx.source import Source

_EAST_ASIAN = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_NO_LANGUAGE = ("x-none", "zxx")


def core_properties(package: Package) -> dict[str, str]:
    """What the file's properties say, by the names of their elements; nothing if they are damaged."""
    found: dict[str, str] = {}
    try:
        part = package.properties()
        for element in () if part is None else part.root():
            found.setdefault(element.tag, " ".join((element.text or "").split()))
    except UserError:
        return {}  # the text does without them
    return found


def metadata(source: Source) -> Metadata:
    """The title that the text begins with, else the one of the file's properties."""
    core = source.core
    # What the properties say is said of the whole; the styles name a language for each script, used or not.
    language = _known(core.get(DC + "language")) or _language(source)
    return Metadata(source.title or core.get(DC + "title", ""), source.author, language)


def _language(source: Source) -> str:
    """The one that the styles set for the script that most of the text is in."""
    text = "".join(source.sample)
    attribute = "val"
    if len(_EAST_ASIAN.findall(text)) * 3 > len(text):
        attribute = "eastAsia"
    elif len(_RIGHT_TO_LEFT.findall(text)) * 2 > len(text):
        attribute = "bidi"
    root = source.styles.root
    defaults = child(child(child(root, W + "docDefaults"), W + "rPrDefault"), W + "rPr")
    for properties in (_of_normal(root), defaults):
        language = child(properties, W + "lang")
        if language is not None and (found := _known(language.get(W + attribute))):
            return found
    return ""


def _of_normal(root: Element | None) -> Element | None:
    for style in () if root is None else root.iterchildren(W + "style"):
        if style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on"):
            found: Element | None = style.find(W + "rPr")
            return found
    return None


def _known(language: str | None) -> str:
    language = (language or "").strip().replace("_", "-")
    is_known = _LANGUAGE.fullmatch(language) and language.lower() not in _NO_LANGUAGE
    return language if is_known else ""
