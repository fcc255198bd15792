"""What of a page is not its text: what nobody sees, what moves, plays or asks, and what only a paper page has."""

from __future__ import annotations

from typing import Any

from cowrite.interchange.readers.html import tags
from cowrite.interchange.readers.html.css import Declarations, is_hidden
from cowrite.interchange.readers.html.looks import classes_of
from cowrite.interchange.report import Report
from cowrite.localization import tr

_PAPER = frozenset({"header", "footer"})
_SIGNS_OF_PLACES = frozenset({"", "#", "¶", "§", "🔗"})


def is_left_out(element: Any, style: Declarations, report: Report) -> bool:
    """Whether nothing in an element is read; what a person might miss is said."""
    tag = element.tag
    if tag in tags.SILENT:
        return True
    if _is_hidden(element, style):
        if _has_words(element):
            report.leave_out(tr("hidden text"))
        return True
    if tag in tags.MEDIA:
        report.leave_out(tr("sound, film and pages within the page"))
        return True
    if tag in tags.DRAWINGS:
        report.leave_out(tr("drawing"))
        return True
    if tag in tags.FORMS and tag != "input":
        report.leave_out(tr("form fields and buttons"))
        return True
    if not element.attrib:
        return False
    if (tag == "div" and element.get("title") in _PAPER) or style.get("mso-element") in _PAPER:
        report.leave_out(tr("page headers and footers"))
        return True
    if style.get("mso-element") == "comment-list":  # those that belong to a place are read there
        if _has_words(element):
            report.leave_out(tr("comment"))
        return True
    if tag == "span" and "katex-html" in classes_of(element):
        return True  # the formula once more, as a look
    if tag == "p" and any(each.startswith("MsoToc") for each in classes_of(element)):
        report.leave_out(tr("table of contents, which is made of the headings"))
        return True
    return tag == "a" and _is_sign_of_place(element)


def _is_hidden(element: Any, style: Declarations) -> bool:
    if element.tag in ("html", "body"):  # some are hidden until their scripts have run
        return False
    if element.tag == "dialog" and element.get("open") is None:
        return True
    return element.get("hidden") is not None or (bool(style) and is_hidden(style))


def _has_words(element: Any) -> bool:
    return any(piece.strip() for piece in element.itertext())


def _is_sign_of_place(element: Any) -> bool:
    """The small sign beside a heading that leads to itself."""
    if not element.get("href", "").startswith("#"):
        return False
    kinds = element.get("class", "")
    is_marked = element.get("aria-hidden") == "true" or any(
        each in kinds for each in ("anchor", "headerlink", "permalink")
    )
    return is_marked and "".join(element.itertext()).strip() in _SIGNS_OF_PLACES
