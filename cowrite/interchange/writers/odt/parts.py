"""What all of content.xml shares: styles made on the way, pictures, notes, tracked changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count

from cowrite.interchange.manuscript import Change, ChangeKind
from cowrite.interchange.options import WriteOptions
from cowrite.interchange.writers.common.characters import UNNAMED, name_in_xml
from cowrite.interchange.writers.common.languages import Language
from cowrite.interchange.writers.common.look import Look
from cowrite.interchange.writers.common.losses import Losses
from cowrite.interchange.writers.common.opening import Opening
from cowrite.interchange.writers.common.preparing import Prepared
from cowrite.interchange.writers.common.times import written_time_or_earliest
from cowrite.interchange.writers.odt.automatic import AutomaticStyles
from cowrite.interchange.writers.odt.names import Element, add, detached


@dataclass
class Shared:
    """A document while it is written."""

    prepared: Prepared
    options: WriteOptions
    language: Language
    look: Look
    losses: Losses
    opening: Opening
    styles: AutomaticStyles = field(default_factory=AutomaticStyles)
    media: dict[str, str] = field(default_factory=dict)  # name in the file, by source
    changes: Element = field(default_factory=lambda: detached("text:tracked-changes"))
    _notes: count[int] = field(default_factory=lambda: count(1))
    _places: count[int] = field(default_factory=lambda: count(1))

    def new_note(self) -> int:
        """The number of the next note."""
        return next(self._notes)

    def new_place(self) -> int:
        """The number of the next place that has a name."""
        return next(self._places)

    def media_name(self, source: str) -> str:
        """The name that a picture has in the file."""
        image = self.prepared.images[source]
        return self.media.setdefault(source, f"Pictures/{len(self.media) + 1}.{image.ending}")

    def add_change(self, change: Change) -> tuple[str, Element]:
        """Write down a tracked change: its id, and the element that holds what was deleted."""
        number = f"ct{len(self.changes) + 1}"
        region = add(self.changes, "text:changed-region", {"xml:id": number, "text:id": number})
        is_insertion = change.kind is ChangeKind.INSERTED
        kind = add(region, "text:insertion" if is_insertion else "text:deletion")
        info = add(kind, "office:change-info")
        author = change.author or self.options.author or self.prepared.metadata.author
        add(info, "dc:creator").text = name_in_xml(author) or UNNAMED
        when = written_time_or_earliest(change.when or self.options.when)
        add(info, "dc:date").text = when.removesuffix("Z")
        return number, kind
