"""The one small file that says which pack is used; replacing it is what switches."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Integer, decode, matching
from cowrite.localization import tr_noop
from cowrite.settings.newer_data import write_unless_newer

FORMAT = 1
POINTER = "active.json"
_LARGEST = 1 << 16
_NEWER = tr_noop("The choice of packs was written by a newer version of Cowrite.")

_FolderName = Annotated[
    str, matching(r"(?:[a-z0-9][a-z0-9.+-]{0,130})?", tr_noop("is no name of a pack"), longest=140)
]
_Digest = Annotated[str, matching(r"(?:[0-9a-f]{64})?", tr_noop("is no SHA-256"), longest=64)]


class Trouble(StrEnum):
    """Why a pack was switched off by itself."""

    NONE = ""
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """``active`` is the folder of the pack in use, empty for none; ``digest`` is that of its manifest.

    ``previous`` is the one that was used before. ``trouble`` is about ``previous``, and ``is_told`` says whether the
    writer was told in the window.
    """

    format: Integer = FORMAT
    active: _FolderName = ""
    digest: _Digest = ""
    previous: _FolderName = ""
    trouble: Trouble = Trouble.NONE
    is_told: bool = True

    def using(self, folder: str, digest: str) -> Pointer:
        """With another pack in use."""
        before = self.active or self.previous
        previous = before if before != folder else self.previous if self.active else ""
        return Pointer(active=folder, digest=digest, previous=previous)

    def off(self, trouble: Trouble = Trouble.NONE) -> Pointer:
        """With none in use, because of ``trouble``."""
        return Pointer(
            previous=self.active or self.previous,
            trouble=trouble,
            is_told=trouble is Trouble.NONE,
        )

    def told(self) -> Pointer:
        """The writer knows of the trouble."""
        return replace(self, is_told=True)


def read_pointer(packs: Path) -> Pointer:
    """What is used. A file that is not there or that cannot be read is one that points to nothing."""
    try:
        return decode(read_json_file(packs / POINTER, _LARGEST), Pointer)
    except (OSError, SchemaError):
        return Pointer()


def write_pointer(packs: Path, pointer: Pointer) -> None:
    """Replace it: the old one or the new one is there at any moment. Raises OSError or NewerDataError."""
    data = json.dumps(asdict(pointer)).encode()
    write_unless_newer(packs / POINTER, data, FORMAT, _NEWER)
