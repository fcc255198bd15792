"""JSON from files and other programs, read more strictly than json and msgspec do.

Both let through what neither SQLite nor another program can store, or hide one value behind another; and msgspec takes
no half of a surrogate pair, which a text of a page may have. What the values mean is checked in
:mod:`cowrite.base.records`.
"""

from __future__ import annotations

import errno
import json
import math
import stat
from pathlib import Path
from typing import Any, NoReturn

from cowrite.localization import tr, tr_noop

LEAST_INTEGER, MOST_INTEGER = -(2**63), 2**63 - 1
"""What SQLite can store, and every other program can read."""
LONGEST_NAME = 4096
"""Characters of an id, a name or a path."""
MOST_NESTED = 64
LARGEST_JSON = 64 << 20
"""Bytes of a file that is read at once, unless whoever reads it says another number."""


class SchemaError(ValueError):
    """A value that may not stand at ``place``, such as “event.at_ms”; “” is the whole.

    ``problem`` is a message of the catalogue.
    """

    def __init__(self, place: str, problem: str) -> None:
        self.place = place
        self.problem = problem
        said = tr(problem)
        super().__init__(
            tr("“{place}” {problem}", place=place, problem=said)
            if place
            else tr("it {problem}", problem=said)
        )

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
        raise SchemaError("", tr_noop("is not UTF-8 text")) from error
    except RecursionError as error:
        raise SchemaError("", tr_noop("is nested too deeply")) from error
    except ValueError as error:
        raise SchemaError("", tr_noop("is not complete JSON")) from error
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
        raise OSError(errno.EINVAL, tr_noop("it is not a regular file"), str(path))
    if status.st_size > most_bytes:
        raise SchemaError("", tr_noop("is too large"))
    with path.open("rb") as file:
        return file.read()


def is_unicode(text: str) -> bool:
    """Whether ``text`` has no half of a surrogate pair, so that every encoding of Unicode takes it."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise SchemaError("", tr_noop("has a field twice"))
    return found


def _integer(digits: str) -> int:
    if len(digits) > 20 or not LEAST_INTEGER <= (number := int(digits)) <= MOST_INTEGER:
        raise SchemaError("", tr_noop("is a number that is out of range"))
    return number


def _any_integer(digits: str) -> int | float:
    try:
        return _integer(digits)
    except SchemaError:
        return math.inf


def _float(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise SchemaError("", tr_noop("is a number that is out of range"))
    return number


def _not_finite(_word: str) -> NoReturn:
    raise SchemaError("", tr_noop("is a number that is not finite"))


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
    raise SchemaError("", tr_noop("is nested too deeply"))
