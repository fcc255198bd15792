"""Tracked changes: insertions between two signs, deletions at one, with what was deleted kept elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cowrite.interchange.manuscript import Change, ChangeKind
from cowrite.interchange.readers.odt.document import Document
from cowrite.interchange.readers.odt.flow import TextFlow
from cowrite.interchange.readers.odt.names import DC, OFFICE, TEXT, XML_ID, Element
from cowrite.localization import tr

_NOBODY = "?"
"""What is written where the author is not known, as there has to be one."""


@dataclass(frozen=True, slots=True)
class _Region:
    """A change as it is listed in front of the text."""

    kind: str
    change: Change | None = None
    deleted: Element | None = None


class TrackedChanges:
    """The changes of one text."""

    def __init__(self, document: Document, flow: TextFlow) -> None:
        self._flow = flow
        self._regions: dict[str, _Region] = {}
        self._paragraphs = 0
        self.is_listing = False
        for changes in document.content.iter(TEXT + "tracked-changes"):
            for region in changes.iterchildren(TEXT + "changed-region"):
                found = _region(region)
                for name in (region.get(TEXT + "id"), region.get(XML_ID)):
                    if name and found:
                        self._regions[name] = found

    def sign(self, element: Element, walk: Callable[[Element], None]) -> bool:
        """Whether an element is a sign of a change; what it means is done."""
        name = element.tag.removeprefix(TEXT)
        if name not in ("change", "change-start", "change-end"):
            return False
        identity = element.get(TEXT + "change-id", "")
        region = self._regions.get(identity)
        if name == "change-end":
            self._flow.inserted.pop(identity, None)
        elif region is not None:
            self._begin(identity, region, walk)
        return True

    def _begin(self, identity: str, region: _Region, walk: Callable[[Element], None]) -> None:
        flow, is_kept = self._flow, self._flow.options.keep_changes
        if region.kind == "format-change":
            flow.report.accepted[tr("change of formatting")] += 1
            return
        if is_kept:
            flow.report.kept[tr("tracked change")] += 1
        else:
            is_deletion = region.kind == "deletion"
            flow.report.accepted[tr("deletion") if is_deletion else tr("insertion")] += 1
            return
        if region.kind == "insertion" and region.change is not None:
            flow.inserted[identity] = region.change
        elif region.deleted is not None and not self.is_listing:
            self._list_deleted(region, walk)

    def _list_deleted(self, region: _Region, walk: Callable[[Element], None]) -> None:
        """What was deleted stands in the text again, as deleted."""
        self.is_listing, self._paragraphs = True, 0
        self._flow.deleted = region.change
        walk(region.deleted)
        self._flow.deleted = None
        self.is_listing = False

    def begin_paragraph(self) -> None:
        """A paragraph of what was deleted; the end of the one before it was deleted too."""
        self._paragraphs += 1
        if self._paragraphs > 1:
            self._flow.end_paragraph(end=self._flow.deleted)


def _region(element: Element) -> _Region | None:
    for part in element:
        if not isinstance(part.tag, str):
            continue
        kind = part.tag.removeprefix(TEXT)
        if kind not in ("insertion", "deletion", "format-change"):
            continue
        info = part.find(OFFICE + "change-info")
        author = "" if info is None else " ".join((info.findtext(DC + "creator") or "").split())
        when = None if info is None else _when(info.findtext(DC + "date") or "")
        if kind == "format-change":
            return _Region(kind)
        changed = ChangeKind.DELETED if kind == "deletion" else ChangeKind.INSERTED
        author = "" if author == _NOBODY else author
        return _Region(kind, Change(changed, author, when), part if kind == "deletion" else None)
    return None


def _when(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip()[:26])
    except ValueError:
        return None
