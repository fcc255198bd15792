"""Changed ends of paragraphs: what there is no place for is said."""

from __future__ import annotations

from cowrite.interchange.manuscript import (
    Blocks,
    Heading,
    ListBlock,
    Manuscript,
    Paragraph,
    Quotation,
    Run,
)
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import tidy
from cowrite.localization import tr


def tidied(manuscript: Manuscript, report: Report) -> Manuscript:
    """The canonical form, which knows a changed end only between two paragraphs; says so if others were found."""
    found = tidy(manuscript)
    if _ends(manuscript) > _ends(found):
        report.leave_out(
            tr(
                "marks of paragraph ends that were inserted or deleted where no other paragraph follows"
            )
        )
    return found


def _ends(manuscript: Manuscript) -> int:
    return sum(map(_ends_of, (manuscript.blocks, *manuscript.notes.values())))


def _ends_of(blocks: Blocks) -> int:
    count = 0
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                is_seen = any(
                    not isinstance(each, Run) or each.text.strip() for each in block.content
                )
                count += block.end is not None and is_seen
            case Quotation():
                count += _ends_of(block.blocks)
            case ListBlock():
                count += sum(map(_ends_of, block.items))
    return count
