"""How a manuscript is set on paper, as the writer chose it. Lengths are in points (1/72 inch) unless named."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QRectF
from PySide6.QtGui import QPageLayout, QPageSize

from cowrite.settings.preferences import Preferences

POINTS_PER_MM = 72 / 25.4
PAPERS = {
    "A4": QPageSize.PageSizeId.A4,
    "A5": QPageSize.PageSizeId.A5,
    "Letter": QPageSize.PageSizeId.Letter,
    "Legal": QPageSize.PageSizeId.Legal,
}
FIELDS = (
    "print_paper",
    "print_margin_mm",
    "print_font",
    "print_size_pt",
    "print_line_percent",
    "print_indent",
    "print_title",
    "print_page_numbers",
    "print_new_page",
)
"""The preferences that it is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSetup:
    """Paper, type, and what stands on a page beside the text."""

    paper: str
    margin_mm: int
    font: str
    size_pt: int
    line_percent: int
    indent: bool
    title: bool
    page_numbers: bool
    new_page: bool

    @classmethod
    def of(cls, preferences: Preferences) -> PageSetup:
        """What the writer chose."""
        return cls(**{name.removeprefix("print_"): getattr(preferences, name) for name in FIELDS})

    @property
    def layout(self) -> QPageLayout:
        """Paper and margins as Qt's printers have them; the margins are the text's own business."""
        return QPageLayout(
            QPageSize(PAPERS[self.paper]), QPageLayout.Orientation.Portrait, QMarginsF(0, 0, 0, 0)
        )

    @property
    def sheet(self) -> QRectF:
        """The whole sheet."""
        return QRectF(self.layout.fullRect(QPageLayout.Unit.Point))

    @property
    def text_area(self) -> QRectF:
        """Where the text stands on the sheet."""
        margin = self.margin_mm * POINTS_PER_MM
        return self.sheet.adjusted(margin, margin, -margin, -margin)
