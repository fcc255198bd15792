"""What became of a file on its way: what was kept, and what could not be carried. Nothing is dropped in silence."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that could not be carried. ``what`` and ``where`` are for a person: “text colour”, “page header”."""

    what: str
    where: str = ""


@dataclass
class Report:
    """Gathered while a file is read or written. ``kept`` and ``accepted`` count things by their names."""

    kept: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(
        default_factory=Counter
    )  # tracked changes: “insertion”, “deletion”
    left_out: list[LeftOut] = field(default_factory=list)

    def leave_out(self, what: str, where: str = "") -> None:
        """Say that something was left out; the same thing at the same place is said once."""
        entry = LeftOut(what, where)
        if entry not in self.left_out:
            self.left_out.append(entry)

    def add(self, other: Report) -> None:
        """Take in what another step has to say."""
        self.kept.update(other.kept)
        self.accepted.update(other.accepted)
        for entry in other.left_out:
            self.leave_out(entry.what, entry.where)
