"""Imports torch from a pack in a process of its own, before the pack is used and without waiting for ever."""

from __future__ import annotations

import json
import logging
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Prose, decode
from cowrite.localization import tr
from cowrite.settings.this_program import this_program

logger = logging.getLogger(__name__)

TRIAL_S = 600.0
"""Reading gigabytes for the first time from a slow disk, with a virus scanner that looks at each file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """``torch`` is the version that was imported, from ``folder``; ``card`` the card it computed on, or empty."""

    torch: Prose
    folder: Prose
    card: Prose

    def to_json(self) -> str:
        """One line."""
        return json.dumps(asdict(self))


def trial_command(home: Path | None, folder: Path) -> list[str]:
    """The command line that tries out the pack in ``folder``, for a program with the folder ``home``."""
    return [*this_program(home), "packs", "check", "--json", "--try", str(folder)]


def try_out(command: Sequence[str], folder: Path) -> Trial:
    """Run ``command``, which prints a :class:`Trial` as its last line. Raises UserError."""
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=TRIAL_S,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError) as error:
        logger.warning("the pack could not be tried out (%s)", type(error).__name__)
        raise _failed() from error
    try:
        trial = decode(read_json((done.stdout.splitlines() or [""])[-1]), Trial, only_known=True)
    except SchemaError as error:
        logger.warning("the pack failed (status %d): %s", done.returncode, done.stderr[-2000:])
        raise _failed() from error
    if done.returncode or Path(trial.folder) != folder:
        logger.warning("torch was imported from elsewhere: %s", trial.folder)
        raise _failed()
    return trial


def _failed() -> UserError:
    return UserError(
        tr("The pack cannot be used on this computer: its torch could not be loaded."),
        tr("What was used before is still used. The log says more."),
    )
