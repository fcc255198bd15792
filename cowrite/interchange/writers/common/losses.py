"""Counts what a file cannot carry while it is written, and says it once at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from cowrite.interchange.report import Report
from cowrite.localization import tr, trn


@dataclass
class Losses:
    """One number for each kind of loss."""

    comments: int = 0
    html: int = 0
    pictures: int = 0
    links: int = 0
    nested_notes: set[str] = field(default_factory=set)  # by label: a note may be written twice
    missing_notes: int = 0

    def say(self, report: Report) -> None:
        """Put what was left out into ``report``."""
        said = (
            (self.comments, trn("{count} comment", "{count} comments", self.comments)),
            (self.html, trn("{count} piece of HTML", "{count} pieces of HTML", self.html)),
            (self.links, trn("{count} link address", "{count} link addresses", self.links)),
        )
        if self.comments:
            report.kept.pop(tr("comment"), None)  # by whoever read them, for nothing
        for count, what in said:
            if count:
                report.leave_out(what)
        if self.pictures:
            report.leave_out(
                trn("{count} picture", "{count} pictures", self.pictures),
                tr("only PNG, JPEG and GIF pictures that came with the text are put into the file"),
            )
        if self.nested_notes:
            count = len(self.nested_notes)
            report.leave_out(
                trn("{count} reference to a note", "{count} references to notes", count),
                tr("inside another note"),
            )
        if self.missing_notes:
            report.leave_out(
                trn(
                    "{count} reference to a note", "{count} references to notes", self.missing_notes
                ),
                tr("the note has no text"),
            )
