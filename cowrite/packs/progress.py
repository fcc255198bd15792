"""How far the installation of a pack is: values that the installing process prints and the window reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, NonNegative, Prose, decode
from cowrite.localization import tr, tr_noop
from cowrite.settings.this_program import this_program


class PackPhase(StrEnum):
    """What is being done."""

    CHECKING = "checking"
    DOWNLOADING = "downloading"
    UNPACKING = "unpacking"
    TRYING = "trying"
    DONE = "done"
    PAUSED = "paused"
    FAILED = "failed"


PHASES = {
    PackPhase.CHECKING: tr_noop("checking the computer"),
    PackPhase.DOWNLOADING: tr_noop("downloading"),
    PackPhase.UNPACKING: tr_noop("unpacking"),
    PackPhase.TRYING: tr_noop("trying it out"),
    PackPhase.DONE: tr_noop("done"),
    PackPhase.PAUSED: tr_noop("paused"),
    PackPhase.FAILED: tr_noop("failed"),
}
"""What a person reads of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackProgress:
    """Bytes are of the phase. ``seconds_left`` is 0 where it is not known; ``note`` is a sentence about a delay.

    ``message`` and ``advice`` are set when it failed, and say what to do next when it is done.
    """

    phase: PackPhase
    bytes_done: Count = 0
    bytes_total: Count = 0
    bytes_per_s: NonNegative = 0
    seconds_left: NonNegative = 0
    note: Prose = ""
    message: Prose = ""
    advice: Prose = ""

    @property
    def fraction(self) -> float:
        """Of the phase, from 0 to 1."""
        return min(self.bytes_done / self.bytes_total, 1.0) if self.bytes_total else 0.0

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def install_pack_command(source: str, home: Path | None = None) -> list[str]:
    """The command line of the installing process, which stops when its input ends: this very program, frozen or not."""
    options = ["--json", "--stop-at-end-of-input", *(["--", source] if source else [])]
    return [*this_program(home), "packs", "install", *options]


OnPackProgress = Callable[[PackProgress], None]


def pack_failed(error: UserError) -> PackProgress:
    """It ended with ``error``."""
    return PackProgress(phase=PackPhase.FAILED, message=error.message, advice=error.advice)


def parse_pack_progress(line: str) -> PackProgress | None:
    """What a line of the installing process says; None for a line that is not ours."""
    try:
        return decode(read_json(line), PackProgress, only_known=True)
    except SchemaError:
        return None


def progress_text(progress: PackProgress) -> str:
    """What a person reads of it."""
    doing = tr(PHASES[progress.phase])
    if not progress.bytes_total:
        return doing
    values = {
        "doing": doing,
        "done": progress.bytes_done / 1e6,
        "all": progress.bytes_total / 1e6,
    }
    if progress.note:
        return tr("{doing}, {done:.0f} of {all:.0f} MB. {note}", note=progress.note, **values)
    if not progress.bytes_per_s:
        return tr("{doing}, {done:.0f} of {all:.0f} MB", **values)
    return tr(
        "{doing}, {done:.0f} of {all:.0f} MB, {speed:.1f} MB/s, {minutes:.0f} min left",
        speed=progress.bytes_per_s / 1e6,
        minutes=progress.seconds_left / 60,
        **values,
    )
