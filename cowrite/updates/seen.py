"""What was seen of updates: news that is older than that is not believed any more."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.base.records import Count, Integer, Moment, decode, matching
from cowrite.base.system_reasons import reason_of
from cowrite.localization import tr, tr_noop
from cowrite.settings.newer_data import write_unless_newer
from cowrite.updates.metadata import VERSION_PATTERN

FORMAT = 1
FILE = "updates.json"
_LARGEST = 1 << 16
_NEWER = tr_noop("What was seen of updates was written by a newer version of Cowrite.")

_VersionOrEmpty = Annotated[
    str,
    matching(rf"(?:{VERSION_PATTERN})?", tr_noop("is not what it should be"), longest=24),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """``serial`` and ``version`` are those of the newest news; ``checked_ms`` is when it was asked for last."""

    format: Integer = FORMAT
    serial: Count = 0
    version: _VersionOrEmpty = ""
    checked_ms: Moment = 0


def read_seen(data: Path) -> Seen:
    """What is in the folder ``data``. A file that cannot be read is as none."""
    try:
        return decode(read_json_file(data / FILE, _LARGEST), Seen)
    except (OSError, SchemaError):
        return Seen()


def write_seen(data: Path, seen: Seen) -> None:
    """Keep it. Raises UserError."""
    try:
        write_unless_newer(data / FILE, json.dumps(asdict(seen)).encode(), FORMAT, _NEWER)
    except OSError as error:
        raise UserError(
            tr("What was seen of updates could not be stored ({reason}).", reason=reason_of(error)),
            tr("Check the disk, and try again."),
        ) from error
