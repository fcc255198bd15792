"""The signed description of the newest version: whether it may be believed, and what it says."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json
from cowrite.base.records import Count, Integer, Sha256, decode, matching
from cowrite.localization import tr, tr_noop
from cowrite.localization.dates import day_text
from cowrite.settings.newer_data import is_newer, newer_data
from cowrite.updates.trust import (
    SIGNATURE_BYTES,
    Base64,
    Day,
    KeyId,
    TrustedKey,
    WebAddress,
    from_base64,
)

logger = logging.getLogger(__name__)

FORMAT = 1
LARGEST = 1 << 20
PURPOSE = b"cowrite update 1\n"
"""Stands before what is signed, so that a signature for something else never fits."""
_WRONG = tr_noop("is not what it should be")

VERSION_PATTERN = r"\d{1,5}(?:\.\d{1,5}){1,3}"
Version = Annotated[str, matching(VERSION_PATTERN, _WRONG, longest=24)]
Word = Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,120}", _WRONG, longest=121)]
Line = Annotated[str, matching("[^\0-\x1f\x7f\ud800-\udfff]{1,500}", _WRONG, longest=500)]


class PackKind(StrEnum):
    """What a pack is a part of; each is updated by itself."""

    PROGRAM = "program"
    RUNTIME = "runtime"
    MODEL = "model"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePack:
    """A file of the new version. ``installation`` is the kind of package that it is for; empty where it is for all.

    ``system`` is as in the description of a pack, or empty.
    """

    kind: PackKind
    name: Word
    version: Word
    size: Count
    sha256: Sha256
    url: WebAddress
    installation: str = ""
    system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateMetadata:
    """``serial`` is greater in each later one. ``changes`` are lines by the language they are in."""

    format: Integer
    serial: Count
    issued: Day
    expires: Day
    version: Version
    changes: dict[str, tuple[Line, ...]]
    packs: tuple[UpdatePack, ...]

    def changes_in(self, language: str) -> tuple[str, ...]:
        """What is new, in ``language`` or else in English."""
        return self.changes.get(language) or self.changes.get("en", ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """By the key called ``key``."""

    key: KeyId
    signature: Base64


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """``signed`` is JSON as text: what is signed are its very bytes."""

    format: Integer
    signed: str
    signatures: tuple[Signature, ...]


def version_number(version: str) -> tuple[int, ...]:
    """To compare versions with; trailing zeros do not count."""
    numbers = [int(part) for part in version.split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def read_signed(data: bytes, keys: Sequence[TrustedKey], today: date) -> UpdateMetadata:
    """What ``data`` says, if it is signed by one of ``keys`` and still holds ``today``. Raises UserError."""
    try:
        stored = read_json(data)
        if is_newer(stored, FORMAT):
            raise newer_data(tr_noop("The news about updates is for a newer version of Cowrite."))
        envelope = decode(stored, Envelope)
        _require_signed(envelope, keys, today)
        metadata = decode(read_json(envelope.signed), UpdateMetadata)
    except SchemaError as error:
        logger.info("the description of an update cannot be read (%s)", error.place)
        raise UserError(
            tr("What the server says about updates is not complete."), tr("Try again later.")
        ) from error
    if metadata.issued > today.isoformat():
        raise UserError(
            tr(
                "What the server says about updates is of {day}, a day that is still to come.",
                day=day_text(_day(metadata.issued)),
            ),
            tr("Check the date of this computer, and try again."),
        )
    if metadata.expires < today.isoformat():
        raise UserError(
            tr(
                "What the server says about updates held until {day} only.",
                day=day_text(_day(metadata.expires)),
            ),
            tr("Check the date of this computer. If it is right, try again in some days."),
        )
    return metadata


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.max


def _require_signed(envelope: Envelope, keys: Sequence[TrustedKey], today: date) -> None:
    """Raise UserError unless one of ``keys`` that is valid now has signed it, before anything of it is read."""
    from nacl.exceptions import BadSignatureError
    from nacl.signing import VerifyKey

    by_id = {key.id: key for key in keys}
    known = [each for each in envelope.signatures if each.key in by_id]
    if not known:
        raise UserError(
            tr("The news about updates is signed with a key that this version does not know."),
            tr("Get the newest version by hand, from where you got this one."),
        )
    current = [each for each in known if by_id[each.key].is_valid_on(today)]
    if not current:
        raise UserError(
            tr("The keys that this version knows are not valid today."),
            tr("Check the date of this computer. If it is right, get the newest version by hand."),
        )
    message = PURPOSE + envelope.signed.encode("utf-8", "surrogatepass")
    for each in current:
        try:
            signature = from_base64(each.signature, SIGNATURE_BYTES)
            VerifyKey(by_id[each.key].bytes).verify(message, signature)
        except (BadSignatureError, ValueError):
            continue
        return
    raise UserError(
        tr("The news about updates has a wrong signature: somebody may have changed it."),
        tr("Nothing was downloaded. Try again from another network."),
    )


def envelope_of(metadata: bytes, signatures: Sequence[tuple[str, str]]) -> bytes:
    """The file that a server gives out: ``metadata`` with its signatures, in base64, by the names of keys."""
    rows = [{"key": key, "signature": signature} for key, signature in signatures]
    value = {"format": FORMAT, "signed": metadata.decode("utf-8"), "signatures": rows}
    return json.dumps(value, indent=1).encode() + b"\n"
