"""Times as files write them."""

from __future__ import annotations

from datetime import UTC, datetime


def written_time(when: datetime) -> str:
    """``when`` in universal time by ISO 8601; a time without a zone is taken for universal time."""
    universal = when.astimezone(UTC) if when.tzinfo is not None else when
    return universal.strftime("%Y-%m-%dT%H:%M:%SZ") if universal.year >= 1000 else _EARLIEST


_EARLIEST = "1980-01-01T00:00:00Z"


def written_time_or_earliest(when: datetime | None) -> str:
    """As :func:`written_time`; without a time one that is always the same."""
    return written_time(when) if when is not None else _EARLIEST
