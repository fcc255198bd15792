"""A part that is not all there yet: ``NAME.part``, and beside it ``NAME.state``, which says of what it is a part.

The state is written before the first byte. Whatever moment a process is killed in, the next one finds bytes that it
can go on from, or none.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Count, Name, decode, require_format
from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.checksum import Checksum
from cowrite.downloads.parts import Part
from cowrite.settings.private_file import PRIVATE_FILE, sync_folder, write_private

FORMAT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PartState:
    """What is being fetched: what it must be, how long the server says it is, and which file of its source it was."""

    format: int = FORMAT
    sha256: Name | None = None
    git_sha1: Name | None = None
    size: Count | None = None
    source: Name = ""
    etag: Name = ""


class PartialFile:
    """The bytes of ``part`` in ``folder`` so far, opened by ``with``. ``on_checked`` hears of bytes read again."""

    def __init__(
        self,
        folder: Path,
        part: Part,
        cancellation: Cancellation,
        on_checked: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.part = part
        self.done_path = folder / part.name
        self.size = 0
        self.pieces = 0
        """In how many pieces the bytes came since it was opened or begun anew."""
        self.was_resumed = False
        self.was_changed = False
        self._path = folder / f"{part.name}.part"
        self._state_path = folder / f"{part.name}.state"
        self._cancellation = cancellation
        self._on_checked = on_checked
        self._checksum = Checksum(part)
        self._state = self._new_state()
        self._handle = -1

    def __enter__(self) -> PartialFile:
        """Find out what is there. Raises OSError and DownloadCancelledError."""
        state = self._stored_state()
        if state is None or not self._is_of_this_part(state):
            self.was_changed = state is not None
            with contextlib.suppress(FileNotFoundError):
                self._path.unlink()
            self._write_state()
        else:
            self._state = state
        flags = os.O_CREAT | os.O_RDWR | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
        self._handle = os.open(self._path, flags, PRIVATE_FILE)
        try:
            self.size = os.fstat(self._handle).st_size
            if self.expected_size is not None and self.size > self.expected_size:
                self.rewind(0)
            else:
                self._checksum.read(self._path, self.size, self._cancellation, self._on_checked)
                self.was_resumed = self.size > 0
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def _close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    @property
    def expected_size(self) -> int | None:
        """How long it will be, as promised or as the server says; None as long as nobody knows."""
        return self.part.size if self.part.size is not None else self._state.size

    @property
    def is_complete(self) -> bool:
        """Whether as many bytes are there as there should be."""
        return self.size == self.expected_size

    @property
    def is_right(self) -> bool:
        """Whether the bytes are what they must be."""
        return self._checksum.is_right

    def may_go_on_from(self, source: str) -> bool:
        """Whether bytes of ``source`` may follow those that are there: they are the same file, or a hash will tell."""
        return self.part.has_checksum or (
            self._state.source == source and _is_strong(self._state.etag)
        )

    def if_range(self, source: str) -> str:
        """What the server is to compare before it sends a part only."""
        return "" if self.part.has_checksum or self._state.source != source else self._state.etag

    def is_another(self, etag: str, total: int | None) -> bool:
        """Whether what the server has now is not the file that the bytes are of, as far as no hash will tell."""
        if self.size == 0 or self.part.has_checksum:
            return False
        state = self._state
        return etag != state.etag or (None not in (total, state.size) and total != state.size)

    def note_source(self, source: str, etag: str, total: int | None) -> None:
        """The next piece comes from ``source``. Raises OSError."""
        self.pieces += 1
        state = replace(self._state, source=source, etag=etag)
        if self.part.size is None and total is not None:
            state = replace(state, size=total)
        if state != self._state:
            self._state = state
            self._write_state()
        if self.expected_size is not None and self.size > self.expected_size:
            self.rewind(self.expected_size)

    def note_end(self) -> None:
        """Nobody said how long it is, and it ended here. Raises OSError."""
        self._state = replace(self._state, size=self.size)
        self._write_state()

    def put(self, position: int, block: bytes) -> int:
        """Write ``block`` at ``position``, which is at most ``size``; where the next one belongs.

        Bytes that are there already are only compared; from the first that differs on, they are written anew.
        """
        overlap = min(self.size - position, len(block))
        if overlap:
            equal = self._equal_bytes(position, block[:overlap])
            if equal < overlap:
                self.rewind(position + equal)
                self.was_changed = True
                overlap = equal
        self._append(block[overlap:])
        return position + len(block)

    def rewind(self, size: int) -> None:
        """Throw away all but the first ``size`` bytes."""
        os.ftruncate(self._handle, size)
        self.size = size
        self._checksum = Checksum(self.part)
        self._checksum.read(self._path, size, self._cancellation, self._on_checked)
        if size == 0:
            self.pieces = 0
            self.was_resumed = False

    def finish(self) -> None:
        """It becomes the part itself, durably. Raises OSError."""
        os.fsync(self._handle)
        self._close()
        self._path.replace(self.done_path)
        with contextlib.suppress(FileNotFoundError):
            self._state_path.unlink()
        sync_folder(self.done_path.parent)

    def _append(self, data: bytes) -> None:
        os.lseek(self._handle, self.size, os.SEEK_SET)
        view = memoryview(data)
        while view:
            written = os.write(self._handle, view)
            self._checksum.update(bytes(view[:written]))
            self.size += written
            view = view[written:]

    def _equal_bytes(self, position: int, block: bytes) -> int:
        os.lseek(self._handle, position, os.SEEK_SET)
        there = b""
        while len(there) < len(block) and (more := os.read(self._handle, len(block) - len(there))):
            there += more
        if there == block:
            return len(block)
        return next(
            (
                index
                for index, pair in enumerate(zip(there, block, strict=False))
                if pair[0] != pair[1]
            ),
            len(there),
        )

    def _new_state(self) -> PartState:
        return PartState(sha256=self.part.sha256, git_sha1=self.part.git_sha1, size=self.part.size)

    def _stored_state(self) -> PartState | None:
        try:
            stored = read_json_file(self._state_path)
            require_format(stored, FORMAT)
            return decode(stored, PartState)
        except (FileNotFoundError, SchemaError):
            return None

    def _is_of_this_part(self, state: PartState) -> bool:
        part = self.part
        return (
            (state.sha256, state.git_sha1) == (part.sha256, part.git_sha1)
            and part.size in (None, state.size)
            and (part.has_checksum or state.source in ("", *part.sources))
        )

    def _write_state(self) -> None:
        write_private(self._state_path, json.dumps(asdict(self._state)).encode() + b"\n")


def _is_strong(etag: str) -> bool:
    """Whether it changes with every byte: a weak one, or a date, does not."""
    return etag.startswith('"')
