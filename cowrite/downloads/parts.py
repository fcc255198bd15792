"""What is to be fetched: one file, where it is to be had, and what it must be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from cowrite.settings.file_names import is_device

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,199}")
_HEXADECIMAL = re.compile(r"[0-9a-f]+")
OWN_SUFFIXES = (".part", ".state")
"""Of files that stand beside a part while it is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a download.

    ``sources`` are URLs of the same bytes, in the order in which they are tried: ``https``, ``http`` and ``file``.
    ``size`` is in bytes; ``sha256`` and ``git_sha1`` (of the blob, as Git counts) are in hexadecimal. What is not None
    must be so; what is None is taken as it comes.
    """

    name: str
    sources: tuple[str, ...]
    size: int | None = None
    sha256: str | None = None
    git_sha1: str | None = None

    def __post_init__(self) -> None:
        if not is_part_name(self.name):
            raise ValueError(f"{self.name!r} is no plain name of a file")
        if not self.sources:
            raise ValueError(f"{self.name} has no source")
        if self.size is not None and self.size < 0:
            raise ValueError(f"{self.name} cannot have a size of {self.size}")
        for digest, length in ((self.sha256, 64), (self.git_sha1, 40)):
            if digest is not None and not (
                len(digest) == length and _HEXADECIMAL.fullmatch(digest)
            ):
                raise ValueError(f"{digest!r} of {self.name} is no hash")
        if self.git_sha1 is not None and self.size is None:
            raise ValueError(f"Git counts the size of {self.name} in, so it must be known")

    @property
    def has_checksum(self) -> bool:
        """Whether it can be told that the bytes are right, whoever sent them."""
        return self.sha256 is not None or self.git_sha1 is not None


def is_part_name(name: str) -> bool:
    """Whether ``name`` names a file in the folder of a download, and nothing outside it, hidden or special."""
    return (
        bool(_PLAIN.fullmatch(name))
        and not name.endswith((".", *OWN_SUFFIXES))
        and not is_device(name)
    )


def require_names_once(parts: Sequence[Part]) -> None:
    """Raise ValueError if two parts would be one file on some system."""
    if len({part.name.casefold() for part in parts}) != len(parts):
        raise ValueError("two parts have the same name")
