"""File names made of names that come from data: always one file in the folder, whatever the name is, on any system."""

from __future__ import annotations

import hashlib
import re
import unicodedata

LONGEST_BYTES = 120
"""Of a name in UTF-8. Systems take 255, and some of it is for what is added to it."""

# What Windows or a shell takes for something else, what is not seen, and what separates folders.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\ud800-\udfff\u2028\u2029]+")
_DEVICES = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|com[\d¹²³]|lpt[\d¹²³])(\..*)?", re.IGNORECASE
)
_NAMELESS = "unnamed"


def is_device(name: str) -> bool:
    """Whether Windows opens a device when a file of this name is asked for, whatever stands after a point."""
    return bool(_DEVICES.fullmatch(name))


def safe_file_name(name: str) -> str:
    """A file name that is as much of ``name`` as every system takes; the same for the same name.

    It is of one part, not hidden, no device of Windows, in Unicode's composed form and at most LONGEST_BYTES long. Two
    names may give the same: see :class:`FileNames`.
    """
    plain = unicodedata.normalize("NFC", _UNFIT.sub("-", name))
    plain = "".join("-" if unicodedata.category(each) == "Cf" else each for each in plain)
    plain = plain.strip(" .-")
    if len(plain.encode("utf-8")) > LONGEST_BYTES:
        plain = _shortened(plain, name)
    if is_device(plain):
        plain = f"_{plain}"
    return plain or _NAMELESS


class FileNames:
    """File names for several records: another for each, also where systems take “a” and “A” for the same."""

    def __init__(self) -> None:
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, name: str) -> str:
        """The file name of the record ``name``; the same if it is asked for again."""
        if name not in self._given:
            self._given[name] = self._free(safe_file_name(name))
        return self._given[name]

    def another(self, name: str) -> str:
        """A file name for one more record called ``name``."""
        return self._free(safe_file_name(name))

    def _free(self, wanted: str) -> str:
        free, number = wanted, 1
        while _folded(free) in self._taken:
            number += 1
            free = f"{wanted}-{number}"
        self._taken.add(_folded(free))
        return free


def _folded(name: str) -> str:
    """The same for two names that some system takes for one."""
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())


def _shortened(plain: str, name: str) -> str:
    """Its beginning, and what tells it from others that begin so."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    room = LONGEST_BYTES - len(digest) - 1
    begin = plain.encode("utf-8")[:room].decode("utf-8", "ignore").rstrip(" .-")
    return f"{begin}-{digest}"
