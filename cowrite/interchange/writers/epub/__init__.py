"""Books: EPUB 3 with a table of contents for older reading programs too (ADR 60 says why no library writes it)."""

from __future__ import annotations

from cowrite.interchange.manuscript import Manuscript
from cowrite.interchange.options import WriteOptions
from cowrite.interchange.report import Report
from cowrite.interchange.writers.common.archive import packed
from cowrite.interchange.writers.common.languages import Language, language_of
from cowrite.interchange.writers.common.losses import Losses
from cowrite.interchange.writers.common.plain import lines_of
from cowrite.interchange.writers.common.preparing import prepared
from cowrite.interchange.writers.common.times import written_time_or_earliest
from cowrite.interchange.writers.epub import package
from cowrite.interchange.writers.epub.chapters import book_of, first_words
from cowrite.interchange.writers.epub.pages import Pages

_MEDIA_TYPE = "application/epub+zip"
_TITLE_PAGE = "title.xhtml"
_UNTITLED = {"zh": "无题"}


def write(manuscript: Manuscript, options: WriteOptions, report: Report) -> bytes:
    """``manuscript`` as the bytes of an EPUB file. Raises UserError."""
    losses = Losses()
    ready = prepared(manuscript, False, losses)
    language = language_of(manuscript, options.language)
    title = ready.metadata.title or first_words(ready.blocks) or _untitled(language)
    book = book_of(ready.blocks, title)
    pages = Pages(ready, book, language, title)

    files = [(chapter.name, pages.chapter(chapter)) for chapter in book.chapters]
    if options.title_page and ready.metadata.title:
        files.insert(0, (_TITLE_PAGE, pages.title_page()))
    names = {source: ready.images[source] for source in pages.media}
    contents = package.Contents(
        title=title,
        author=ready.metadata.author,
        identifier=package.identifier_of(ready, title, lines_of(ready.blocks)),
        modified=written_time_or_earliest(options.when),
        language=language,
        entries=book.contents,
        pages=tuple(name for name, _ in files),
        media=tuple((pages.media[source], image.media_type) for source, image in names.items()),
    )
    losses.say(report)
    files += [
        ("nav.xhtml", package.nav_xhtml(contents)),
        ("toc.ncx", package.toc_ncx(contents)),
        ("style.css", package.style_css(language)),
        ("package.opf", package.package_opf(contents)),
    ]
    files += [(pages.media[source], image.data) for source, image in names.items()]
    inside = [(f"{package.FOLDER}/{name}", data) for name, data in files]
    return packed([("META-INF/container.xml", package.container_xml()), *inside], _MEDIA_TYPE)


def _untitled(language: Language) -> str:
    return _UNTITLED.get(language.code, "Untitled")
