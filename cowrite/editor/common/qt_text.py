"""Strings on their way to Qt: what it would drop or take for the structure of a document."""

from __future__ import annotations

from PySide6.QtCore import QFileInfo

# Characters that QTextDocument takes for structure, and a stand-in for each, one UTF-16 unit for one, so that offsets
# agree.
STRUCTURE, STAND_INS = "\r\u2029\ufdd0\ufdd1", "\ufdd2\ufdd3\ufdd4\ufdd5"
TO_STAND_INS = str.maketrans(STRUCTURE, STAND_INS)
ORDER_MARKS = ("\ufeff", "\ufffe")
# PySide takes a byte-order mark at the beginning of a string for one: it drops U+FEFF, and U+FFFE swaps all bytes.
_MARKS_ARE_DROPPED = QFileInfo("\ufeffx").filePath() == "x"


def for_qt(text: str) -> str:
    """What to hand to Qt so that it gets exactly ``text``."""
    return "\ufeff" + text if _MARKS_ARE_DROPPED and text.startswith(ORDER_MARKS) else text


def without_structure(text: str) -> str:
    """``text`` for showing only, without what Qt would take for structure; as long in UTF-16 units."""
    return text.translate(TO_STAND_INS)
