"""The control words that begin a destination: a table, a note, a field, a picture, or what is left out."""

from __future__ import annotations

from cowrite.interchange.manuscript import Comment, NoteReference, Picture
from cowrite.interchange.readers.common.instructions import shown_by
from cowrite.interchange.readers.common.tables import plain_text
from cowrite.interchange.readers.rtf.fields import Field
from cowrite.interchange.readers.rtf.interpreter import Interpreter, PictureGroup, Word
from cowrite.interchange.readers.rtf.paragraphs import end_paragraph
from cowrite.interchange.readers.rtf.state import Destination
from cowrite.localization import tr

_NOWHERE = (
    "colortbl", "filetbl", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "xe", "tc", "tcn", "rxe",
    "txe", "private", "template", "nonshppict", "shprslt", "nonesttables", "bkmkstart", "bkmkend", "pnseclvl",
    "pntxta", "pntxtb", "themedata", "datafield", "fldtype", "objclass", "objname", "objdata", "falt", "panose",
    "background", "mmathPict", "listname", "leveltext", "levelnumbers", "atnid", "atnref", "atndate", "atnicn",
    "atntime", "atrfstart", "atrfend", "fontemb", "passwordhash", "xmlopen", "xmlclose",
)  # fmt: skip
_HEADERS = ("header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf")


def _nowhere(reader: Interpreter, _number: int | None) -> None:
    reader.go(Destination.NOWHERE)


def _inside(_reader: Interpreter, _number: int | None) -> None:
    """A group that says nothing of its own."""


def _header(reader: Interpreter, _number: int | None) -> None:
    reader.report.leave_out(tr("page headers and footers"))
    reader.go(Destination.NOWHERE)


def _equation(reader: Interpreter, _number: int | None) -> None:
    reader.report.leave_out(tr("equation"))
    reader.go(Destination.NOWHERE)


def _to(destination: Destination) -> Word:
    def begin(reader: Interpreter, _number: int | None) -> None:
        reader.go(destination)

    return begin


def _author(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.PARTS:
        collected = reader.collect()

        def end() -> None:
            reader.found.author = "".join(collected).strip()

        reader.at_end(end)


def _note(reader: Interpreter, _number: int | None) -> None:
    if (
        reader.state.destination is not Destination.TEXT
        or reader.is_deleted
        or len(reader.stories) > 3
    ):
        reader.go(Destination.NOWHERE)
        return
    reader.begin_story()

    def end() -> None:
        blocks = reader.end_story()
        label = str(len(reader.found.notes) + 1)
        reader.found.notes[label] = blocks
        reader.story.add(NoteReference(label, reader.state.characters.marks(), reader.change()))

    reader.at_end(end, lambda: end_paragraph(reader))


def _comment(reader: Interpreter, _number: int | None) -> None:
    if (
        reader.state.destination is not Destination.TEXT
        or reader.is_deleted
        or len(reader.stories) > 3
    ):
        reader.go(Destination.NOWHERE)
        return
    author = "".join(reader.comment_author).strip()
    reader.comment_author = []
    reader.begin_story()

    def end() -> None:
        text = plain_text(reader.end_story())
        if text:
            reader.story.add(Comment(text, author))
            reader.report.kept[tr("comment")] += 1

    reader.at_end(end, lambda: end_paragraph(reader))


def _comment_author(reader: Interpreter, _number: int | None) -> None:
    reader.comment_author = reader.collect()


def _text_box(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.NOWHERE or len(reader.stories) > 8:
        reader.go(Destination.NOWHERE)
        return
    reader.begin_story()

    def end() -> None:
        blocks = reader.end_story()
        if blocks:
            reader.story.add_after(blocks)
            reader.report.kept[tr("text box")] += 1

    reader.at_end(end, lambda: end_paragraph(reader))


def _field(reader: Interpreter, _number: int | None) -> None:
    field = Field()
    reader.fields.append(field)

    def end() -> None:
        reader.fields.remove(field)
        if not field.has_result and reader.state.destination is Destination.TEXT:
            reader.put(shown_by(field.text))

    reader.at_end(end)


def _instruction(reader: Interpreter, _number: int | None) -> None:
    if reader.fields:
        reader.state.collected = reader.fields[-1].instruction
        reader.go(Destination.COLLECTED)
    else:
        reader.go(Destination.NOWHERE)


def _result(reader: Interpreter, _number: int | None) -> None:
    if not reader.fields or reader.state.destination is not Destination.TEXT:
        return
    field = reader.fields[-1]
    if shown_by(field.text):
        reader.go(Destination.NOWHERE)  # often empty: what is shown stands in the instruction
        return
    field.has_result = True
    if field.is_contents:
        reader.report.leave_out(tr("table of contents, which is made of the headings"))
        reader.go(Destination.NOWHERE)
    elif field.is_link:
        link = field.link()
        if link is not None:
            reader.state.link = link
        elif not field.is_own_place:
            reader.report.leave_out(
                tr("link to what is neither the web nor a place in the text; its words are kept")
            )


def _picture(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.NOWHERE:
        return
    picture = reader.picture = PictureGroup()
    reader.go(Destination.PICTURE)

    def end() -> None:
        reader.picture = None
        description, reader.description = reader.description, ""
        if reader.state.destination is Destination.COLLECTED or reader.is_deleted:
            return
        name = reader.pictures.add(picture.bytes()) if picture.is_supported else ""
        if name:
            reader.add(Picture(name, description))
        elif not picture.is_supported:
            reader.report.leave_out(tr("picture in a format that is not supported"))

    reader.at_end(end)


def _property_name(reader: Interpreter, _number: int | None) -> None:
    collected = reader.collect()

    def end() -> None:
        reader.property_name = "".join(collected).strip()

    reader.at_end(end)


def _property_value(reader: Interpreter, _number: int | None) -> None:
    if reader.property_name == "wzDescription":
        collected = reader.collect()

        def end() -> None:
            reader.description = "".join(collected).strip()

        reader.at_end(end)


def _list_mark(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.TEXT:
        reader.list_mark = reader.collect()


def _in_unicode(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.PARTS:
        reader.state.destination = reader.state.outside


def _twice(reader: Interpreter, _number: int | None) -> None:
    """The same text twice; only the one in Unicode is read."""
    reader.state.outside = reader.state.destination
    reader.go(Destination.PARTS)


STARRED: dict[str, Word] = {
    "fonttbl": _to(Destination.FONTS), "stylesheet": _to(Destination.STYLES), "listtable": _to(Destination.LISTS),
    "listoverridetable": _to(Destination.OVERRIDES), "revtbl": _to(Destination.AUTHORS),
    "info": _to(Destination.PARTS), "author": _author, "footnote": _note, "annotation": _comment,
    "atnauthor": _comment_author, "field": _field, "fldinst": _instruction, "fldrslt": _result, "pict": _picture,
    "shppict": _inside, "shp": _to(Destination.PARTS), "shpgrp": _to(Destination.PARTS),
    "shpinst": _to(Destination.PARTS), "do": _to(Destination.PARTS), "picprop": _to(Destination.PARTS),
    "shptxt": _text_box, "dptxbxtext": _text_box, "sn": _property_name, "sv": _property_value,
    "pntext": _list_mark, "listtext": _list_mark, "upr": _twice, "ud": _in_unicode,
    "nesttableprops": _nowhere, "mmath": _equation,
    **dict.fromkeys(_HEADERS, _header), **dict.fromkeys(_NOWHERE, _nowhere),
}  # fmt: skip
