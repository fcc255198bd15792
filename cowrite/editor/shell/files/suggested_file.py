"""Which file is suggested for a text that has none yet, or of which a copy is to be saved."""

from __future__ import annotations

import os
from pathlib import Path

from cowrite.editor.document.document import Document
from cowrite.localization import tr
from cowrite.markdown.kinds import TextKind
from cowrite.markdown.spans import spans

SUFFIX, MARKDOWN_SUFFIX = ".txt", ".md"
_LOOKED_AT = 50_000
"""So many characters say whether a text has marks of Markdown."""


def suggested_file(document: Document, *, copy: bool) -> Path:
    """The file of ``document``, or a free one beside it for a ``copy``, or in the home folder if it has none."""
    path = document.path
    if path is None and document.imported is not None:
        return _free(document, document.imported.suggested, " {}")
    if path is None:
        return _free(document, Path.home() / f"{document.name}{_suffix(document)}", " {}")
    if copy or document.read_only_reason:
        return _free(
            document,
            path.with_name(tr("{stem} copy{suffix}", stem=path.stem, suffix=path.suffix)),
            " {}",
        )
    return path


def _suffix(document: Document) -> str:
    """A text without a file is shown as Markdown; if it has marks, its look would go with another ending."""
    begins = document.text()[:_LOOKED_AT]
    has_marks = any(span.kind is TextKind.MARK for span in spans(begins, markdown=True))
    return MARKDOWN_SUFFIX if has_marks else SUFFIX


def _free(document: Document, path: Path, numbered: str) -> Path:
    """``path``, or with a number the first that is no file and open nowhere; ``path`` itself if all are taken."""
    names = (path.with_stem(path.stem + numbered.format(number)) for number in range(2, 1_000))
    free = (
        each
        for each in (path, *names)
        if not os.path.lexists(each) and not document.is_elsewhere(each)
    )
    return next(free, path)
