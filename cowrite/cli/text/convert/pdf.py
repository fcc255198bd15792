"""A PDF by the typesetter of the window, without one."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from cowrite.interchange.formats import write
from cowrite.interchange.kinds import Kind
from cowrite.interchange.manuscript import (
    Block,
    Comment,
    CommentBlock,
    ListBlock,
    Manuscript,
    Metadata,
    Quotation,
    RawBlock,
)
from cowrite.interchange.options import Style, WriteOptions
from cowrite.interchange.pictures import NearbyPictures
from cowrite.interchange.report import Report
from cowrite.interchange.tidying.notes import contents
from cowrite.localization import trn
from cowrite.settings.paths import Paths
from cowrite.settings.store import PreferencesStore

_DOUBLE = 200
_TWELVE_POINTS = 12


def pdf_of_manuscript(
    manuscript: Manuscript,
    files: Mapping[PurePosixPath, bytes],
    options: WriteOptions,
    paths: Paths,
    report: Report,
) -> bytes:
    """The bytes of the PDF; ``files`` are its pictures by the addresses in the text. Raises UserError."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from cowrite.editor.panels.printing.loaded_pictures import LoadedPictures
    from cowrite.editor.panels.printing.page_setup import PageSetup
    from cowrite.editor.panels.printing.whole_pdf import pdf_of

    application = QApplication.instance() or QApplication(["cowrite"])
    setup = PageSetup.of(PreferencesStore(paths.settings_file).load().preferences)
    if options.style is Style.MANUSCRIPT:
        setup = replace(setup, line_percent=_DOUBLE, size_pt=_TWELVE_POINTS, new_page=True)
    comments, raw = _unprinted(manuscript)
    if comments:
        report.leave_out(trn("{count} comment", "{count} comments", comments))
    if raw:
        report.leave_out(trn("{count} piece of HTML", "{count} pieces of HTML", raw))
    text = replace(
        manuscript,
        blocks=tuple(each for each in manuscript.blocks if not isinstance(each, RawBlock)),
        metadata=Metadata(),
    )
    markdown = write(Kind.MARKDOWN, text, WriteOptions(), report).decode()
    pictures = LoadedPictures(NearbyPictures(None, files).find)
    title = manuscript.metadata.title if options.title_page else ""
    data = pdf_of(markdown, title, setup, pictures)
    if pictures.missing:
        report.leave_out(trn("{count} picture", "{count} pictures", pictures.missing))
    application.processEvents()
    return data


def _unprinted(manuscript: Manuscript) -> tuple[int, int]:
    """How many comments and pieces of HTML there are, wherever they stand."""
    comments = raw = 0
    waiting: list[Block] = [
        each for part in (manuscript.blocks, *manuscript.notes.values()) for each in part
    ]
    for content in contents(waiting):
        comments += sum(isinstance(each, Comment) for each in content)
    while waiting:
        block = waiting.pop()
        comments += isinstance(block, CommentBlock)
        raw += isinstance(block, RawBlock)
        if isinstance(block, Quotation):
            waiting += block.blocks
        elif isinstance(block, ListBlock):
            waiting += [each for item in block.items for each in item]
    return comments, raw
