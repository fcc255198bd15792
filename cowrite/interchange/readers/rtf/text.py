"""Characters of a document: bytes by their font, ``\\u`` with its stand-ins, and halves of a character joined."""

from __future__ import annotations

import codecs

from cowrite.interchange.readers.common.symbols import is_of_signs, sign
from cowrite.interchange.readers.rtf import charsets

_REPLACEMENT = "\ufffd"


class TextDecoder:
    """Gathers bytes of one encoding and characters, in order; :meth:`take` is what they are."""

    def __init__(self) -> None:
        self._encoding = ""
        self._font = ""
        self._decoder: codecs.IncrementalDecoder | None = None
        self._text: list[str] = []
        self._high = 0
        self.lost = False
        self.size = 0

    def add_bytes(self, data: bytes, encoding: str, font: str) -> None:
        """Bytes of a font."""
        self._end_high()
        self.size += len(data)
        if encoding == charsets.SYMBOLS:
            self._settle()
            self._text.append("".join(self._sign(code, font) for code in data))
            return
        if encoding != self._encoding or self._decoder is None:
            self._settle()
            self._encoding = encoding
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._append(self._decoder.decode(data))

    @property
    def ends_in_half(self) -> bool:
        """Whether the first byte of two came last."""
        return (
            self._encoding in charsets.TWO_BYTES
            and self._decoder is not None
            and bool(self._decoder.getstate()[0])
        )

    def add_code(self, number: int, font: str) -> None:
        """A number of ``\\u``: of a character, or of one half of one."""
        self._settle()
        code = number + 0x10000 if number < 0 else number
        self.size += 1
        if 0xD800 <= code < 0xDC00:
            self._end_high()
            self._high = code
            return
        if 0xDC00 <= code < 0xE000:
            high, self._high = self._high, 0
            joined = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
            self._text.append(chr(joined) if high else _REPLACEMENT)
            return
        self._end_high()
        if 0xF000 <= code <= 0xF0FF:
            self._text.append(self._sign(code, font if is_of_signs(font) else "Symbol"))
        elif 0 < code <= 0x10FFFF:
            self._text.append(chr(code))

    def add(self, text: str) -> None:
        """Characters that RTF has a name for."""
        self._settle()
        self._end_high()
        self._text.append(text)

    def take(self) -> str:
        """All that has come since the last time."""
        if self._decoder is not None and self._decoder.getstate()[0]:
            self._settle()
        if not self._text and not self._high:
            return ""
        self._end_high()
        text = "".join(self._text)
        self._text.clear()
        return text

    def _settle(self) -> None:
        """What comes next are no bytes of this encoding."""
        if self._decoder is not None:
            self._append(self._decoder.decode(b"", True))
            self._decoder.reset()

    def _append(self, text: str) -> None:
        if text:
            self.lost = self.lost or _REPLACEMENT in text
            self._text.append(text)

    def _sign(self, code: int, font: str) -> str:
        found = sign(code, font)
        self.lost = self.lost or not found
        return found

    def _end_high(self) -> None:
        if self._high:
            self._high = 0
            self._append(_REPLACEMENT)
