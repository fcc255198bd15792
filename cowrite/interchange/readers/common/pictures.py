"""Pictures that come inside of a file: told by their first bytes, counted, and given a name."""

from __future__ import annotations

from dataclasses import dataclass, field

from cowrite.interchange.manuscript import PictureData
from cowrite.interchange.report import Report
from cowrite.localization import tr

MOST_IN_ONE = 20 << 20
MOST_IN_ALL = 60 << 20
MOST_PICTURES = 2_000

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


def media_type(data: bytes) -> str:
    """What kind of picture it is by its first bytes; empty if it is none that is carried."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return ""


@dataclass
class PictureStore:
    """The pictures of one file. The same bytes are kept once."""

    report: Report
    found: dict[str, PictureData] = field(default_factory=dict)
    _names: dict[bytes, str] = field(default_factory=dict)
    _size: int = 0

    def add(self, data: bytes) -> str:
        """The name under which it is kept, or nothing if it was left out, which is said."""
        known = self._names.get(data)
        if known is not None:
            return known
        kind = media_type(data)
        if not kind:
            self.report.leave_out(tr("picture in a format that is not supported"))
            return ""
        is_much = len(data) > MOST_IN_ONE or self._size + len(data) > MOST_IN_ALL
        if is_much or len(self.found) >= MOST_PICTURES:
            self.report.leave_out(tr("picture that is damaged or too large"))
            return ""
        name = f"picture-{len(self.found) + 1}.{_ENDINGS[kind]}"
        self.found[name] = PictureData(data, kind)
        self._names[data] = name
        self._size += len(data)
        return name
