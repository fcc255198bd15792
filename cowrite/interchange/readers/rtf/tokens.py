"""The tokens of RTF. Each byte is looked at once, however the groups stand in each other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

_TOKEN = re.compile(
    rb"([{}])"  # 1
    rb"|\\([A-Za-z]{1,40})(-?[0-9]{1,15})?[ ]?"  # 2, 3
    rb"|((?:\\'[0-9A-Fa-f]{2})+)"  # 4
    rb"|\\(\r\n|[\s\S])"  # 5
    rb"|([^\\{}\r\n\x00]+)"  # 6
    rb"|[\r\n\x00]+|\\"
)
_BIGGEST = 2**31


class TokenKind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    WORD = auto()  # a control word with its number
    SIGN = auto()  # a control symbol
    CODES = auto()  # bytes in hexadecimal
    TEXT = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """``name``: of a word or a sign. ``data``: bytes of text or codes."""

    kind: TokenKind
    name: str = ""
    number: int | None = None
    data: bytes = b""


_OPEN, _CLOSE, _END = Token(TokenKind.OPEN), Token(TokenKind.CLOSE), Token(TokenKind.END)


class Tokens:
    """Goes through the bytes from token to token."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._last: dict[tuple[bytes, bytes | None], Token] = {}

    def next(self) -> Token:
        """The next token; line ends and zeros are none."""
        while match := _TOKEN.match(self._data, self._at):
            self._at = match.end()
            match match.lastindex:
                case 1:
                    return _OPEN if match.group() == b"{" else _CLOSE
                case 2 | 3:
                    return self._word(match.group(2), match.group(3))
                case 4:
                    digits = match.group().replace(b"\\'", b"").decode("ascii")
                    return Token(TokenKind.CODES, data=bytes.fromhex(digits))
                case 5:
                    return Token(TokenKind.SIGN, match.group(5).decode("latin-1"))
                case 6:
                    return Token(TokenKind.TEXT, data=match.group())
        return _END

    def _word(self, name: bytes, number: bytes | None) -> Token:
        key = (name, number)
        found = self._last.get(key)
        if found is None:
            value = None if number is None else max(-_BIGGEST, min(int(number), _BIGGEST))
            found = Token(TokenKind.WORD, name.decode("ascii"), value)
            if len(self._last) < 4096:
                self._last[key] = found
        return found

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes as they are, or what is left of them."""
        taken = self._data[self._at : self._at + size]
        self._at += len(taken)
        return taken

    def take_second_byte(self) -> bytes:
        """The second byte of a character whose first was the last one of a text, though it looks like a sign of RTF."""
        following = self._data[self._at : self._at + 2]
        if following[:1] in (b"{", b"}") or (following[:1] == b"\\" and following != b"\\'"):
            return self.take(1)
        return b""
