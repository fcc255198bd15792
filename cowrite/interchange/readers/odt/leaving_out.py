"""What of a text is not read: declarations, marks, what is hidden, and what is made of the rest."""

from __future__ import annotations

from cowrite.interchange.readers.odt.names import (
    DC,
    FORM,
    MATH,
    META,
    OFFICE,
    SCRIPT,
    STYLE,
    SVG,
    TEXT,
    Element,
)
from cowrite.interchange.report import Report
from cowrite.localization import tr

_INDEXES = frozenset(
    TEXT + each
    for each in (
        "table-of-content",
        "alphabetical-index",
        "illustration-index",
        "table-index",
        "object-index",
        "user-index",
    )
)
_SILENT = frozenset(
    TEXT + each
    for each in (
        "tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls", "number",
        "note-citation", "bookmark", "bookmark-start", "bookmark-end", "reference-mark", "reference-mark-start",
        "reference-mark-end", "toc-mark", "toc-mark-start", "toc-mark-end", "alphabetical-index-mark",
        "alphabetical-index-mark-start", "alphabetical-index-mark-end", "user-index-mark", "user-index-mark-start",
        "user-index-mark-end", "alphabetical-index-auto-mark-file", "soft-page-break", "script", "section-source",
        "bibliography-source", "index-title-template", "hidden-paragraph", "dde-connection", "page-variable-set",
        "list-style", "notes-configuration", "linenumbering-configuration", "variable-set", "variable-input",
    )
)  # fmt: skip
_SILENT |= {
    OFFICE + "annotation-end", OFFICE + "forms", OFFICE + "event-listeners", OFFICE + "dde-source",
    OFFICE + "change-info",
}  # fmt: skip
_OTHERS = (DC, FORM, META, SCRIPT, STYLE, SVG)


def is_left_out(element: Element, report: Report) -> bool:
    """Whether nothing in an element is read; what a person might miss is said."""
    tag = element.tag
    if tag in _SILENT or tag.startswith(_OTHERS):
        # A variable that is set may be shown where it is set.
        return not (
            tag in (TEXT + "variable-set", TEXT + "variable-input")
            and element.get(TEXT + "display") != "none"
        )
    if tag.endswith("}sender-initials"):
        return True
    if tag in _INDEXES:
        report.leave_out(tr("table of contents, which is made of the headings"))
        return True
    if tag.startswith(MATH):
        report.leave_out(tr("equation"))
        return True
    if tag == TEXT + "section" and _is_hidden(element):
        report.leave_out(tr("hidden text"))
        return True
    if tag == TEXT + "hidden-text" and element.get(TEXT + "is-hidden", "true") == "true":
        report.leave_out(tr("hidden text"))
        return True
    if tag == TEXT + "placeholder":
        report.leave_out(tr("placeholder of a form"))
        return True
    return False


def _is_hidden(section: Element) -> bool:
    display = section.get(TEXT + "display")
    is_met = section.get(TEXT + "is-hidden") == "true"
    return bool(display == "none" or (display == "condition" and is_met))


def say_headers(styles: Element | None, report: Report) -> None:
    """Say that there is text at the edges of the pages, which is not read."""
    if styles is None:
        return
    for kind in ("header", "footer", "header-left", "footer-left", "header-first", "footer-first"):
        for element in styles.iter(STYLE + kind):
            if any(text.strip() for text in element.itertext()):
                report.leave_out(tr("page headers and footers"))
                return
