"""Markdown that the reader reads as the same manuscript.

Emphasis is written with ``*``. Where Markdown cannot end or begin it, as after a sign and before a letter
(``*Wait—*what``), the sign is moved out of it; where even that does not help, tags of HTML say it (``<em>``).
"""

from __future__ import annotations

from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.markup.front_matter import head_of
from cowrite.interchange.options import WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.tidying.changes import resolved
from cowrite.interchange.writers.markdown.blocks import BlockWriter
from cowrite.localization import trn

_BYTE_ORDER_MARK = "\ufeff"


def write(manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
    """The text in UTF-8; a fragment has no front matter.

    With ``tracked_changes`` changes are CriticMarkup, otherwise they are accepted.
    """
    if not options.tracked_changes:
        manuscript = resolved(manuscript, accept=True)
    writer = BlockWriter(frozenset(manuscript.notes), keep_changes=options.tracked_changes)
    parts = [writer.text_of(manuscript.blocks)]
    parts += [writer.note(label, note) for label, note in manuscript.notes.items()]
    text = "\n\n".join(part for part in parts if part)
    head = "" if options.is_fragment else head_of(manuscript.metadata)
    if writer.moved:
        what = trn(
            "emphasis of a sign beside a word",
            "emphasis of signs beside {count} words",
            writer.moved,
        )
        report.leave_out(what)
    text = head + (text + "\n" if text else "")
    if text.startswith(_BYTE_ORDER_MARK):
        text = _BYTE_ORDER_MARK + text  # the first one is no part of a text
    return text.encode()
