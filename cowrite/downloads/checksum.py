"""Whether bytes are those that a part must be, counted while they arrive."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from cowrite.downloads.cancellation import Cancellation
from cowrite.downloads.parts import Part

BLOCK_BYTES = 1 << 20


class Checksum:
    """Takes the bytes of ``part`` from the first one on."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._sha256 = hashlib.sha256()
        # Git's name of a content: no protection, but a promise of the same origin as the name.
        self._git = hashlib.sha1(b"blob %d\0" % (part.size or 0), usedforsecurity=False)

    def update(self, data: bytes) -> None:
        """Count ``data`` in."""
        self._sha256.update(data)
        if self._part.git_sha1 is not None:
            self._git.update(data)

    def read(
        self,
        path: Path,
        count: int,
        cancellation: Cancellation,
        on_read: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Count the first ``count`` bytes of ``path`` in. Raises OSError and DownloadCancelledError."""
        with path.open("rb") as file:
            while count > 0 and (block := file.read(min(BLOCK_BYTES, count))):
                cancellation.require_going_on()
                self.update(block)
                count -= len(block)
                on_read(len(block))

    @property
    def is_right(self) -> bool:
        """Whether what was counted is what the part must be, as far as that is known."""
        return self._part.sha256 in (None, self._sha256.hexdigest()) and self._part.git_sha1 in (
            None,
            self._git.hexdigest(),
        )
