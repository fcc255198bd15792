"""How far an installation is: values that the installing process prints and the window reads."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, NonNegative, Prose, Share, decode
from cowrite.localization import tr_noop
from cowrite.settings.this_program import this_program

if TYPE_CHECKING:
    from cowrite.downloads.progress import DownloadProgress


class InstallPhase(StrEnum):
    """What is being done."""

    DOWNLOADING = "downloading"
    CHECKING = "checking"
    CONVERTING = "converting"
    PROVING = "verifying"
    MEASURING = "measuring"
    EXAMINING = "examining"
    DONE = "done"
    FAILED = "failed"


PHASES = {
    InstallPhase.DOWNLOADING: tr_noop("downloading"),
    InstallPhase.CHECKING: tr_noop("checking"),
    InstallPhase.CONVERTING: tr_noop("converting"),
    InstallPhase.PROVING: tr_noop("verifying"),
    InstallPhase.MEASURING: tr_noop("measuring"),
    InstallPhase.EXAMINING: tr_noop("examining"),
    InstallPhase.DONE: tr_noop("done"),
    InstallPhase.FAILED: tr_noop("failed"),
}
"""What a person reads of each."""

# Where each phase begins on a bar from 0 to 1, from how long they take on a small machine.
_BEGINS = {
    InstallPhase.DOWNLOADING: 0.0,
    InstallPhase.CHECKING: 0.25,
    InstallPhase.CONVERTING: 0.28,
    InstallPhase.PROVING: 0.5,
    InstallPhase.MEASURING: 0.6,
    InstallPhase.EXAMINING: 0.75,
    InstallPhase.DONE: 1.0,
    InstallPhase.FAILED: 1.0,
}
_PHASES = list(InstallPhase)


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallProgress:
    """``fraction`` is of the whole installation; ``message`` and ``advice`` are set when it failed.

    While it is downloaded, ``seconds_left`` are those of the download, None as long as nobody knows; ``note`` is a
    sentence about what went otherwise than expected. ``model`` is its id once it is in place, which is before its exam:
    whatever ends the installation then leaves it there. ``task`` is the name of what is tried in the exam.
    """

    phase: InstallPhase
    fraction: Share
    bytes_done: Count = 0
    bytes_total: Count = 0
    bytes_per_s: NonNegative = 0.0
    seconds_left: NonNegative | None = None
    note: Prose = ""
    model: Prose = ""
    task: Prose = ""
    message: Prose = ""
    advice: Prose = ""

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def progress_in(
    phase: InstallPhase, part: float = 0.0, *, bytes_done: int = 0, bytes_total: int = 0
) -> InstallProgress:
    """Progress when ``part`` (0 to 1) of ``phase`` is done."""
    begin = _BEGINS[phase]
    end = _BEGINS[_PHASES[min(_PHASES.index(phase) + 1, len(_PHASES) - 1)]]
    fraction = begin + (end - begin) * min(max(part, 0.0), 1.0)
    return InstallProgress(
        phase=phase,
        fraction=round(fraction, 4),
        bytes_done=bytes_done,
        bytes_total=bytes_total,
    )


def downloading(progress: DownloadProgress) -> InstallProgress:
    """The installation is at a download that is so far."""
    total = progress.bytes_total or 0
    begun = progress_in(
        InstallPhase.DOWNLOADING,
        progress.fraction,
        bytes_done=min(progress.bytes_done, total) if total else progress.bytes_done,
        bytes_total=total,
    )
    return replace(
        begun,
        bytes_per_s=progress.bytes_per_s,
        seconds_left=progress.seconds_left,
        note=progress.note,
    )


def examining(model_id: str, task: str = "", part: float = 0.0) -> InstallProgress:
    """The model ``model_id`` is in place, and ``part`` (0 to 1) of its exam is done; ``task`` is tried now."""
    return replace(progress_in(InstallPhase.EXAMINING, part), model=model_id, task=task)


def done(model_id: str, note: str = "") -> InstallProgress:
    """The model ``model_id`` is installed."""
    return replace(progress_in(InstallPhase.DONE), model=model_id, note=note)


def failed(error: UserError) -> InstallProgress:
    """The installation ended with ``error``."""
    return InstallProgress(
        phase=InstallPhase.FAILED, fraction=1.0, message=error.message, advice=error.advice
    )


def parse_progress(line: str) -> InstallProgress | None:
    """What a line of the installing process says; None for a line that is not ours."""
    try:
        return decode(read_json(line), InstallProgress, only_known=True)
    except SchemaError:
        return None


def install_command(model_id: str, home: Path | None = None) -> list[str]:
    """The command line of the installing process: this very program, frozen or not."""
    return [*this_program(home), "models", "install", model_id, "--json"]
