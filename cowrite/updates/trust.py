"""Whom this program believes about newer versions: an address and the public keys that come with it."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

from cowrite.base.errors import BugError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Integer, decode, matching
from cowrite.localization import tr_noop
from cowrite.settings.resources import resource_path

FORMAT = 1
RESOURCE = "updates/trust.json"
KEY_BYTES, SIGNATURE_BYTES = 32, 64
_WRONG = tr_noop("is not what it should be")

KeyId = Annotated[str, matching(r"[a-z0-9][a-z0-9.-]{0,63}", _WRONG, longest=64)]
Day = Annotated[str, matching(r"\d{4}-\d{2}-\d{2}", _WRONG, longest=10)]
Base64 = Annotated[str, matching(r"[A-Za-z0-9+/]{1,120}={0,2}", _WRONG, longest=128)]
WebAddress = Annotated[str, matching(r"(?:https?://[!-~]{1,2000})?", _WRONG, longest=2010)]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedKey:
    """An Ed25519 key, believed from one day to another; two of them overlap while one follows the other."""

    id: KeyId
    public: Base64
    first_day: Day
    last_day: Day

    @property
    def bytes(self) -> bytes:
        """The key itself."""
        return from_base64(self.public, KEY_BYTES)

    def is_valid_on(self, day: date) -> bool:
        """Whether it is believed on ``day``."""
        return self.first_day <= day.isoformat() <= self.last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """``address`` is where the signed description of the newest version is; empty if this build names none."""

    format: Integer
    address: WebAddress
    keys: tuple[TrustedKey, ...]


def bundled_trust() -> Trust:
    """What comes with the program."""
    try:
        return read_trust(resource_path(RESOURCE))
    except SchemaError as error:
        raise BugError(f"The program's file {RESOURCE} is damaged ({error}).") from error


def read_trust(path: Path) -> Trust:
    """What is in a file. Raises SchemaError or OSError."""
    return decode(read_json_file(path), Trust, only_known=True)


def from_base64(text: str, count: int) -> bytes:
    """``count`` bytes. Raises ValueError if they are not so many."""
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from error
    if len(found) != count:
        raise ValueError(f"{len(found)} bytes instead of {count}")
    return found
