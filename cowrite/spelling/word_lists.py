"""The writer's own words, in a text file that they may edit: one word a line, `#` before a remark."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterable
from pathlib import Path

from cowrite.base.json_values import SchemaError, read_regular
from cowrite.settings.private_file import write_private
from cowrite.spelling.words import form_of

logger = logging.getLogger(__name__)

LARGEST_FILE = 4_000_000
_HEAD = "# Words that Cowrite takes for right, one a line.\n"


def read_words(path: Path) -> list[str]:
    """The words in ``path`` in their order; none if there is no such file. Raises OSError, and UnicodeError.

    A file of more than LARGEST_FILE bytes is none of ours, and read as empty.
    """
    try:
        data = read_regular(path, LARGEST_FILE)
    except FileNotFoundError:
        return []
    except SchemaError:
        logger.warning("the list of the writer's words is too long to be read")
        return []
    lines = data.decode("utf-8-sig").splitlines()
    words = (form_of(line.partition("#")[0].strip()) for line in lines)
    return list(dict.fromkeys(word for word in words if word))


def write_words(path: Path, words: Iterable[str]) -> None:
    """Replace the list. Raises OSError."""
    write_private(path, (_HEAD + "".join(f"{word}\n" for word in words)).encode("utf-8"))


def as_own(words: Iterable[str]) -> frozenset[str]:
    """As checking wants them: in lower case, without a possessive."""
    return frozenset(word.lower().removesuffix("'s") for word in words)


def own_words(path: Path) -> frozenset[str]:
    """Those in ``path``, for checking; none where they cannot be read."""
    with contextlib.suppress(OSError, UnicodeError):
        return as_own(read_words(path))
    return frozenset()
