"""Checks at every border: what comes from a file or another program is believed only as far as it was read here.

:func:`read_json` takes the bytes, :class:`Record` the fields of an object, and :class:`SchemaError` says which field is
wrong and why, without quoting what is in it: that may be what somebody wrote.
"""

from __future__ import annotations

import errno
import json
import math
import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

LEAST_INTEGER, MOST_INTEGER = -(2**63), 2**63 - 1
"""What SQLite can store, and every other program can read."""
LAST_MS = 253_402_128_000_000
"""The last Unix milliseconds that are a date, of the year 9999, in every time zone."""
LONGEST_NAME = 4096
"""Characters of an id, a name or a path."""
MOST_NESTED = 64
LARGEST_JSON = 64 << 20
"""Bytes of a file that is read at once, unless whoever reads it says another number."""

_MISSING: Any = object()
_Word = TypeVar("_Word", bound=StrEnum)


class SchemaError(ValueError):
    """A value that may not stand at ``place``, such as “event.at_ms”; “” is the whole."""

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        self.problem = problem
        super().__init__(f"“{place}” {problem}" if place else f"it {problem}")

    def __reduce__(self) -> tuple[type[SchemaError], tuple[str, str]]:
        return type(self), (self.place, self.problem)


def read_json(data: bytes | str, *, tolerant: bool = False) -> Any:
    """The value that ``data`` is. Raises SchemaError.

    Refused besides what is no JSON: bytes that are no UTF-8, numbers that are not finite or need more than 64 bits, a
    field that is there twice, and more than MOST_NESTED levels. With ``tolerant`` such a number is read as one that is
    not finite, and of two fields the last: where each value is checked by itself, one hides no other.
    """
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        value = json.loads(
            text,
            object_pairs_hook=dict if tolerant else _once_each,
            parse_int=_any_integer if tolerant else _integer,
            parse_float=float if tolerant else _float,
            parse_constant=float if tolerant else _not_finite,
        )
    except SchemaError as error:
        raise SchemaError(_place_of_number(text), error.problem) from None
    except UnicodeDecodeError as error:
        raise SchemaError("", "is not UTF-8 text") from error
    except RecursionError as error:
        raise SchemaError("", "is nested too deeply") from error
    except ValueError as error:
        raise SchemaError("", "is not complete JSON") from error
    if text.count("[") + text.count("{") > MOST_NESTED:
        _require_shallow(value)
    return value


def read_json_file(path: Path, most_bytes: int = LARGEST_JSON, *, tolerant: bool = False) -> Any:
    """The value in a file of at most ``most_bytes``; see :func:`read_json`. Raises SchemaError or OSError."""
    return read_json(read_regular(path, most_bytes), tolerant=tolerant)


def read_regular(path: Path, most_bytes: int = LARGEST_JSON) -> bytes:
    """What is in a file of at most ``most_bytes``. Raises SchemaError if it has more.

    Raises OSError, also for a pipe or a device, which would keep the reader waiting.
    """
    status = path.stat()  # before opening: a pipe would wait for a writer
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))
    if status.st_size > most_bytes:
        raise SchemaError("", "is too large")
    with path.open("rb") as file:
        return file.read()


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of a JSON object at ``place``. Each reader raises SchemaError unless the field is what it says.

    A ``default`` stands for a field that is not there; without one it must be there.
    """

    fields: Mapping[str, Any]
    place: str = ""

    @classmethod
    def of(cls, value: object, place: str = "") -> Record:
        """The record that ``value`` is. Raises SchemaError if it is no object."""
        if not isinstance(value, dict):
            raise SchemaError(place, "should be an object")
        return cls(value, place)

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Raise SchemaError about the field ``name``."""
        raise SchemaError(self._at(name), problem)

    def require_only(self, names: Sequence[str]) -> None:
        """Raises SchemaError if there is another field than ``names``."""
        if not self.fields.keys() <= set(names):
            raise SchemaError(self.place, "has fields that are not known")

    def integer(
        self,
        name: str,
        least: int = LEAST_INTEGER,
        most: int = MOST_INTEGER,
        default: int = _MISSING,
    ) -> int:
        """A whole number from ``least`` to ``most``; true and 1.0 are none."""
        value = self._get(name, default)
        if type(value) is not int:
            self.refuse(name, "should be a whole number")
        if not least <= value <= most:
            self.refuse(name, "is out of range")
        return value

    def count(self, name: str, most: int = MOST_INTEGER, default: int = _MISSING) -> int:
        """A whole number from 0."""
        return self.integer(name, 0, most, default)

    def moment(self, name: str, default: int = _MISSING) -> int:
        """Unix time in milliseconds, from 1970 to 9999."""
        return self.integer(name, 0, LAST_MS, default)

    def number(
        self,
        name: str,
        least: float = -math.inf,
        most: float = math.inf,
        default: float = _MISSING,
    ) -> float:
        """A finite number from ``least`` to ``most``."""
        value = self._get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, "should be a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number) or not least <= number <= most:
            self.refuse(name, "is out of range")
        return number

    def optional_number(self, name: str) -> float | None:
        """A finite number; None where there is null or nothing."""
        return None if self.fields.get(name) is None else self.number(name)

    def flag(self, name: str, default: bool = _MISSING) -> bool:
        """True or false; 1 and 0 are neither."""
        value = self._get(name, default)
        if not isinstance(value, bool):
            self.refuse(name, "should be true or false")
        return value

    def text(self, name: str, longest: int = LONGEST_NAME, default: str = _MISSING) -> str:
        """A name: at most ``longest`` characters of valid Unicode, without the character NUL."""
        return self._name(self._get(name, default), name, longest)

    def path(self, name: str, default: str = _MISSING) -> str:
        """A path as :func:`os.fsdecode` gives it: bytes that are no UTF-8 are halves of surrogate pairs there."""
        value = self._get(name, default)
        if not isinstance(value, str):
            self.refuse(name, "should be a text")
        try:
            data = value.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            self.refuse(name, "has invalid characters")
        if b"\0" in data:
            self.refuse(name, "has invalid characters")
        if len(value) > LONGEST_NAME:
            self.refuse(name, "is too long")
        return value

    def absolute_path(self, name: str, default: str = _MISSING) -> str:
        """A path from the root on; a ``default`` may be another."""
        value = self.path(name, default)
        if not os.path.isabs(value) and value != default:  # noqa: PTH117 - half characters are allowed in it
            self.refuse(name, "should be a path from the root on")
        return value

    def prose(self, name: str, default: str = _MISSING) -> str:
        """A text that a person wrote, of any length, and with halves of surrogate pairs as a page may give them."""
        value = self._get(name, default)
        if not isinstance(value, str):
            self.refuse(name, "should be a text")
        return value

    def word(self, name: str, words: type[_Word]) -> _Word:
        """One of the values of an enumeration."""
        value = self._get(name, _MISSING)
        try:
            return words(value)
        except ValueError:
            self.refuse(name, "is not one of the known words")

    def texts(
        self, name: str, longest: int = LONGEST_NAME, default: Sequence[str] = _MISSING
    ) -> tuple[str, ...]:
        """A list of names."""
        values = self.items(name, default)
        return tuple(self._name(each, f"{name}[{at}]", longest) for at, each in enumerate(values))

    def paths(self, name: str, default: Sequence[str] = _MISSING) -> tuple[str, ...]:
        """A list of paths, see :meth:`path`."""
        values = self.items(name, default)
        each = Record({f"{name}[{at}]": value for at, value in enumerate(values)}, self.place)
        return tuple(each.path(field) for field in each.fields)

    def items(self, name: str, default: Sequence[Any] = _MISSING) -> Sequence[Any]:
        """A list of anything."""
        value = self._get(name, default)
        if not isinstance(value, list | tuple):
            self.refuse(name, "should be a list")
        return value

    def records(self, name: str, default: Sequence[Any] = _MISSING) -> Iterator[Record]:
        """A list of objects."""
        for at, each in enumerate(self.items(name, default)):
            yield Record.of(each, self._at(f"{name}[{at}]"))

    def record(self, name: str) -> Record:
        """An object."""
        return Record.of(self._get(name, _MISSING), self._at(name))

    def table(self, name: str) -> Iterator[tuple[str, Record]]:
        """An object whose fields are objects, by their names."""
        within = self.record(name)
        for key in within.fields:
            self._name(key, name, LONGEST_NAME)
            yield key, within.record(key)

    def _get(self, name: str, default: Any) -> Any:
        value = self.fields.get(name, default)
        if value is _MISSING:
            self.refuse(name, "is missing")
        return value

    def _name(self, value: object, name: str, longest: int) -> str:
        if not isinstance(value, str):
            self.refuse(name, "should be a text")
        if len(value) > longest:
            self.refuse(name, "is too long")
        if "\0" in value or not is_unicode(value):
            self.refuse(name, "has invalid characters")
        return value

    def _at(self, name: str) -> str:
        return f"{self.place}.{name}" if self.place else name


def is_unicode(text: str) -> bool:
    """Whether ``text`` has no half of a surrogate pair, so that every encoding of Unicode takes it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def may_be_path(value: object) -> bool:
    """Whether ``value`` is a string that may name a file; see :meth:`Record.path`."""
    try:
        Record({"path": value}).path("path")
    except SchemaError:
        return False
    return True


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SchemaError("", "has a field twice")
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20 or not LEAST_INTEGER <= (number := int(digits)) <= MOST_INTEGER:
        raise SchemaError("", "is a number that is out of range")
    return number


def _any_integer(digits: str) -> int | float:
    try:
        return _integer(digits)
    except SchemaError:
        return math.inf


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise SchemaError("", "is a number that is out of range")
    return number


def _not_finite(_word: str) -> NoReturn:
    raise SchemaError("", "is a number that is not finite")


def _place_of_number(text: str) -> str:
    """Where in ``text`` a number is that cannot be; “” if that cannot be told."""
    try:
        waiting: list[tuple[str, Any]] = [("", json.loads(text))]
    except (ValueError, RecursionError):
        return ""
    while waiting:
        place, value = waiting.pop()
        if isinstance(value, dict):
            start = f"{place}." if place else ""
            waiting += [(f"{start}{name}", each) for name, each in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{place}[{at}]", each) for at, each in enumerate(value)]
        elif _is_out_of_range(value):
            return place if len(place) <= LONGEST_NAME and is_unicode(place) else ""
    return ""


def _is_out_of_range(value: Any) -> bool:
    if isinstance(value, float):
        return not math.isfinite(value)
    return isinstance(value, int) and not LEAST_INTEGER <= value <= MOST_INTEGER


def _require_shallow(value: Any) -> None:
    level = [value]
    for _ in range(MOST_NESTED):
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner += [v for v in each.values() if isinstance(v, dict | list)]
            elif isinstance(each, list):
                inner += [v for v in each if isinstance(v, dict | list)]
        if not inner:
            return
        level = inner
    raise SchemaError("", "is nested too deeply")
