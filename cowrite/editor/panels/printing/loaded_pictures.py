"""Pictures that are printed: found, tried, and made as large as they are drawn. Any thread may do it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt
from PySide6.QtGui import QImage, QImageIOHandler, QImageReader

from cowrite.interchange.manuscript import PictureData

MOST_BYTES = 200_000_000
"""A picture that takes more when it is unpacked is not printed."""
_BYTES_PER_PIXEL = 4
_TRIED_PX = 64


class LoadedPicture:
    """A picture that can be shown. ``size`` is its own, in pixels, as it is to be seen."""

    def __init__(self, data: bytes) -> None:
        self._data = QByteArray(data)
        self.size = self._own_size()
        self._drawn = QImage()

    def image(self, size: QSize) -> QImage:
        """It in that size, or in its own if that is smaller; kept until another size is asked for."""
        size = size.boundedTo(self.size).expandedTo(QSize(1, 1))
        if self._drawn.size() != size:
            self._drawn = self._read(size)
        return self._drawn

    def is_whole(self) -> bool:
        """Whether all of it can be unpacked."""
        if self.size.isEmpty() or self.size.width() * self.size.height() > _most_pixels():
            return False
        small = self.size.scaled(_TRIED_PX, _TRIED_PX, Qt.AspectRatioMode.KeepAspectRatio)
        return not self._read(small.expandedTo(QSize(1, 1))).isNull()

    def _own_size(self) -> QSize:
        buffer, reader = self._reader()
        size = reader.size()
        buffer.close()
        return size.transposed() if _lies_on_its_side(reader) else size

    def _read(self, size: QSize) -> QImage:
        buffer, reader = self._reader()
        reader.setScaledSize(size.transposed() if _lies_on_its_side(reader) else size)
        image = reader.read()
        buffer.close()
        return image

    def _reader(self) -> tuple[QBuffer, QImageReader]:
        """A reader and what it reads from, which has to live as long."""
        buffer = QBuffer(self._data)
        buffer.open(QBuffer.OpenModeFlag.ReadOnly)
        reader = QImageReader(buffer)
        reader.setAutoTransform(True)
        return buffer, reader


class LoadedPictures:
    """The pictures of one text by their addresses; ``find`` knows their bytes. Each is looked for once."""

    def __init__(self, find: Callable[[str], PictureData | None]) -> None:
        self._find = find
        self._found: dict[str, LoadedPicture | None] = {}

    @property
    def missing(self) -> int:
        """How many were asked for and cannot be shown."""
        return sum(each is None for each in self._found.values())

    def has(self, source: str) -> bool:
        """Whether there is one that can be shown."""
        if source not in self._found:
            data = self._find(source)
            picture = LoadedPicture(data.data) if data is not None else None
            self._found[source] = picture if picture is not None and picture.is_whole() else None
        return self._found[source] is not None

    def of(self, source: str) -> LoadedPicture | None:
        """The one at that address."""
        return self._found.get(source)


def _most_pixels() -> int:
    return MOST_BYTES // _BYTES_PER_PIXEL


def _lies_on_its_side(reader: QImageReader) -> bool:
    turned = QImageIOHandler.Transformation.TransformationRotate90
    return bool(reader.transformation() & turned)
