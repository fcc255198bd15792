"""What a check found, as the checking process prints it and the window reads it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, Prose, decode
from cowrite.settings.this_program import this_program
from cowrite.updates.check import Update


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """``packs`` are sizes of what would be downloaded, by name. ``place`` is the installer once it is there.

    ``installer`` says whether there is one for this kind of package. ``problem`` and ``advice`` are set if it failed.
    """

    version: Prose = ""
    is_newer: bool = False
    changes: tuple[Prose, ...] = ()
    packs: dict[str, Count] = field(default_factory=dict)
    installer: bool = False
    bytes_done: Count = 0
    bytes_total: Count = 0
    place: Prose = ""
    problem: Prose = ""
    advice: Prose = ""

    @classmethod
    def of(cls, update: Update, language: str, *, done: int = 0, place: str = "") -> UpdateReport:
        """About ``update``, in ``language``."""
        program = update.program
        return cls(
            version=update.metadata.version,
            is_newer=update.is_newer,
            changes=update.metadata.changes_in(language) if update.is_newer else (),
            packs={pack.name: pack.size for pack in update.packs} if update.is_newer else {},
            installer=program is not None and update.is_newer,
            bytes_done=done,
            bytes_total=program.size if program else 0,
            place=place,
        )

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def updates_command(action: str, home: Path | None = None) -> list[str]:
    """The command line of the process that asks, which stops when its input ends: this very program, frozen or not."""
    return [*this_program(home), "updates", action, "--json", "--stop-at-end-of-input"]


def parse_report(line: str) -> UpdateReport | None:
    """What a line of the checking process says; None for a line that is not ours."""
    try:
        return decode(read_json(line), UpdateReport, only_known=True)
    except SchemaError:
        return None
