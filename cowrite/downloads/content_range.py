"""Which bytes of a file an answer holds: its Content-Range, which counts more than its status."""

from __future__ import annotations

import re
from dataclasses import dataclass

_RANGE = re.compile(
    r"\s*bytes\s+(?:(\d{1,18})-(\d{1,18})|\*)\s*/\s*(?:(\d{1,18})|\*)\s*", re.IGNORECASE | re.ASCII
)


@dataclass(frozen=True, slots=True)
class ContentRange:
    """From ``start`` to before ``end`` of ``total`` bytes; None is what is not said."""

    start: int | None
    end: int | None
    total: int | None


def parse_content_range(value: str) -> ContentRange | None:
    """What ``value`` says; None if it is no range of bytes, or one that cannot be."""
    found = _RANGE.fullmatch(value)
    if found is None:
        return None
    first, last, total = (None if each is None else int(each) for each in found.groups())
    if first is None or last is None:
        return ContentRange(None, None, total) if total is not None else None
    if last < first or (total is not None and last >= total):
        return None
    return ContentRange(first, last + 1, total)
