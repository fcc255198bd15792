"""Where a model is made ready, and how it takes its place: whole or not at all.

In the models' folder, beside the models, there may be for a while ``.staging-*`` (what is being made), ``.replaced-ID``
(the model that is making room for a new one) and ``.removed-*`` (what is being deleted). A process that is killed
leaves them behind; the next installation clears them away, and a model that was making room comes back.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr
from cowrite.settings.folder_lock import LockHeldError, exclusive_lock
from cowrite.settings.private_file import PRIVATE_FOLDER, sync_folder

logger = logging.getLogger(__name__)

LOCK = ".lock"
STAGING_PREFIX = ".staging-"
REPLACED_PREFIX = ".replaced-"
REMOVED_PREFIX = ".removed-"

FreeBytes = Callable[[Path], int]
_DISK_IS_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


def free_disk_bytes(folder: Path) -> int:
    """How much may still be written where ``folder`` is. Raises OSError."""
    return shutil.disk_usage(folder).free


@contextlib.contextmanager
def staging_folder(models: Path, needed_bytes: int, free_bytes: FreeBytes) -> Iterator[Path]:
    """An empty private folder in ``models`` that is gone afterwards; only one process has one at a time.

    Raises UserError if another process is installing, if the disk has too little room, or for any OSError inside.
    """
    try:
        models.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
        with exclusive_lock(models / LOCK):
            _clear_leftovers(models)
            _require_room(free_bytes(models), needed_bytes)
            staging = models / f"{STAGING_PREFIX}{os.getpid()}-{uuid.uuid4().hex[:8]}"
            try:
                staging.mkdir(mode=PRIVATE_FOLDER)
                yield staging
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except LockHeldError as error:
        raise UserError(
            tr("Another copy of Cowrite is installing a model right now."),
            tr("Wait until it has finished."),
        ) from error
    except OSError as error:
        logger.warning("installing failed", exc_info=True)
        raise in_plain_words(error) from error


def clear_staging(models: Path) -> None:
    """Remove what a killed installation has left in ``models``. Does nothing while another process installs."""
    if not models.is_dir():
        return
    with contextlib.suppress(LockHeldError), exclusive_lock(models / LOCK):
        _clear_leftovers(models)


def in_plain_words(error: OSError) -> UserError:
    """What to say when the disk fails during an installation."""
    if error.errno in _DISK_IS_FULL:
        return UserError(
            tr("The disk is full; nothing was installed."),
            tr("Free up disk space and try again. You can write without a model."),
        )
    return UserError(
        tr(
            "The model could not be installed ({reason}); nothing changed.",
            reason=reason_of(error),
        ),
        tr("Try again. You can write without a model."),
    )


def put_in_place(made: Path, target: Path) -> None:
    """Let the folder ``made`` become ``target``; a model that was there goes. Raises OSError; then nothing changed."""
    replaced = target.with_name(REPLACED_PREFIX + target.name)
    try:
        if target.exists():
            target.rename(replaced)
        made.rename(target)
    except BaseException:
        _bring_back(replaced)
        raise
    try:
        sync_folder(target.parent)
    except OSError:
        # It is in place; only a power cut in the next seconds could undo the rename.
        logger.warning("the models' folder could not be synced", exc_info=True)
    shutil.rmtree(replaced, ignore_errors=True)


def bring_back_replaced(models: Path) -> None:
    """Undo a replacement that was killed between its two steps. Does nothing while another process installs."""
    if not any(models.glob(f"{REPLACED_PREFIX}*")):
        return
    with contextlib.suppress(LockHeldError), exclusive_lock(models / LOCK):
        for replaced in models.glob(f"{REPLACED_PREFIX}*"):
            _bring_back(replaced)


def _bring_back(replaced: Path) -> None:
    target = replaced.with_name(replaced.name.removeprefix(REPLACED_PREFIX))
    if replaced.exists() and not target.exists():
        replaced.rename(target)


def _clear_leftovers(models: Path) -> None:
    """Tidy up after killed processes. The lock says that none of them is still alive."""
    for replaced in models.glob(f"{REPLACED_PREFIX}*"):
        _bring_back(replaced)
    for prefix in (STAGING_PREFIX, REPLACED_PREFIX, REMOVED_PREFIX):
        for path in models.glob(f"{prefix}*"):
            logger.info("clearing away %s, which an interrupted process left", path.name)
            shutil.rmtree(path, ignore_errors=True)


def _require_room(free_bytes: int, needed_bytes: int) -> None:
    if free_bytes < needed_bytes:
        raise UserError(
            tr(
                "The model needs {needed} of disk space during installation, and {free} are free; "
                "nothing was installed.",
                needed=_megabytes(needed_bytes),
                free=_megabytes(free_bytes),
            ),
            tr("Free up disk space and try again. You can write without a model."),
        )


def _megabytes(count: int) -> str:
    return f"{round(count / 1e6)} MB"
