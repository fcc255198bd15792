"""Valid inputs made invalid: bits, bytes, pieces and, where there is JSON in them, single values of it."""

from __future__ import annotations

import json
import random
import re
import string
from collections.abc import Callable
from typing import Any

# What a field of a record is replaced by: every kind, and the borders of each.
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**20, 10**30, 10**400,
    0.5, -0.0, 1e308, -1e308, 1e-308, float("nan"), float("inf"), float("-inf"),
    "", "a", "\0", "\n", "\x1b[31m\x07", "\u202e\u2066", "\ud800", "s\udcff", "../../x", "/etc/passwd", "CON",
    "a" * 5000, [], {}, [[]], [None], [{}], {"": None}, ["\ud800"], {"\ud800": 1},
]  # fmt: skip
NESTED = [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 5_000 + b"]" * 5_000]
_JSON_LINE = re.compile(rb"[^\r\n]*[{\[][^\r\n]*")


def mutated(data: bytes, dice: random.Random) -> bytes:
    """``data`` after one to four changes that ``dice`` choose."""
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        data = dice.choice(CHANGES)(data, dice)
    return data


def changed_value(data: bytes, dice: random.Random) -> bytes:
    """One value, name or whole field of some JSON in ``data`` is another."""
    found = list(_JSON_LINE.finditer(data))
    whole = _loaded(data)
    if whole is not None and (not found or dice.random() < 0.5):
        return _dumped(_changed(whole, dice))
    if not found:
        return flipped_bit(data, dice)
    line = dice.choice(found)
    value = _loaded(line.group())
    if value is None:
        return flipped_bit(data, dice)
    return data[: line.start()] + _dumped(_changed(value, dice)) + data[line.end() :]


def flipped_bit(data: bytes, dice: random.Random) -> bytes:
    """One bit is the other."""
    if not data:
        return b"\0"
    at = dice.randrange(len(data))
    return data[:at] + bytes([data[at] ^ (1 << dice.randrange(8))]) + data[at + 1 :]


def cut_off(data: bytes, dice: random.Random) -> bytes:
    """The end is missing, or the beginning."""
    at = dice.randrange(len(data) + 1)
    return data[:at] if dice.random() < 0.8 else data[at:]


def without_piece(data: bytes, dice: random.Random) -> bytes:
    """A piece is missing."""
    begin, end = _piece(data, dice)
    return data[:begin] + data[end:]


def piece_twice(data: bytes, dice: random.Random) -> bytes:
    """A piece stands there again, somewhere."""
    begin, end = _piece(data, dice)
    at = dice.randrange(len(data) + 1)
    return data[:at] + data[begin:end] + data[at:]


def swapped(data: bytes, dice: random.Random) -> bytes:
    """Two pieces have changed places."""
    a, b = _piece(data, dice)
    c, d = _piece(data, dice)
    if c < b:
        return data
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def huge_number(data: bytes, dice: random.Random) -> bytes:
    """Four or eight bytes are a large number, or a number in digits is."""
    digits = list(re.finditer(rb"\d+", data))
    if digits and dice.random() < 0.5:
        place = dice.choice(digits)
        number = dice.choice((b"9" * 19, b"9" * 25, b"-1", b"1e999", b"9" * 5000, b"0.5", b"NaN"))
        return data[: place.start()] + number + data[place.end() :]
    size = dice.choice((4, 8))
    at = dice.randrange(len(data) + 1)
    number = dice.choice((2 ** (8 * size) - 1, 2 ** (8 * size - 1), 2 ** (8 * size - 1) - 1, 0))
    return data[:at] + number.to_bytes(size, "little") + data[at + size :]


def foreign_bytes(data: bytes, dice: random.Random) -> bytes:
    """Bytes of another kind: no UTF-8, NUL, escapes, a byte-order mark, deep nesting."""
    inserted = dice.choice(
        (
            b"\xff\xfe",
            b"\0",
            b"\xed\xa0\x80",
            b"\x1b]0;x\x07",
            b"\xef\xbb\xbf",
            b"\r",
            b"\n\n",
            *NESTED,
        )
    )
    at = dice.choice((0, len(data), dice.randrange(len(data) + 1)))
    return data[:at] + inserted + data[at:]


def nothing_or_noise(data: bytes, dice: random.Random) -> bytes:
    """An empty file, or one of nothing that was meant."""
    return dice.choice((b"", b"\0" * 1000, dice.randbytes(1000), dice.choice(NESTED)))


CHANGES: list[Callable[[bytes, random.Random], bytes]] = [
    *[changed_value] * 6,
    *[flipped_bit] * 3,
    cut_off,
    without_piece,
    piece_twice,
    swapped,
    *[huge_number] * 2,
    foreign_bytes,
    nothing_or_noise,
]
# The last is rare: it says nothing new after the first time.
CHANGES[:-1] *= 3


def _piece(data: bytes, dice: random.Random) -> tuple[int, int]:
    begin = dice.randrange(len(data) + 1)
    return begin, min(len(data), begin + dice.choice((1, 4, 16, 256, 4096)))


def _loaded(data: bytes) -> Any:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) and value else None


def _dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


def _changed(value: Any, dice: random.Random) -> Any:
    """``value``, a list or an object that is not empty, with one change at some depth."""
    copy: Any = dict(value) if isinstance(value, dict) else list(value)
    at = dice.choice(list(copy) if isinstance(copy, dict) else range(len(copy)))
    inner = copy[at]
    if isinstance(inner, dict | list) and inner and dice.random() < 0.75:
        copy[at] = _changed(inner, dice)
        return copy
    match dice.randrange(8):
        case 0:
            del copy[at]
        case 1 if isinstance(copy, dict):
            copy["".join(dice.choices(string.ascii_letters + "\0\ud800é/.", k=4))] = inner
        case 1 | 2 if isinstance(copy, list):
            copy.append(inner)
        case 2:
            copy[at] = [inner]
        case _:
            copy[at] = dice.choice(VALUES)
    return copy
