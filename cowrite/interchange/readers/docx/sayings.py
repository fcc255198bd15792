"""What is said of a DOCX: things that are kept, accepted or left out, by their names for a person."""

from __future__ import annotations

from collections import Counter

from cowrite.interchange.report import Report
from cowrite.localization import tr, tr_noop

INSERTION = tr_noop("insertion")
DELETION = tr_noop("deletion")
MOVE = tr_noop("move")
FORMATTING = tr_noop("change of formatting")
COMMENT = tr_noop("comment")
NOTE = tr_noop("note")
PICTURE = tr_noop("picture")
TRACKED_CHANGE = tr_noop("tracked change")
TEXT_BOX = tr_noop("text box")

COLOUR = tr_noop("text colour")
HIGHLIGHT = tr_noop("highlighting")
UNDERLINE = tr_noop("underlining")
CAPITALS = tr_noop("capitals and small capitals by format")
RAISED = tr_noop("superscript and subscript")
HIDDEN = tr_noop("hidden text")
RUBY = tr_noop("readings above characters; they stand behind them")
HEADER = tr_noop("page headers and footers")
LAYOUT = tr_noop("columns, line numbers and page borders")
EQUATION = tr_noop("layout of an equation; its characters are kept")
CHART = tr_noop("chart")
DIAGRAM = tr_noop("SmartArt")
DRAWING = tr_noop("drawing")
EMBEDDED = tr_noop("embedded object")
OTHER_DOCUMENT = tr_noop("another document that is embedded")
CONTENTS = tr_noop("table of contents, which is made of the headings")
PLACEHOLDER = tr_noop("placeholder of a form")
NESTED_TABLE = tr_noop("table in a table; its text is kept")
LOST_COMMENT = tr_noop("comment on text that was deleted")
LOST_NOTE = tr_noop("note whose text is missing")
HEADING_NUMBERS = tr_noop("numbers of headings")
LOST_SYMBOL = tr_noop("sign of a font that is not known")
BAD_LINK = tr_noop("link to what is neither the web nor a place in the text; its words are kept")
BAD_PICTURE = tr_noop("picture that is damaged or too large")
LINKED_PICTURE = tr_noop("picture that lies outside of the document")
MOST_PLACE = 40
MOST_PLACES = 50
"""For one thing; its further places are not named."""


class Sayings:
    """Fills the report of a file that is read."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self._places: Counter[str] = Counter()

    def keep(self, what: str) -> None:
        """One more of these was kept as what it is."""
        self.report.kept[tr(what)] += 1

    def accept(self, what: str) -> None:
        """One more tracked change was accepted."""
        self.report.accepted[tr(what)] += 1

    def leave_out(self, what: str, where: str = "") -> None:
        """This could not be carried. ``where``: words of the place."""
        self._places[what] += 1
        if self._places[what] <= MOST_PLACES:
            self.report.leave_out(tr(what), shortened(where))


def shortened(text: str) -> str:
    """The beginning of a text as the name of its place."""
    words = " ".join(text.split())
    return words if len(words) <= MOST_PLACE else f"{words[: MOST_PLACE - 1].rstrip()}…"
