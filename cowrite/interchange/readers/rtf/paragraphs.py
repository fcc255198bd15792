"""Ends of paragraphs, cells and rows: what a paragraph is, by its outline, its style and its list."""

from __future__ import annotations

from cowrite.interchange.manuscript import Mark
from cowrite.interchange.readers.common.labels import as_words
from cowrite.interchange.readers.common.lists import number_of
from cowrite.interchange.readers.rtf.interpreter import Interpreter
from cowrite.interchange.readers.rtf.state import ParagraphLook
from cowrite.localization import tr

_QUOTES = frozenset({"quote", "intense quote", "block text", "quotations", "zitat", "引用"})
_TITLES = frozenset({"title"})
_BODY_LEVEL = 9


def end_paragraph(reader: Interpreter) -> None:
    """The paragraph is complete, unless its end was deleted."""
    look = reader.state.paragraph
    is_changed = reader.state.characters.deleted or reader.state.characters.inserted
    end = reader.change() if is_changed else None
    if reader.is_deleted:
        return  # the next one goes on
    mark = "".join(reader.list_mark).strip() if reader.list_mark else ""
    has_mark, reader.list_mark = reader.list_mark is not None, None
    level = heading_level(reader, look)
    if level is not None:
        if words := as_words(mark):
            reader.story.begin_with(f"{words} ")
        elif mark:
            reader.report.leave_out(tr("numbers of headings"))
        reader.story.end_paragraph(look, level=level, without=_own_marks(reader, look))
        return
    if _is_title(reader, look):
        reader.found.title = reader.story.take_text().strip()
        return
    entry = None
    if words := as_words(mark):
        reader.story.begin_with(f"{words} ")
    elif reader.story.has_text and (mark or look.list):
        entry = _entry(reader, look, mark, has_mark=has_mark)
    is_quote = entry is None and not _QUOTES.isdisjoint(reader.tables.names(look.style))
    reader.story.end_paragraph(look, entry=entry, end=end, is_quote=is_quote)


def end_cell(reader: Interpreter) -> None:
    """A cell is complete, and its last paragraph with it."""
    reader.state.change_paragraph(in_table=True)
    if reader.story.has_text:
        end_paragraph(reader)
    reader.story.end_cell()


def end_row(reader: Interpreter) -> None:
    """A row is complete."""
    reader.story.end_row()


def heading_level(reader: Interpreter, look: ParagraphLook) -> int | None:
    """The level of a heading, 1 to 6; None for other paragraphs."""
    level = look.level if look.level is not None else reader.tables.level_of(look.style)
    if level is None or not 0 <= level < _BODY_LEVEL:
        return None
    return min(level + 1, 6)


def _own_marks(reader: Interpreter, look: ParagraphLook) -> frozenset[Mark]:
    """The marks that all headings of a style have."""
    found: set[Mark] = set()
    for style in reader.tables.chain(look.style):
        if style.bold:
            found.add(Mark.STRONG)
        if style.italic:
            found.add(Mark.EMPHASIS)
    return frozenset(found)


def _is_title(reader: Interpreter, look: ParagraphLook) -> bool:
    """Whether it is the title of the whole, before all other text."""
    if reader.found.title or len(reader.stories) > 1 or not reader.story.has_text:
        return False
    names = [style.name.lower() for style in reader.tables.chain(look.style)[:1]]
    return bool(names) and names[0] in _TITLES and reader.story.is_first


def _entry(
    reader: Interpreter, look: ParagraphLook, mark: str, *, has_mark: bool
) -> tuple[int, int | None] | None:
    """The level and the number of an item: as it is shown, or as its list counts if that is not in the file."""
    key = (look.list, look.list_level)
    if mark:
        number = number_of(mark, reader.counters.get(key))
        if number is not None and not any(each.isdigit() for each in mark):
            reader.report.leave_out(tr("letters in front of a list; numbers stand for them"))
    else:
        counted = reader.tables.list_level(look.list, look.list_level)
        if has_mark or look.list not in reader.tables.overrides:
            return None
        number = None
        if counted.is_numbered:
            number = reader.counters.get(key, counted.start - 1) + 1
        for deeper in range(look.list_level + 1, 9):
            reader.counters.pop((look.list, deeper), None)
    if number is not None:
        reader.counters[key] = number
    return look.list_level + 1, number
