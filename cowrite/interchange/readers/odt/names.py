"""Names of OpenDocument as lxml writes them."""

from __future__ import annotations

from typing import Any, TypeAlias

Element: TypeAlias = Any
"""An element of lxml, which comes without types."""

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_OASIS}office:1.0}}"
TEXT = f"{{{_OASIS}text:1.0}}"
STYLE = f"{{{_OASIS}style:1.0}}"
TABLE = f"{{{_OASIS}table:1.0}}"
DRAW = f"{{{_OASIS}drawing:1.0}}"
FO = f"{{{_OASIS}xsl-fo-compatible:1.0}}"
SVG = f"{{{_OASIS}svg-compatible:1.0}}"
META = f"{{{_OASIS}meta:1.0}}"
FORM = f"{{{_OASIS}form:1.0}}"
SCRIPT = f"{{{_OASIS}script:1.0}}"
XLINK = "{http://www.w3.org/1999/xlink}"
DC = "{http://purl.org/dc/elements/1.1/}"
MATH = "{http://www.w3.org/1998/Math/MathML}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def number(value: str | None, otherwise: int, most: int = 999_999_999) -> int:
    """A number out of an attribute, not negative and not absurd."""
    text = (value or "").strip()
    return (
        min(int(text), most) if text.isascii() and text.isdigit() and len(text) <= 12 else otherwise
    )
