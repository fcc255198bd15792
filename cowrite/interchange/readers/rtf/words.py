"""The control words that change how text and paragraphs look, and those that end paragraphs, cells and rows."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.interchange.manuscript import LineBreak
from cowrite.interchange.readers.common.tables import MERGED
from cowrite.interchange.readers.rtf import charsets
from cowrite.interchange.readers.rtf.document_tables import Style
from cowrite.interchange.readers.rtf.interpreter import Interpreter, Word
from cowrite.interchange.readers.rtf.paragraphs import end_cell, end_paragraph, end_row
from cowrite.interchange.readers.rtf.state import Characters, Destination, ParagraphLook
from cowrite.localization import tr


def _toggle(name: str) -> Word:
    """A word that switches something of the characters on, and with 0 off."""

    def switch(reader: Interpreter, number: int | None) -> None:
        reader.state.change_characters(**{name: number != 0})

    return switch


def _number(name: str) -> Word:
    """A word that sets a number of the characters."""

    def store(reader: Interpreter, number: int | None) -> None:
        reader.state.change_characters(**{name: number or 0})

    return store


def _set(name: str, value: object) -> Word:
    """A word that sets something of the characters to one value."""

    def store(reader: Interpreter, _number: int | None) -> None:
        reader.state.change_characters(**{name: value})

    return store


def _plain(reader: Interpreter, _number: int | None) -> None:
    reader.state.characters = Characters(font=reader.tables.default_font)


def _pard(reader: Interpreter, _number: int | None) -> None:
    reader.state.paragraph = ParagraphLook()


def _style(reader: Interpreter, number: int | None) -> None:
    reader.state.change_paragraph(style=number or 0)
    for style in reversed(reader.tables.chain(number or 0)):
        _apply(reader, style)


def _character_style(reader: Interpreter, number: int | None) -> None:
    style = reader.tables.character_styles.get(number or 0)
    if style is not None:
        _apply(reader, style)


def _apply(reader: Interpreter, style: Style) -> None:
    """Let characters look as a style says, where it says anything."""
    said = {"bold": style.bold, "italic": style.italic, "strike": style.strike}
    reader.state.change_characters(
        **{name: each for name, each in said.items() if each is not None}
    )


def _paragraph(name: str, value: Callable[[int | None], object]) -> Word:
    """A word that sets something of the paragraph."""

    def store(reader: Interpreter, number: int | None) -> None:
        reader.state.change_paragraph(**{name: value(number)})

    return store


def _line(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.TEXT and not reader.is_deleted:
        reader.add(LineBreak())


def _page(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.TEXT and reader.story.has_text:
        end_paragraph(reader)


def _par(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.TEXT:
        end_paragraph(reader)


def _cell(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.TEXT:
        end_cell(reader)


def _inner_cell(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.TEXT:
        reader.report.leave_out(tr("table in a table; its text is kept"))
        end_paragraph(reader)


def _merged(reader: Interpreter, _number: int | None) -> None:
    reader.report.leave_out(tr(MERGED))


def _row(reader: Interpreter, _number: int | None) -> None:
    if reader.state.destination is Destination.TEXT:
        end_row(reader)


def _default_font(reader: Interpreter, number: int | None) -> None:
    reader.tables.default_font = number or 0
    reader.state.change_characters(font=number or 0)


def _code_page(reader: Interpreter, number: int | None) -> None:
    reader.tables.encoding = charsets.of_code_page(number or 0) or reader.tables.encoding


def _encoding(name: str) -> Word:
    def store(reader: Interpreter, _number: int | None) -> None:
        reader.tables.encoding = name

    return store


def _stand_ins(reader: Interpreter, number: int | None) -> None:
    reader.state.stand_ins = max(0, min(1 if number is None else number, 1000))


def _picture_kind(is_supported: bool) -> Word:
    def store(reader: Interpreter, _number: int | None) -> None:
        if reader.picture is not None:
            reader.picture.is_supported = is_supported

    return store


WORDS: dict[str, Word] = {
    "ansi": _encoding("cp1252"), "mac": _encoding("mac-roman"), "pc": _encoding("cp437"), "pca": _encoding("cp850"),
    "ansicpg": _code_page, "deff": _default_font, "uc": _stand_ins, "plain": _plain, "pard": _pard,
    "f": _number("font"), "af": _number("complex_font"), "b": _toggle("bold"), "i": _toggle("italic"),
    "strike": _toggle("strike"),
    "striked": _toggle("strike"), "v": _toggle("hidden"), "ab": _toggle("complex_bold"),
    "ai": _toggle("complex_italic"), "rtlch": _set("is_rtl", True), "ltrch": _set("is_rtl", False),
    **dict.fromkeys(("accdot", "acccomma", "acccircle", "accunderdot"), _set("marked", True)),
    "accnone": _set("marked", False), "super": _toggle("raised"), "sub": _toggle("raised"),
    "nosupersub": _set("raised", False),
    "ul": _toggle("underlined"), "uld": _toggle("underlined"), "uldb": _toggle("underlined"),
    "ulw": _toggle("underlined"), "ulwave": _toggle("underlined"), "ulth": _toggle("underlined"),
    "uldash": _toggle("underlined"), "ulnone": _set("underlined", False), "caps": _toggle("capitals"),
    "scaps": _toggle("capitals"), "revised": _toggle("inserted"), "deleted": _toggle("deleted"),
    "revauth": _number("author"), "revauthdel": _number("deleted_by"), "revdttm": _number("when"),
    "revdttmdel": _number("deleted_when"), "cs": _character_style,
    "s": _style, "outlinelevel": _paragraph("level", lambda number: number or 0),
    "ls": _paragraph("list", lambda number: number or 0), "itap": _paragraph("nesting", lambda number: number or 0),
    "ilvl": _paragraph("list_level", lambda number: max(0, min(number or 0, 8))),
    "intbl": _paragraph("in_table", lambda number: number != 0),
    "brdrb": _paragraph("has_line", lambda _: True), "brdrt": _paragraph("has_line", lambda _: True),
    "line": _line, "lbr": _line, "softline": _line, "page": _page, "column": _page, "par": _par, "sect": _par,
    **dict.fromkeys(("clmgf", "clvmgf"), _merged), "cell": _cell, "nestcell": _inner_cell, "row": _row,
    "pngblip": _picture_kind(True), "jpegblip": _picture_kind(True), "emfblip": _picture_kind(False),
    "wmetafile": _picture_kind(False),
}  # fmt: skip
