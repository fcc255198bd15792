"""What a picture is by its bytes: a name may say anything, and a file that says the wrong kind opens with a repair."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from cowrite.interchange.manuscript import PictureData

_DOTS_PER_INCH = 96.0
_METRES_PER_INCH = 0.0254
# Frames of a JPEG file that say how large it is; C4, C8 and CC among them say something else.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class Image:
    """A picture that every program shows. ``width`` and ``height``: in points."""

    data: bytes
    media_type: str
    ending: str
    width: float
    height: float

    def within(self, width: float, height: float) -> tuple[float, float]:
        """Its width and height in points, made smaller until it fits."""
        scale = min(1.0, width / self.width, height / self.height)
        return self.width * scale, self.height * scale


def image_of(picture: PictureData) -> Image | None:
    """The picture if it is a PNG, JPEG or GIF file; None otherwise."""
    data = picture.data
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            found = _png(data)
            return _image(data, "image/png", "png", *found)
        if data.startswith(b"\xff\xd8\xff"):
            found = _jpeg(data)
            return _image(data, "image/jpeg", "jpg", *found)
        if data.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack_from("<HH", data, 6)
            return _image(data, "image/gif", "gif", width, height, 0.0)
    except struct.error:
        return None  # cut off
    return None


def _image(
    data: bytes, media_type: str, ending: str, width: int, height: int, dots: float
) -> Image | None:
    if not (width and height):
        return None
    scale = 72.0 / (dots if 30.0 <= dots <= 2400.0 else _DOTS_PER_INCH)
    return Image(data, media_type, ending, width * scale, height * scale)


def _png(data: bytes) -> tuple[int, int, float]:
    width, height = struct.unpack_from(">II", data, 16)
    at, dots = 8, 0.0
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        if kind == b"pHYs" and length == 9:
            across, _, unit = struct.unpack_from(">IIB", data, at + 8)
            dots = across * _METRES_PER_INCH if unit == 1 else 0.0
        if kind in (b"IDAT", b"IEND"):
            break
        at += 12 + length
    return width, height, dots


def _jpeg(data: bytes) -> tuple[int, int, float]:
    at, dots = 2, 0.0
    while at + 4 <= len(data):
        marker, length = struct.unpack_from(">xBH", data, at)
        if data[at] != 0xFF:
            break
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xE0 and data[at + 4 : at + 9] == b"JFIF\x00":
            unit, across = struct.unpack_from(">BH", data, at + 11)
            dots = across * {1: 1.0, 2: 2.54}.get(unit, 0.0)
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height, dots
        at += 2 + length
    return 0, 0, 0.0
