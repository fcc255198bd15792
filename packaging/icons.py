"""Draws the program's icon with Qt, the same everywhere: ``python packaging/icons.py FILE...``.

FILE is a .png (as large as its name says, or 256 pixels), an .ico for Windows or an .icns for macOS.
"""

from __future__ import annotations

import os
import re
import struct
import sys
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "resources" / "icons" / "cowrite.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)
ICO_SIZES = (16, 24, 32, 48, 64, 256)
# What an .icns calls a PNG of that many pixels.
ICNS_KINDS = {128: b"ic07", 256: b"ic08", 512: b"ic09", 1024: b"ic10", 32: b"ic11", 64: b"ic12"}
USUAL_SIZE = 256


def png(size: int) -> bytes:
    """A PNG of ``size`` times ``size`` pixels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QByteArray
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    buffer.close()
    return bytes(data.data())


def ico() -> bytes:
    """All sizes for Windows: a directory of 16 bytes for each PNG, and the PNGs."""
    pictures = [(size, png(size)) for size in ICO_SIZES]
    offset = 6 + 16 * len(pictures)
    directory = struct.pack("<HHH", 0, 1, len(pictures))
    for size, data in pictures:
        # A size of 256 is written as 0; one plane, 32 bits a pixel.
        directory += struct.pack(
            "<BBBBHHII", size % 256, size % 256, 0, 0, 1, 32, len(data), offset
        )
        offset += len(data)
    return directory + b"".join(data for _, data in pictures)


def icns() -> bytes:
    """All sizes for macOS: each PNG with its kind and length, big-endian."""
    parts = b"".join(
        kind + struct.pack(">I", 8 + len(data)) + data
        for size, kind in sorted(ICNS_KINDS.items())
        for data in [png(size)]
    )
    return b"icns" + struct.pack(">I", 8 + len(parts)) + parts


def write(file: Path) -> None:
    """Write the kind of file that its name says. Raises OSError or ValueError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    match file.suffix:
        case ".png":
            named = re.search(r"(\d+)", file.stem)
            file.write_bytes(png(int(named[1]) if named else USUAL_SIZE))
        case ".ico":
            file.write_bytes(ico())
        case ".icns":
            file.write_bytes(icns())
        case _:
            raise ValueError(f"{file} should end with .png, .ico or .icns.")


if __name__ == "__main__":
    try:
        for name in sys.argv[1:]:
            write(Path(name))
    except (OSError, ValueError) as problem:
        sys.exit(str(problem))
