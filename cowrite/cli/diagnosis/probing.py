"""Libraries that may be broken are looked at where they can break nothing: in a process of their own."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Callable

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.packs.at_start import used_folder
from cowrite.settings.installation import repair_advice
from cowrite.settings.this_program import is_packaged

PROBE_TIMEOUT_S = 180


def probe(look: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What ``look`` finds, in a process of its own.

    A library built for another processor does not raise an exception, it ends the process, and a broken driver may
    never answer. Raises UserError that says so.
    """
    if is_packaged():
        return _probe_here(look)  # there is no other Python to run it in
    code = f"import json; from {look.__module__} import {look.__name__} as probe; print(json.dumps(probe()))"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=PROBE_TIMEOUT_S,
            stdin=subprocess.DEVNULL,
            env=_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise UserError(
            tr("it does not respond within {probe_timeout_s} s", probe_timeout_s=PROBE_TIMEOUT_S),
            repair_advice(),
        ) from error
    if done.returncode == 0:
        with contextlib.suppress(ValueError, IndexError):
            found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
            return found
    said = done.stderr.splitlines()
    if done.returncode == 1 and said:  # an exception; its last line says which
        raise UserError(tr("cannot be loaded ({said})", said=said[-1]), repair_advice())
    raise UserError(
        tr(
            "crashes Python when it is loaded (exit status {returncode})",
            returncode=done.returncode,
        ),
        repair_advice(),
    )


def _environment() -> dict[str, str]:
    """That of this process, with the folder of the pack that it uses first on the path."""
    path = [str(used_folder() or ""), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))}


def _probe_here(look: Callable[[], dict[str, str]]) -> dict[str, str]:
    try:
        return look()
    except Exception as error:
        raise UserError(
            tr("cannot be loaded ({name}: {error})", name=type(error).__name__, error=error),
            repair_advice(),
        ) from error
