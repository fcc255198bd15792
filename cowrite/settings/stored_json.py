"""Reading the program's own small files, whatever somebody or something has written into them."""

from __future__ import annotations

import errno
import json
import math
import os
import stat
from pathlib import Path
from typing import Any

LONGEST_NUMBER = 40
"""Digits. A longer one means nothing, and Python refuses to read some of them."""
MOST = 2**31 - 1
"""The largest count or place that a window understands."""


def read_stored(file: Path) -> bytes:
    """The content of a regular file. Raises OSError, also for a pipe, which would keep the reader waiting."""
    if not stat.S_ISREG(file.stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    return file.read_bytes()


def read_json(data: bytes | str) -> Any:
    """What ``data`` holds. Raises ValueError for what is no JSON, nested too deeply or in another encoding.

    A whole number that is absurdly long is read as infinity, so that one such number hides nothing else.
    """
    try:
        text = (
            data if isinstance(data, str) else data.decode("utf-8-sig")
        )  # some editors add a byte-order mark
        return json.loads(text, parse_int=_whole)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else math.inf


def is_place(value: object) -> bool:
    """Whether ``value`` is a whole number from 0 on that a window understands."""
    return type(value) is int and 0 <= value <= MOST


def is_name(value: object) -> bool:
    """Whether ``value`` is a string that may name a file, a folder or a model: no NUL, no half characters."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    return True


def is_absolute_path(value: object) -> bool:
    """Whether ``value`` is a string that names a file from the root on."""
    return isinstance(value, str) and is_name(value) and os.path.isabs(value)  # noqa: PTH117
