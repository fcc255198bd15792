"""What stands alone in a page: pictures, rules, lines of code, formulas."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import unquote_to_bytes

from cowrite.interchange.manuscript import CodeBlock, Picture, Run, SceneBreak
from cowrite.interchange.readers.html import tags
from cowrite.interchange.readers.html.flow import PageFlow
from cowrite.interchange.readers.html.looks import address_of, classes_of
from cowrite.localization import tr

_DATA = re.compile(r"data:\s*([\w.+-]+/[\w.+-]+)?((?:;[^,;]*)*),", re.I)
_WEB = re.compile(r"https?://", re.I)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.I)
_LANGUAGE = re.compile(r"(?:language|lang|highlight-source|brush:?)[-:]?\s*([\w+#.-]+)")


def stand_alone(element: Any, flow: PageFlow, base: str) -> None:
    """An element whose content is no text that flows."""
    match element.tag:
        case "br":
            _line_break(element, flow)
        case "hr":
            flow.flush()
            flow.builder.add_block(SceneBreak())
        case "img":
            _picture(element, flow, base)
        case "input":
            _input(element, flow)
        case "pre" | "listing" | "xmp":
            _code(element, flow)
        case "math":
            _formula(element, flow)


def _line_break(element: Any, flow: PageFlow) -> None:
    if "page-break-before" in element.get("style", ""):
        flow.flush()
    elif "Apple-interchange-newline" not in element.get("class", ""):
        flow.line_break()


def _input(element: Any, flow: PageFlow) -> None:
    kind = element.get("type", "text").lower()
    if kind == "checkbox":
        flow.run("☑ " if element.get("checked") is not None else "☐ ")
    elif kind != "hidden":
        flow.report.leave_out(tr("form fields and buttons"))


def _picture(element: Any, flow: PageFlow, base: str) -> None:
    source, description = element.get("src", "").strip(), element.get("alt", "").strip()
    role = element.get("aria-roledescription", "")
    if "checkbox" in role:  # of a list of Google Docs
        is_ticked = role.startswith("checked") or description.startswith("checked")
        flow.run("☑ " if is_ticked else "☐ ")
        return
    if element.get("width") in ("0", "1") and element.get("height") in ("0", "1"):
        return  # it counts readers
    if source[:5].lower() == "data:":
        source = _kept(source, flow)
    elif _SCHEME.match(source) and not _WEB.match(source):
        flow.report.leave_out(tr("picture that lies outside of the document"))
        source = ""
    else:
        source = address_of(source, base)
    if source:
        flow.builder.add(Picture(source, description, flow.look.link))
    elif description:
        flow.run(description)


def _kept(source: str, flow: PageFlow) -> str:
    """The name under which a picture is kept that stands in the page itself; empty if it is none."""
    match = _DATA.match(source[:300])
    if match is None:
        flow.report.leave_out(tr("picture that is damaged or too large"))
        return ""
    body = source[match.end() :]
    try:
        if "base64" in (match.group(2) or "").lower():
            bare = re.sub(r"[\s]+|%0[AaDd]", "", body).replace("%2B", "+").replace("%2F", "/")
            bare = bare.replace("%3D", "=").rstrip("=")
            data = base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True)
        else:
            data = unquote_to_bytes(body)
    except (binascii.Error, ValueError):
        flow.report.leave_out(tr("picture that is damaged or too large"))
        return ""
    return flow.pictures.add(data)


def _code(element: Any, flow: PageFlow) -> None:
    text = "".join(_lines(element))
    if flow.open_cells:
        flow.text(text)
        return
    flow.flush()
    text = text.removeprefix("\n").rstrip("\n")
    if text.strip():
        flow.builder.add_block(CodeBlock(text, _language(element)))


def _lines(element: Any) -> list[str]:
    """All text of an element but scripts and buttons, with line ends for ``br``."""
    found: list[str] = []
    waiting: list[Any] = [element]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            found.append(each)
            continue
        if not isinstance(each.tag, str) or each.tag in tags.SILENT | tags.FORMS:
            continue
        if each.tag == "br":
            found.append("\n")
        for child in reversed(each):
            if child.tail:
                waiting.append(child.tail)
            waiting.append(child)
        if each.text:
            waiting.append(each.text)
    return found


def _language(element: Any) -> str:
    inner = element[0] if len(element) else None
    around = element.getparent()
    for each in (element, inner, around):
        if each is None or not isinstance(each.tag, str):
            continue
        for name in classes_of(each):
            match = _LANGUAGE.fullmatch(name)
            if match:
                return match.group(1)
    return ""


def _formula(element: Any, flow: PageFlow) -> None:
    """A formula as its source if the page has it, else as the characters in it."""
    source = element.get("alttext") or next(
        ("".join(each.itertext()) for each in element.iter("annotation")), ""
    )
    text = source or " ".join("".join(element.itertext()).split())
    flow.report.leave_out(tr("layout of an equation; its characters are kept"))
    if text.strip():
        look = flow.look
        flow.builder.add(Run(" ".join(text.split()), look.marks, look.link, look.change))
