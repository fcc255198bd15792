"""Checks at every border: what comes from a file or another program is believed only as far as it was read here.

A record is a dataclass whose fields have the types below; msgspec converts, strictly. :func:`decode` refuses what is
not wholly right, :func:`decode_sensible` keeps what makes sense. :class:`~cowrite.base.json_values.SchemaError` says
which field is wrong and why, without quoting what is in it: that may be what somebody wrote.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Hashable, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, cast, get_args, get_type_hints

import msgspec
from msgspec import Meta

from cowrite.base.json_values import LEAST_INTEGER, LONGEST_NAME, MOST_INTEGER, SchemaError
from cowrite.localization import tr_noop

LAST_MS = 253_402_128_000_000
"""The last Unix milliseconds that are a date, of the year 9999, in every time zone."""

_T = TypeVar("_T")
_PROBLEMS: dict[str, str] = {}
"""What to say of a text that does not match a pattern, by the pattern as msgspec shows it."""


def matching(pattern: str, problem: str, *, longest: int = LONGEST_NAME) -> Meta:
    """A text of at most ``longest`` characters all of which are ``pattern``; of another one is said ``problem``."""
    whole = rf"\A(?:{pattern})\Z"
    _PROBLEMS[repr(whole)] = problem
    return Meta(pattern=whole, max_length=longest)


_INVALID = tr_noop("has invalid characters")


def name_up_to(longest: int) -> Meta:
    """Valid Unicode of at most ``longest`` characters, without the character NUL."""
    return matching("[^\0\ud800-\udfff]*", _INVALID, longest=longest)


# A path as os.fsdecode gives it: bytes that are no UTF-8 are these halves of surrogate pairs.
_OF_A_PATH = "[^\0\ud800-\udc7f\udd00-\udfff]"
_FROM_THE_ROOT = r"(?:[A-Za-z]:)?[\\/]" if os.name == "nt" else "/"
_NOT_ABSOLUTE = tr_noop("should be a path from the root on")

Integer = Annotated[int, Meta(ge=LEAST_INTEGER, le=MOST_INTEGER)]
"""A whole number of 64 bits; true and 1.0 are none."""
Count = Annotated[int, Meta(ge=0, le=MOST_INTEGER)]
"""A whole number from 0."""
Moment = Annotated[int, Meta(ge=0, le=LAST_MS)]
"""Unix time in milliseconds, from 1970 to 9999."""
Number = Annotated[float, Meta(ge=-sys.float_info.max, le=sys.float_info.max)]
"""A finite number."""
NonNegative = Annotated[float, Meta(ge=0, le=sys.float_info.max)]
"""A finite number from 0."""
Share = Annotated[float, Meta(ge=0, le=1)]
"""A number from 0 to 1."""
Name = Annotated[str, name_up_to(LONGEST_NAME)]
"""A name: valid Unicode without the character NUL."""
PathText = Annotated[str, matching(f"{_OF_A_PATH}*", _INVALID)]
"""A path, relative or not."""
AbsolutePath = Annotated[str, matching(f"{_FROM_THE_ROOT}{_OF_A_PATH}*", _NOT_ABSOLUTE)]
"""A path from the root on."""
AbsolutePathOrEmpty = Annotated[str, matching(f"(?:{_FROM_THE_ROOT}{_OF_A_PATH}*)?", _NOT_ABSOLUTE)]
"""The same, or nothing."""
Sha256 = Annotated[str, matching("[0-9a-f]{64}", tr_noop("is no SHA-256"))]
Prose = str
"""A text that a person wrote, of any length, and with halves of surrogate pairs as a page may give them."""


def decode(value: object, kind: type[_T], place: str = "", *, only_known: bool = False) -> _T:
    """``value`` as a ``kind``, all of it. Raises SchemaError; ``place`` is where the value stands.

    Fields that ``kind`` does not have are passed over; with ``only_known`` they are refused.
    """
    given = _known(value, kind)
    try:
        found = msgspec.convert(given, kind)
    except msgspec.ValidationError as error:
        raise _in_plain_words(error, place) from None
    except (
        UnicodeEncodeError
    ):  # half a character in the name of a field within, or in what should be a word of ours
        raise SchemaError(_joined(place, _place_of_half(given, kind)), _INVALID) from None
    if only_known:
        _require_known(value, found, place)
    return found


def require_format(value: object, known: int) -> None:
    """Raise SchemaError unless ``value`` is an object whose ``format`` is ``known``."""
    if format_of(value) != known:
        raise SchemaError("format", tr_noop("is not one that Cowrite knows"))


def format_of(value: object) -> int:
    """The number of the format that an object says it has. Raises SchemaError if it says none."""
    return decode(value, _Format).format


@dataclass(frozen=True, slots=True, kw_only=True)
class _Format:
    format: Integer


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensible(Generic[_T]):
    """What made sense of a record, and the names of the fields that did not."""

    record: _T
    left_out: tuple[str, ...] = ()


def decode_sensible(
    value: object, kind: type[_T], *, usual: Mapping[str, object] | None = None
) -> Sensible[_T]:
    """A ``kind``, a dataclass, with those fields of ``value`` that make sense; the others have their defaults.

    A field without a default is taken from ``usual``, and is left out also if it is missing. Raises SchemaError if
    ``value`` is no object.
    """
    given = _known(value, kind)
    if not isinstance(given, dict):
        raise SchemaError("", tr_noop("should be an object"))
    shape = cast(Hashable, kind)
    hints = _hints(shape)
    good: dict[str, Any] = dict(usual or {})
    left_out = []
    for name, is_required in _fields_of(shape).items():
        try:
            if name in given:
                good[name] = decode(given[name], hints[name], name)
            elif is_required:
                left_out.append(name)
        except SchemaError:
            left_out.append(name)
    return Sensible(record=kind(**good), left_out=tuple(left_out))


def is_valid(value: object, kind: Any) -> bool:
    """Whether ``value`` is a ``kind``, such as :data:`PathText`."""
    try:
        decode(value, kind)
    except SchemaError:
        return False
    return True


def may_be_path(value: object) -> bool:
    """Whether ``value`` is a string that may name a file."""
    return is_valid(value, PathText)


def _known(value: object, kind: Any) -> object:
    """``value`` without the fields that ``kind`` does not have: their names may be what msgspec cannot take."""
    if not is_dataclass(kind) or not isinstance(value, dict):
        return value
    names = _fields_of(cast(Hashable, kind))
    return {name: each for name, each in value.items() if name in names}


def _require_known(value: Any, found: Any, place: str) -> None:
    """Raise SchemaError if ``value``, of which ``found`` was made, has a field that no record in it has."""
    if is_dataclass(found) and not isinstance(found, type):
        names = _fields_of(type(found))
        if not value.keys() <= names.keys():
            raise SchemaError(place, tr_noop("has fields that are not known"))
        for name in _with_records(type(found)):
            if name in value:
                _require_known(value[name], getattr(found, name), _joined(place, name))
    elif isinstance(found, tuple | list):
        for at, (each, made) in enumerate(zip(value, found, strict=True)):
            _require_known(each, made, f"{place}[{at}]")
    elif isinstance(found, dict):
        for name, made in found.items():
            _require_known(value[name], made, f"{place}[...]")


def _place_of_half(given: Any, kind: Any) -> str:
    """The field of a record in which half a character stands where it must not; “” if that cannot be told."""
    if not is_dataclass(kind) or not isinstance(given, dict):
        return ""
    for name, each in given.items():
        try:
            msgspec.convert(each, _hints(cast(Hashable, kind))[name])
        except UnicodeEncodeError:
            return str(name)
        except msgspec.ValidationError:
            continue
    return ""


@cache
def _fields_of(kind: Hashable) -> dict[str, bool]:
    """Whether each field of a dataclass must be there, by its name."""
    return {
        each.name: each.default is MISSING and each.default_factory is MISSING
        for each in fields(cast(Any, kind))
    }


@cache
def _with_records(kind: Hashable) -> tuple[str, ...]:
    """The fields of a dataclass in whose values there may be another."""
    return tuple(name for name, hint in _hints(kind).items() if _may_hold_record(hint))


def _may_hold_record(hint: Any) -> bool:
    return is_dataclass(hint) or any(map(_may_hold_record, get_args(hint)))


@cache
def _hints(kind: Hashable) -> dict[str, Any]:
    return get_type_hints(kind, include_extras=True)


_MISSING_FIELD = re.compile(r"Object missing required field `(\w+)`")
_EXPECTED = re.compile(r"Expected `(\w+)(?: \| null)?`(.*)", re.DOTALL)
_REGEX = " matching regex "
_WRONG = tr_noop("is not what it should be")
_SHOULD_BE = {
    "int": tr_noop("should be a whole number"),
    "float": tr_noop("should be a number"),
    "bool": tr_noop("should be true or false"),
    "str": tr_noop("should be a text"),
    "array": tr_noop("should be a list"),
    "object": tr_noop("should be an object"),
}


def _in_plain_words(error: msgspec.ValidationError, place: str) -> SchemaError:
    """What msgspec says, without the values that it quotes."""
    said, at, path = str(error).rpartition(" - at ")
    if not at:
        said, path = path, ""
    path = path.removeprefix("`key` in ").strip("`").removeprefix("$").removeprefix(".")
    if isinstance(error.__cause__, SchemaError):  # of the record's own checks
        return SchemaError(_joined(place, path, error.__cause__.place), error.__cause__.problem)
    if missing := _MISSING_FIELD.fullmatch(said):
        return SchemaError(_joined(place, path, missing[1]), tr_noop("is missing"))
    return SchemaError(_joined(place, path), _problem(said))


def _problem(said: str) -> str:
    if said.startswith("Invalid enum value"):
        return tr_noop("is not one of the known words")
    expected = _EXPECTED.fullmatch(said)
    if expected is None:
        return tr_noop("is out of range") if "out of range" in said else _WRONG
    kind, more = expected.groups()
    if more.startswith(_REGEX):
        return _PROBLEMS.get(more.removeprefix(_REGEX), _INVALID)
    if kind == "str" and more.startswith(" of length"):
        return tr_noop("is too long")
    if more.startswith((" >", " <")):
        return tr_noop("is out of range")
    return _SHOULD_BE.get(kind, _WRONG)


def _joined(*places: str) -> str:
    whole = ""
    for each in filter(None, places):
        whole += each if not whole or each.startswith("[") else f".{each}"
    return whole
