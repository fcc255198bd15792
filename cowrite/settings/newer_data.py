"""What a newer version of Cowrite has stored: it is never written over, and one sentence says what to do.

Each file of JSON that Cowrite keeps has a whole number that says which version of its layout it is in. A field that is
added leaves the number as it is, for older versions pass over it; one that means something else makes it greater.
"""

from __future__ import annotations

from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.base.json_values import SchemaError, read_json_file
from cowrite.localization import sentences, tr
from cowrite.settings.private_file import write_private


class NewerDataError(UserError):
    """Something was stored by a newer version than this; it is as it was."""


def newer_data(what: str) -> NewerDataError:
    """The error that says ``what``: a message such as “The settings were written by a newer version of Cowrite.”."""
    message = sentences(tr(what), tr("Nothing was changed."))
    return NewerDataError(message, tr("Update Cowrite to use it."))


def is_newer(stored: object, known: int, name: str = "format") -> bool:
    """Whether ``stored``, read from JSON, says in the field ``name`` that it is of a later version than ``known``."""
    found = stored.get(name) if isinstance(stored, dict) else None
    return type(found) is int and found > known


def is_newer_file(file: Path, known: int, name: str = "format") -> bool:
    """The same of what is in ``file``. A file that is not there or cannot be read is not newer."""
    try:
        return is_newer(read_json_file(file, tolerant=True), known, name)
    except (OSError, SchemaError):
        return False


def write_unless_newer(
    file: Path, data: bytes, known: int, what: str, name: str = "format"
) -> None:
    """Replace ``file`` by ``data`` as :func:`write_private` does. Raises OSError.

    Raises NewerDataError with the message ``what`` if the file that is there is of a later version than ``known``.
    """
    if is_newer_file(file, known, name):
        raise newer_data(what)
    write_private(file, data)
