"""The files that were named when the program was started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cowrite.base.errors import UserError
from cowrite.documents.files import LoadedFile, read_document
from cowrite.documents.importing import ImportedText, import_file, is_imported
from cowrite.settings.paths import with_home


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesToOpen:
    """The files of the command line that could be read, and a sentence for each that could not."""

    loaded: tuple[LoadedFile | ImportedText, ...] = ()
    problems: tuple[str, ...] = ()


def check_files(files: Sequence[Path]) -> FilesToOpen:
    """Read ``files``. Raises UserError if there are some and none can be opened."""
    loaded: list[LoadedFile | ImportedText] = []
    errors = []
    for path in files:
        try:
            path = with_home(path).absolute()
            loaded.append(import_file(path) if is_imported(path) else read_document(path))
        except UserError as error:
            errors.append(error)
    if errors and not loaded:
        raise errors[0]
    return FilesToOpen(loaded=tuple(loaded), problems=tuple(map(str, errors)))
