"""Pages: nothing is lost between them, nothing stands outside the margins, and a break is where it belongs."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import PurePosixPath

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QBuffer, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QColor,
    QFontDatabase,
    QImage,
    QImageIOHandler,
    QImageWriter,
    QPainter,
)
from support.chinese_lines import CHINESE_TEXTS, badly_broken

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.page.geometry import cursor_x
from cowrite.editor.panels.printing.loaded_pictures import LoadedPicture, LoadedPictures
from cowrite.editor.panels.printing.manuscript import Block, BlockKind, Run, read_manuscript
from cowrite.editor.panels.printing.page_setup import PAPERS, PageSetup
from cowrite.editor.panels.printing.typesetter import (
    UNITS,
    PlacedLine,
    PlacedPicture,
    Typesetter,
)
from cowrite.interchange.pictures import NearbyPictures
from cowrite.settings.preferences import Preferences, info_of

pytestmark = pytest.mark.usefixtures("qapp")

USUAL = PageSetup.of(Preferences())


def typeset(
    blocks: list[Block],
    setup: PageSetup = USUAL,
    title: str = "",
    pictures: LoadedPictures | None = None,
) -> Typesetter:
    fonts = Fonts()
    body, code = fonts.body(setup.font), fonts.body("mono")
    typesetter = Typesetter(blocks, setup, body, code, title, pictures)
    while not typesetter.is_done:
        typesetter.advance()
    return typesetter


def lines_on(typesetter: Typesetter, page: int) -> list[PlacedLine]:
    """The lines of text on a page."""
    return [placed for placed in typesetter.pages[page] if isinstance(placed, PlacedLine)]


def lines_of(typesetter: Typesetter) -> list[list[str]]:
    """What stands on each page, line by line."""
    pages = []
    for page in range(len(typesetter.pages)):
        lines = []
        for placed in lines_on(typesetter, page):
            line = placed.layout.lineAt(placed.line)
            units = placed.layout.text().encode("utf-16-le")
            start = 2 * line.textStart()
            lines.append(units[start : start + 2 * line.textLength()].decode("utf-16-le"))
        pages.append(lines)
    return pages


def paragraph(text: str) -> Block:
    return Block(kind=BlockKind.PARAGRAPH, runs=(Run(text),))


def chapter(text: str) -> Block:
    return Block(kind=BlockKind.HEADING, runs=(Run(text),), level=1)


BLOCKS = st.lists(
    st.builds(
        Block,
        kind=st.sampled_from([kind for kind in BlockKind if kind is not BlockKind.PICTURE]),
        runs=st.lists(
            st.builds(
                Run, st.text("ab 中😀\t", min_size=1, max_size=400), st.booleans(), st.booleans()
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
        level=st.integers(1, 3),
    ),
    max_size=12,
)
SETUPS = st.builds(
    replace,
    st.just(USUAL),
    paper=st.sampled_from(list(PAPERS)),
    margin_mm=st.sampled_from([10, 25, 50]),
    size_pt=st.sampled_from([7, 12, 24]),
    line_percent=st.sampled_from([100, 250]),
    indent=st.booleans(),
    new_page=st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(BLOCKS, SETUPS)
def test_every_line_is_on_one_page_within_the_margins(
    blocks: list[Block], setup: PageSetup
) -> None:
    typesetter = typeset(blocks, setup, "Title")
    area = setup.text_area
    for number in range(len(typesetter.pages)):
        page = lines_on(typesetter, number)
        bottom = area.top() * UNITS - 1
        for placed in page:
            line = placed.layout.lineAt(placed.line)
            top = placed.origin.y() + line.y()
            assert top >= bottom - 1, "one line lies on another"
            bottom = top + line.height()
            assert placed.origin.x() + line.x() >= area.left() * UNITS - 1
        assert len(page) == 1 or bottom <= area.bottom() * UNITS + 1
    set_text = "".join("".join(lines) for lines in lines_of(typesetter))
    wanted = "Title" * setup.title + "".join(block.text for block in blocks)
    assert set_text == wanted


def test_chapters_begin_on_new_pages_if_they_are_to() -> None:
    blocks = [chapter("One"), paragraph("First."), chapter("Two"), paragraph("Second.")]
    assert lines_of(typeset(blocks)) == [["One", "First."], ["Two", "Second."]]
    assert len(typeset(blocks, replace(USUAL, new_page=False)).pages) == 1
    assert lines_of(typeset(blocks, title="Book"))[0] == ["Book", "One", "First."]


def test_under_a_title_of_its_own_the_second_level_begins_chapters() -> None:
    text = "# Book\n\n## One\n\nFirst.\n\n### Scene\n\nMore.\n\n## Two\n\nSecond."
    pages = lines_of(typeset(read_manuscript(text, markdown=True)))
    assert pages == [["Book", "One", "First.", "Scene", "More."], ["Two", "Second."]]
    parts = "# Part one\n\n## One\n\nFirst.\n\n## Two\n\nSecond.\n\n# Part two\n\nThird."
    assert len(typeset(read_manuscript(parts, markdown=True)).pages) == 2


def test_a_heading_is_not_left_at_the_foot_of_a_page_nor_one_line_at_its_head() -> None:
    short = Block(kind=BlockKind.HEADING, runs=(Run("Short"),), level=2)
    long = paragraph("word " * 100)
    for before in range(20, 45):
        pages = lines_of(typeset([*[paragraph("x")] * before, short, long]))
        (page,) = (page for page in pages if "Short" in page)
        assert page[-1] != "Short"
        assert all(len(each) > 1 for each in pages)


def test_the_first_paragraph_of_a_scene_does_not_stand_in() -> None:
    set_text = typeset(read_manuscript("One.\n\nTwo.\n\n***\n\nThree.", markdown=True))
    begins = {
        placed.layout.text(): placed.layout.lineAt(0).x() > 1 for placed in lines_on(set_text, 0)
    }
    assert begins == {"One.": False, "Two.": True, "* * *": False, "Three.": False}
    spaced = typeset([paragraph("One."), paragraph("Two.")], replace(USUAL, indent=False))
    assert [placed.layout.lineAt(0).x() for placed in lines_on(spaced, 0)] == [0.0, 0.0]


def test_every_chinese_paragraph_stands_in_by_two_characters() -> None:
    text = "# 第一章\n\n清晨，港口很安静。\n\n渔夫们 sat。\n\n***\n\n“走吧。”\n\nHe said 走.\n"
    setup = replace(USUAL, size_pt=12)
    begins = {
        placed.layout.text(): placed.layout.lineAt(0).x()
        for placed in lines_on(typeset(read_manuscript(text, markdown=True), setup), 0)
    }
    two = 2 * 12 * UNITS
    assert begins["清晨，港口很安静。"] == begins["渔夫们 sat。"] == begins["“走吧。”"] == two
    assert begins["第一章"] == begins["* * *"] == 0
    assert 0 < begins["He said 走."] != two


def ink(typesetter: Typesetter, page: int) -> int:
    """How many pixels of a page are not white."""
    size = typesetter.setup.sheet.size().toSize()
    image = QImage(size, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    typesetter.draw(painter, page)
    painter.end()
    line, width = image.bytesPerLine(), image.width()
    data = bytes(image.constBits())
    rows = (data[at : at + width] for at in range(0, len(data), line))
    return sum(width - row.count(255) for row in rows)


def test_what_is_set_is_drawn() -> None:
    with_numbers = typeset([paragraph("Some words.")], replace(USUAL, title=False))
    without = typeset([paragraph("Some words.")], replace(USUAL, title=False, page_numbers=False))
    nothing = typeset([], replace(USUAL, title=False, page_numbers=False))
    assert ink(nothing, 0) == 0
    assert 0 < ink(without, 0) < ink(with_numbers, 0)


def test_every_choice_of_the_settings_has_a_paper() -> None:
    assert set(info_of("print_paper").choices) == set(PAPERS)


def test_chinese_is_emphasized_by_dots_and_does_not_lean() -> None:
    runs = (Run("她"), Run("真的 so", emphasis=True), Run("急"))
    typesetter = typeset([Block(kind=BlockKind.PARAGRAPH, runs=runs)])
    (placed,) = lines_on(typesetter, 0)
    leaning = [
        (each.start, each.length) for each in placed.layout.formats() if each.format.font().italic()
    ]
    assert placed.dots == ((1, 2), (2, 3))
    assert leaning == [(3, 3)]
    image = QImage(1200, 1600, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    typesetter.draw(painter, 0)
    painter.end()


@settings(max_examples=20, deadline=None)
@given(CHINESE_TEXTS, st.sampled_from(["A4", "A5"]), st.sampled_from([9, 11, 14]))
def test_no_line_of_chinese_begins_with_what_closes(text: str, paper: str, size: int) -> None:
    typesetter = typeset([paragraph(text)], replace(USUAL, paper=paper, size_pt=size))
    placed = lines_on(typesetter, 0)[0]
    assert badly_broken(placed.layout) == []


@pytest.mark.parametrize("mark", ["·", "～"])
def test_no_line_begins_with_what_joins_two_chinese_words(mark: str) -> None:
    for length in range(1, 8):  # at some of these Qt would begin a line with it
        text = ("今天气很好我们"[:length] + mark) * 60 + "去海边"
        pages = lines_of(typeset([paragraph(text)], replace(USUAL, title=False)))
        assert mark not in [line[0] for page in pages for line in page]
        assert "".join("".join(page) for page in pages) == text


def coloured(width: int, height: int) -> bytes:
    """A red picture."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, b"png").write(image)
    return bytes(buffer.data().data())


def with_pictures(text: str, **pictures: bytes) -> Typesetter:
    """A text set with these pictures beside it."""
    loaded = LoadedPictures(
        NearbyPictures(None, {PurePosixPath(f"{k}.png"): v for k, v in pictures.items()}).find
    )
    blocks = read_manuscript(text, markdown=True, has_picture=loaded.has)
    return typeset(blocks, pictures=loaded)


def test_a_picture_stands_in_the_middle_after_its_paragraph_as_large_as_it_is() -> None:
    typesetter = with_pictures("One ![x](a.png) word.\n\nTwo.", a=coloured(200, 100))
    one, picture, two = typesetter.pages[0]
    assert isinstance(one, PlacedLine)
    assert isinstance(picture, PlacedPicture)
    assert isinstance(two, PlacedLine)
    assert one.layout.text() == "One  word."
    assert picture.place.size() == QSizeF(200, 100) * 0.75 * UNITS
    area = USUAL.text_area
    assert picture.place.center().x() == pytest.approx(area.center().x() * UNITS)
    assert picture.place.top() > one.origin.y()
    assert two.origin.y() + two.layout.lineAt(0).y() >= picture.place.bottom()


@pytest.mark.parametrize(("width", "height"), [(9000, 300), (30, 9000), (3000, 3000), (1, 1)])
def test_a_picture_is_never_larger_than_the_page(width: int, height: int) -> None:
    typesetter = with_pictures("Before.\n\n- ![x](a.png)\n\nAfter.", a=coloured(width, height))
    area = USUAL.text_area
    room = QRectF(area.topLeft() * UNITS, area.size() * UNITS).adjusted(-1, -1, 1, 1)
    pictures = [
        each for page in typesetter.pages for each in page if isinstance(each, PlacedPicture)
    ]
    assert len(pictures) == 1
    place = pictures[0].place
    assert room.contains(place)
    assert place.width() / place.height() == pytest.approx(width / height, rel=0.01)
    assert lines_of(typesetter)[-1][-1] == "After."


def test_a_picture_is_drawn() -> None:
    typesetter = with_pictures("![x](a.png)", a=coloured(40, 20))
    image = QImage(typesetter.setup.sheet.size().toSize(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    typesetter.draw(painter, 0)
    painter.end()
    red = sum(
        image.pixelColor(x, y) == QColor(Qt.GlobalColor.red)
        for x in range(image.width())
        for y in range(image.height())
    )
    assert red == pytest.approx(30 * 15, rel=0.15)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A ![map](a.png).", ["A map."]),
        ("![map](b.png)", ["map"]),
        ("![map](https://example.org/a.png)", ["map"]),
        ("# ![map](a.png)", ["map"]),
    ],
)
def test_of_a_picture_that_cannot_be_shown_the_description_stands_in_the_line(
    text: str, shown: list[str]
) -> None:
    broken = coloured(400, 300)[:200]
    assert lines_of(with_pictures(text, a=broken)) == [shown]


@pytest.mark.parametrize(
    "text", ["# ![map](a.png)", "> ![map](a.png)", "| a |\n|---|\n| ![map](a.png) |", "x[^1]\n\n[^1]: ![m](a.png)"]
)  # fmt: skip
def test_pictures_are_shown_wherever_they_stand(text: str) -> None:
    (page,) = with_pictures(text, a=coloured(30, 20)).pages
    assert sum(isinstance(each, PlacedPicture) for each in page) == 1
    assert "* * *" not in str(lines_of(with_pictures(text, a=coloured(30, 20))))


def test_a_photograph_that_lies_on_its_side_stands_upright() -> None:
    image = QImage(60, 20, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, b"jpeg")
    writer.setTransformation(QImageIOHandler.Transformation.TransformationRotate90)
    assert writer.write(image)
    picture = LoadedPicture(bytes(buffer.data().data()))
    assert picture.is_whole()
    assert picture.size == QSize(20, 60)
    assert picture.image(QSize(10, 30)).size() == QSize(10, 30)


@pytest.mark.parametrize("font", ["serif", "sans", "mono"])
def test_marks_among_chinese_are_as_wide_as_a_character(font: str) -> None:
    if not QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese):
        pytest.skip("no Chinese font is here")
    runs = (Run("“走吧。”她说——“"), Run("雨“停”", strong=True), Run("了……”"))
    block = Block(kind=BlockKind.PARAGRAPH, runs=runs)
    code = Block(kind=BlockKind.CODE, runs=(Run("“走吧。”"),))
    typesetter = typeset([block, code], replace(USUAL, font=font))
    line, in_code = (placed.layout.lineAt(0) for placed in lines_on(typesetter, 0)[:2])
    places = [cursor_x(line, at) for at in range(line.textLength() + 1)]
    widths = {
        round((after - before) / (places[6] - places[5]), 2) for before, after in pairwise(places)
    }
    assert widths == {1.0}
    assert cursor_x(in_code, 1) - cursor_x(in_code, 0) < cursor_x(in_code, 2) - cursor_x(in_code, 1)
