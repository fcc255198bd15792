"""Fetches a set of parts into a folder: resumed, verified, and whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.system_reasons import reason_of
from cowrite.downloads.answers import BadRangeError, Sources
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.checksum import Checksum
from cowrite.downloads.failures import (
    FailureError,
    Scope,
    again_in,
    another_file,
    broken_off,
    damaged,
    unusable,
)
from cowrite.downloads.network import Network
from cowrite.downloads.partial import PartialFile
from cowrite.downloads.parts import OWN_SUFFIXES, Part, require_names_once
from cowrite.downloads.progress import DownloadProgress, DownloadState, Teller
from cowrite.localization import tr
from cowrite.settings.folder_lock import LockHeldError, exclusive_lock
from cowrite.settings.private_file import PRIVATE_FOLDER

logger = logging.getLogger(__name__)

LOCK = ".lock"
SPARE_BYTES = 20_000_000
MOST_RESTARTS = 2
_DISK_IS_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)


def _free_disk_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


class Download:
    """Fetches ``parts`` into ``folder``, one after the other, going on from whatever is there.

    ``folder`` is the download's own: nothing else may be in it, and it stays until :func:`discard`. It must be on a
    file system with room for all parts. ``on_progress`` is called some times a second, in the thread that runs this.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        folder: Path,
        *,
        network: Network | None = None,
        on_progress: Callable[[DownloadProgress], None] = lambda _: None,
        cancellation: Cancellation | None = None,
        free_disk: Callable[[Path], int] = _free_disk_bytes,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        require_names_once(parts)
        self._parts = tuple(parts)
        self._folder = folder
        self._network = network or Network()
        self._cancellation = cancellation or Cancellation()
        self._free_disk = free_disk
        self._done_bytes = 0
        self._note = ""
        self._sizes = {part.name: part.size for part in self._parts}
        self._teller = Teller(on_progress, self._total(), clock)
        self._sources = Sources(self._network, self._cancellation)

    def run(self) -> list[Path]:
        """Fetch what is missing; the files, in the order of the parts, each of them verified just now.

        Raises UserError; DownloadCancelledError when it was cancelled. Then what has arrived is kept for the next run.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            with exclusive_lock(self._folder / LOCK), contextlib.closing(self._sources):
                self._require_room()
                return [self._fetch(part) for part in self._parts]
        except LockHeldError as error:
            raise UserError(
                tr("Another copy of Cowrite is downloading this right now."),
                tr("Wait until it has finished."),
            ) from error
        except OSError as error:
            logger.warning("a download failed", exc_info=True)
            raise _of_disk(error) from error

    def _total(self) -> int | None:
        sizes = [size for size in self._sizes.values() if size is not None]
        return sum(sizes) if len(sizes) == len(self._parts) else None

    def _require_room(self) -> None:
        needed = sum(size for size in self._sizes.values() if size is not None)
        needed = max(needed - arrived_bytes(self._folder), 0)
        free = self._free_disk(self._folder)
        if needed and free < needed + SPARE_BYTES:
            raise UserError(
                tr(
                    "The download needs {needed:.1f} GB more of disk space, and {free:.1f} GB are free.",
                    needed=(needed + SPARE_BYTES) / 1e9,
                    free=free / 1e9,
                ),
                tr("Free up disk space and try again. What has arrived is kept."),
            )

    def _fetch(self, part: Part) -> Path:
        before = self._done_bytes
        if not self._is_there(part):
            self._done_bytes = before
            partial = PartialFile(
                self._folder,
                part,
                self._cancellation,
                lambda count: self._checked(part, count),
            )
            with partial:
                if partial.was_changed:
                    self._note = _changed(part)
                self._complete(partial)
                partial.finish()
        self._done_bytes = before + (self._folder / part.name).stat().st_size
        return self._folder / part.name

    def _checked(self, part: Part, count: int) -> None:
        self._done_bytes += count
        self._teller.tell(DownloadState.CHECKING, part.name, self._done_bytes, self._note)

    def _is_there(self, part: Part) -> bool:
        """Whether the part is there whole and right; one that is not is removed."""
        path = self._folder / part.name
        if not path.is_file():
            return False
        checksum, size = Checksum(part), path.stat().st_size
        if part.size in (None, size):
            checksum.read(path, size, self._cancellation, lambda n: self._checked(part, n))
            if checksum.is_right:
                return True
        path.unlink()
        self._note = _changed(part)
        return False

    def _complete(self, partial: PartialFile) -> None:
        """Try the sources in turn until all bytes are there and right. Raises UserError."""
        base = self._done_bytes - partial.size
        tries = _Tries(partial.part, self._network)
        while True:
            url, before = tries.source, partial.size
            try:
                if not partial.is_complete:
                    self._receive(partial, url, base, as_range=url not in tries.whole_only)
                if partial.is_right:
                    return
                tries.note_damaged(partial, url)
                self._note = tr(
                    "{name} arrived damaged and is fetched anew.", name=partial.part.name
                )
            except FailureError as failure:
                logger.info("a try to fetch %s failed: %s", partial.part.name, failure)
                wait_s = tries.note_failure(failure, url, went_on=partial.size > before)
                if wait_s:
                    self._note = again_in(failure, wait_s)
                    self._tell(DownloadState.WAITING, partial, base)
                    self._cancellation.sleep(wait_s)

    def _receive(self, partial: PartialFile, url: str, base: int, *, as_range: bool) -> None:
        """Take from ``url`` what is missing, as far as it comes. Raises FailureError."""
        part = partial.part
        self._tell(DownloadState.CONNECTING, partial, base)
        # Of what may be another file all is asked for, and compared with what is there.
        offset = partial.size if as_range and partial.may_go_on_from(url) else 0
        with self._sources.open(url, part.name, offset, partial.if_range(url)) as answer:
            if part.size is not None and answer.total not in (None, part.size):
                raise another_file(url, part.name)
            if partial.is_another(answer.etag, answer.total) and answer.start:
                partial.rewind(0)
                self._note = _changed(part)
                raise unusable(url)
            partial.note_source(url, answer.etag, answer.total)
            if self._sizes[part.name] is None:
                self._sizes[part.name] = partial.expected_size
                self._teller.total = self._total()
            position = answer.start
            for block in answer.blocks:
                self._cancellation.require_going_on()
                expected = partial.expected_size
                if expected is not None and position + len(block) > expected:
                    raise another_file(url, part.name)
                position = partial.put(position, block)
                if partial.was_changed:
                    partial.was_changed, self._note = False, _changed(part)
                self._teller.arrived(len(block))
                self._tell(DownloadState.DOWNLOADING, partial, base)
            self._note = ""
        if partial.expected_size is None:
            partial.note_end()
        elif not partial.is_complete:
            raise broken_off(url)

    def _tell(self, state: DownloadState, partial: PartialFile, base: int) -> None:
        self._done_bytes = base + partial.size
        self._teller.tell(state, partial.part.name, self._done_bytes, self._note)


class _Tries:
    """Which source is to be tried next, and when it is enough."""

    def __init__(self, part: Part, network: Network) -> None:
        self._network = network
        self._sources = list(dict.fromkeys(part.sources))
        self._failures = 0
        self._restarts = 0
        self.whole_only: set[str] = set()
        """Sources that cannot send a part."""

    @property
    def source(self) -> str:
        """The URL to try."""
        return self._sources[0]

    def note_failure(self, failure: FailureError, url: str, *, went_on: bool) -> float:
        """How long to wait before the next try. Raises UserError if there is no sense in one."""
        if failure.scope is Scope.EVERYTHING:
            raise failure.error from failure
        if isinstance(failure, BadRangeError) and url not in self.whole_only:
            self.whole_only.add(url)
            return 0.0
        if failure.scope is Scope.SOURCE:
            self._drop(url, failure)
            return 0.0
        self._failures = 0 if went_on else self._failures + 1
        if self._failures >= self._network.attempts:
            raise failure.error from failure
        self._sources.append(self._sources.pop(0))
        if went_on:
            return 0.0
        asked = min(failure.wait_s, self._network.longest_wait_s)
        return max(self._network.wait_s(self._failures), asked)

    def note_damaged(self, partial: PartialFile, url: str) -> None:
        """All bytes are there and wrong: they go, and so does the source if it sent them in one piece."""
        is_its_fault = partial.pieces == 1 and not partial.was_resumed
        partial.rewind(0)
        self._restarts += 1
        if is_its_fault or self._restarts > MOST_RESTARTS:
            self._drop(url, damaged(url, partial.part.name))

    def _drop(self, url: str, failure: FailureError) -> None:
        self._sources.remove(url)
        if not self._sources:
            raise failure.error from failure


def arrived_bytes(folder: Path) -> int:
    """How much of a download is in its ``folder``, so that somebody can be asked whether it is to go on."""
    return sum(path.stat().st_size for path in _files(folder) if path.suffix != OWN_SUFFIXES[1])


def discard(folder: Path) -> None:
    """Remove a download with all that has arrived. Raises UserError if it is running, or cannot be removed."""
    if not folder.is_dir():
        return
    try:
        with exclusive_lock(folder / LOCK):
            for path in _files(folder):
                path.unlink(missing_ok=True)
        shutil.rmtree(folder)
    except LockHeldError as error:
        raise UserError(
            tr("Another copy of Cowrite is downloading this right now."),
            tr("Wait until it has finished."),
        ) from error
    except OSError as error:
        raise UserError(
            tr("The download could not be removed ({reason}).", reason=reason_of(error)),
            tr("Close other windows of Cowrite and try again."),
        ) from error


def _files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_file() and path.name != LOCK:
            yield path


def _changed(part: Part) -> str:
    return tr("{name} has changed since it was begun, and is fetched anew.", name=part.name)


def _of_disk(error: OSError) -> UserError:
    if error.errno in _DISK_IS_FULL:
        return UserError(
            tr("The disk is full, and the download stopped."),
            tr("Free up disk space and try again. What has arrived is kept."),
        )
    return UserError(
        tr("The download could not be written ({reason}).", reason=reason_of(error)),
        tr("Check the disk and try again. What has arrived is kept."),
    )
