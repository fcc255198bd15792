"""Markdown, read as the window shows it."""

from __future__ import annotations

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import Link, Manuscript, Metadata, Run
from cowrite.interchange.markup.blocks import MarkdownReading
from cowrite.interchange.markup.front_matter import read_head
from cowrite.interchange.options import ReadOptions
from cowrite.interchange.readers.common.ends import tidied
from cowrite.interchange.report import Report
from cowrite.interchange.tidying import is_safe_address
from cowrite.interchange.tidying.notes import contents
from cowrite.localization import tr, trn

LARGEST = 16_000_000
"""Bytes beyond which no file is read."""


def read(data: bytes, options: ReadOptions, report: Report) -> Manuscript:
    """The manuscript in a file of UTF-8. Raises UserError.

    With ``keep_changes``, CriticMarkup in it is changes; otherwise its braces are text.
    """
    if len(data) > LARGEST:
        raise UserError(
            tr("This text is too large to be converted."), tr("Divide it into several files.")
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(
            tr("This text is not written in UTF-8."),
            tr("Open it in Cowrite, choose its encoding, and save it as UTF-8."),
        ) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    metadata, body = (Metadata(), text) if options.is_fragment else read_head(text)
    reading = MarkdownReading(keep_changes=options.keep_changes)
    found = reading.read(body)
    _say_links(found, report)
    if options.keep_changes and (count := _changes(found)):
        report.kept[tr("tracked change")] += count
    for name, count in reading.tags.items():
        report.leave_out(trn("HTML tag <{name}>", "{count} HTML tags <{name}>", count, name=name))
    return tidied(Manuscript(found.blocks, found.notes, metadata), report)


def _changes(manuscript: Manuscript) -> int:
    """How many stretches of the text are changes."""
    count = 0
    for part in (manuscript.blocks, *manuscript.notes.values()):
        for content in contents(part):
            changes = [getattr(each, "change", None) for each in content]
            count += sum(
                change is not None and change != before
                for before, change in zip([None, *changes], changes, strict=False)
            )
    return count


def _say_links(manuscript: Manuscript, report: Report) -> None:
    """Say which links lead nowhere that a file may lead to; their words stay."""
    for part in (manuscript.blocks, *manuscript.notes.values()):
        for content in contents(part):
            links: set[Link] = {
                each.link for each in content if isinstance(each, Run) and each.link is not None
            }
            for link in sorted(links, key=lambda each: each.address):
                if not is_safe_address(link.address):
                    report.leave_out(tr("a link"), link.address[:80])
