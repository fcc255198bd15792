"""What a check found, as the checking process prints it and the window reads it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, NonNegative, Prose, decode
from cowrite.downloads.progress import DownloadProgress
from cowrite.localization import tr
from cowrite.settings.this_program import this_program
from cowrite.updates.check import Update


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateReport:
    """``packs`` are sizes of what would be downloaded, by name. ``place`` is the installer once it is there.

    ``installer`` says whether there is one for this kind of package, and ``bytes_done`` how much of it is here already.
    ``seconds_left`` is 0 where it is not known, ``note`` a sentence about a delay. ``problem`` and ``advice`` are set
    if it failed.
    """

    version: Prose = ""
    is_newer: bool = False
    changes: tuple[Prose, ...] = ()
    packs: dict[str, Count] = field(default_factory=dict)
    installer: bool = False
    bytes_done: Count = 0
    bytes_total: Count = 0
    bytes_per_s: NonNegative = 0
    seconds_left: NonNegative = 0
    note: Prose = ""
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

    def during(self, progress: DownloadProgress) -> UpdateReport:
        """The same while the installer is being downloaded."""
        return replace(
            self,
            bytes_done=progress.bytes_done,
            bytes_per_s=progress.bytes_per_s,
            seconds_left=progress.seconds_left or 0.0,
            note=progress.note,
        )


def download_text(report: UpdateReport) -> str:
    """How far the download of the installer is."""
    values = {"done": report.bytes_done / 1e6, "all": report.bytes_total / 1e6}
    if report.note:
        return tr("Downloading, {done:.0f} of {all:.0f} MB. {note}", note=report.note, **values)
    if not report.bytes_per_s:
        return tr("Downloading, {done:.0f} of {all:.0f} MB", **values)
    return tr(
        "Downloading, {done:.0f} of {all:.0f} MB, {speed:.1f} MB/s, {minutes:.0f} min left",
        speed=report.bytes_per_s / 1e6,
        minutes=report.seconds_left / 60,
        **values,
    )


def updates_command(action: str, home: Path | None = None) -> list[str]:
    """The command line of the process that asks, which stops when its input ends: this very program, frozen or not."""
    return [*this_program(home), "updates", action, "--json", "--stop-at-end-of-input"]


def parse_report(line: str) -> UpdateReport | None:
    """What a line of the checking process says; None for a line that is not ours."""
    try:
        return decode(read_json(line), UpdateReport, only_known=True)
    except SchemaError:
        return None
