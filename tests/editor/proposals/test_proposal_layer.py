"""How hunks are laid out and painted: old words struck, new ones in room of their own, the text untouched."""

from __future__ import annotations

import pytest
from open_program import OpenIt
from PySide6.QtGui import QColor, QImage, QTextCharFormat
from pytestqt.qtbot import QtBot

from cowrite.base.text_changes import ChangeKind
from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import Theme, contrast_ratio, load_themes
from cowrite.editor.page.geometry import cursor_x, line_parts
from cowrite.editor.page.layer_ranges import Layer, LayerRange
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.split.other_half import OtherHalf
from cowrite.editor.page.split.split_page import Split
from cowrite.editor.proposals.looks import HunkMark, new_colour, strike_colour
from cowrite.editor.proposals.proposal_layer import ProposalLayer
from cowrite.editor.proposals.standing import StandingProposal
from cowrite.proposals.proposal import Proposal
from cowrite.proposals.word_diff import version_between

LONG = "and so on and on, past the mill, past the bridge, as far as anybody had ever gone on foot"


@pytest.fixture
def page(qtbot: QtBot) -> PageEdit:
    page = PageEdit(load_themes()["light"], Fonts())
    qtbot.addWidget(page)
    page.resize(900, 500)
    page.show()
    return page


def show(page: PageEdit, passage: str, text: str, focused: int = -1) -> ProposalLayer:
    page.content.load(passage)
    proposal = Proposal(task="repair", passage=passage, versions=(version_between(passage, text),))
    its = StandingProposal(proposal, 0, page.content.text_between)
    layer = page.findChild(ProposalLayer)
    layer = layer if isinstance(layer, ProposalLayer) else ProposalLayer(page)
    layer.show(its.open, its.open[focused].key if focused >= 0 else None)
    return layer


def marks(page: PageEdit, paragraph: int = 0) -> list[tuple[str, str]]:
    """What is marked in a paragraph: the letters, and the new words behind them."""
    block = page.document().findBlockByNumber(paragraph)
    result = []
    for each in page.layers.ranges(Layer.PROPOSALS, block):
        assert isinstance(each.underlay, HunkMark)
        new = each.underlay.new
        letters = block.text()[each.start : each.end] if each.underlay.strikes else ""
        result.append((letters, new.text if new is not None else ""))
    return result


def has_colour(picture: QImage, colour: str) -> bool:
    wanted = QColor(colour)
    return any(
        picture.pixelColor(column, row) == wanted
        for row in range(picture.height())
        for column in range(picture.width())
    )


def x(page: PageEdit, index: int, paragraph: int = 0) -> float:
    line = page.document().findBlockByNumber(paragraph).layout().lineAt(0)
    return cursor_x(line, index)


def test_a_line_leaves_as_much_room_as_new_words_need(page: PageEdit) -> None:
    page.content.load("She go home.")
    before = x(page, 7)
    layer = show(page, "She go home.", "She goes home.")
    assert marks(page) == [("g", ""), ("o", "goes")]
    new = page.body_metrics().horizontalAdvance("goes")
    assert x(page, 7) - before > new
    assert page.text() == "She go home."
    layer.clear()
    assert x(page, 7) == pytest.approx(before)
    assert not marks(page)


@pytest.mark.parametrize("zoom", [50, 75, 100, 150, 200, 400])
def test_room_grows_with_the_zoom(page: PageEdit, zoom: int) -> None:
    page.set_zoom(zoom)
    page.content.load("She go home.")
    before = x(page, 7)
    show(page, "She go home.", "She goes home.")
    new = page.body_metrics().horizontalAdvance("goes")
    assert new < x(page, 7) - before < 2 * new


def test_new_words_stand_after_the_word_before_them(page: PageEdit) -> None:
    show(page, "to school", "to the school")
    assert marks(page) == [("", "the")]


def test_at_the_start_of_a_paragraph_its_first_word_is_struck(page: PageEdit) -> None:
    show(page, "school is out", "The school is out")
    assert marks(page) == [("schoo", ""), ("l", "The school")]


def test_what_is_left_out_is_only_struck(page: PageEdit) -> None:
    show(page, "the the rain", "the rain")
    assert [new for _, new in marks(page)] == [""]


def test_a_hunk_over_several_paragraphs_is_struck_in_each(page: PageEdit) -> None:
    show(page, "one two\nthree four", "one six four")
    struck = [letters for letters, _ in marks(page)] + [letters for letters, _ in marks(page, 1)]
    assert "".join(struck) == "twothree"


def test_long_words_are_shortened_and_whole_while_their_hunk_is_focused(page: PageEdit) -> None:
    show(page, "He went away.", f"He went {LONG}.")
    ((_, _), (_, shortened)) = marks(page)
    assert shortened.endswith("…")
    layer = show(page, "He went away.", f"He went {LONG}.", focused=0)
    slot = page.document().firstBlock().layout().preeditAreaText()
    assert slot.strip("\u2009") == LONG
    assert page.text() == "He went away."
    layer.release_slot()
    assert not page.document().firstBlock().layout().preeditAreaText()


def test_text_to_the_left_shows_new_words_only_while_focused(page: PageEdit) -> None:
    old, new = "היא הולך הביתה.", "היא הלכה הביתה."
    show(page, old, new)
    assert marks(page) == [("הולך", "")]
    show(page, old, new, focused=0)
    assert "הלכה" in page.document().firstBlock().layout().preeditAreaText()


def test_a_place_behind_the_slot_is_found_where_it_is_seen(page: PageEdit, qtbot: QtBot) -> None:
    show(page, "He went away. Then he slept.", f"He went {LONG}. Then he slept.", focused=0)
    place = page.text().index("slept")
    cursor = page.textCursor()
    cursor.setPosition(place)
    page.setTextCursor(cursor)
    rect = page.caret_rect()
    assert page.position_at(rect.center()) == place
    assert rect.top() > page.cursorRect(cursor).top() - 5


@pytest.mark.parametrize("theme", load_themes().values(), ids=lambda theme: theme.name)
def test_new_words_and_strikes_can_be_read_in_every_theme(theme: Theme) -> None:
    for ground in (theme.page, theme.selection):
        assert contrast_ratio(new_colour(theme), ground) >= 5.0
    assert contrast_ratio(new_colour(theme), theme.page) >= 7.0
    assert contrast_ratio(strike_colour(theme), theme.page) >= 3.0


def test_the_new_words_are_really_painted(page: PageEdit, qtbot: QtBot) -> None:
    show(page, "She go home.", "She goes home.")
    qtbot.waitExposed(page)
    assert has_colour(page.grab().toImage(), new_colour(page.theme))


def test_a_heading_leaves_room_for_letters_of_its_size(page: PageEdit) -> None:
    style = QTextCharFormat()
    style.setFontPointSize(2 * page.document().defaultFont().pointSizeF())
    page.content.load("The title are here")
    block = page.document().firstBlock()
    looks = LayerRange(start=0, end=block.length() - 1, style=style)
    page.layers.set(Layer.MARKDOWN, block, [looks])
    passage = page.text()
    proposal = Proposal(
        task="repair",
        passage=passage,
        versions=(version_between(passage, "The title is here"),),
    )
    its = StandingProposal(proposal, 0, page.content.text_between)
    before = x(page, 13)
    ProposalLayer(page).show(its.open, None)
    assert x(page, 13) - before > 1.9 * page.body_metrics().horizontalAdvance("is")


def test_an_edit_elsewhere_in_the_paragraph_moves_the_marks(page: PageEdit) -> None:
    layer = show(page, "It rains. She go home.", "It rains. She goes home.")
    page.content.edit(0, 2, "Today it", ChangeKind.TYPED)
    assert marks(page) == [("g", ""), ("o", "goes")]
    layer.clear()
    assert not marks(page)


def test_a_narrower_page_draws_anew(page: PageEdit, qtbot: QtBot) -> None:
    show(page, "He went away.", "He strolled along, whistling, away.")
    whole = marks(page)
    page.resize(260, 500)
    page.grab()
    assert marks(page) != whole
    assert any(new.endswith("…") for _, new in marks(page))


def test_a_strike_stands_under_letters_that_run_to_the_left(page: PageEdit) -> None:
    page.content.load("היא הולך הביתה.")
    block = page.document().firstBlock()
    metrics = page.body_metrics()
    (part,) = line_parts(block, 4, 8, metrics, 1.0)
    assert part.box.width() == pytest.approx(metrics.horizontalAdvance("הולך"), rel=0.2)


def test_the_other_half_of_a_split_page_shows_new_words_too(open_it: OpenIt) -> None:
    program = open_it()
    page, view = program.page, program.window.active_view
    show(page, "She go home.", "She goes home.")
    view.pane.divide(Split.ABOVE_AND_BELOW)
    other = view.pane.findChild(OtherHalf)
    assert other is not None
    picture = other.grab().toImage()
    assert has_colour(picture, new_colour(page.theme))


def test_new_words_are_seen_when_everything_is_selected(page: PageEdit, qtbot: QtBot) -> None:
    show(page, "She go home.", "She goes home.")
    page.selectAll()
    qtbot.waitExposed(page)
    assert has_colour(page.grab().toImage(), new_colour(page.theme))
