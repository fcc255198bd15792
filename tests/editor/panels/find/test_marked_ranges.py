"""What is marked on the page: the hits in sight, the one the writer is at, and the lines in which is searched."""

from __future__ import annotations

import pytest
from open_program import OpenIt
from PySide6.QtTest import QTest

from cowrite.editor.appearance.theme import contrast_ratio, load_themes
from cowrite.editor.page.layer_ranges import LayerRange
from cowrite.editor.panels.find.finder import Finder
from cowrite.editor.panels.find.hit_lines import HitLines
from cowrite.editor.panels.find.hit_marks import current_ground, hit_ground, scope_ground
from cowrite.editor.panels.find.marked_ranges import marks
from cowrite.search.line_hits import search
from cowrite.search.pattern import compiled
from cowrite.search.query import Query


@pytest.mark.parametrize("name", sorted(load_themes()))
def test_the_ink_can_be_read_on_every_mark(name: str) -> None:
    theme = load_themes()[name]
    for ground in (hit_ground(theme), current_ground(theme), scope_ground(theme)):
        assert contrast_ratio(theme.ink, ground) >= 4.5
    assert contrast_ratio(theme.accent, current_ground(theme)) >= 3  # the caret within the frame


def marked(
    open_it: OpenIt, text: str, query: Query, scope: LayerRange | None = None, reach: int = 0
) -> list[list[tuple[int, int]]]:
    page = open_it().page
    page.content.load(text)
    lines = text.split("\n")
    hits = HitLines()
    hits.reset(len(lines), search(compiled(query), lines).lines)
    blocks = map(page.document().findBlockByNumber, range(len(lines)))
    return [
        [(m.start, m.end) for m in marks(page, b, hits, current=None, scope=scope, reach=reach)]
        for b in blocks
    ]


def test_every_hit_and_the_searched_lines_are_marked(open_it: OpenIt) -> None:
    scope = LayerRange(start=2, end=9)
    found = marked(open_it, "a cat\na cat", Query(text="cat"), scope)
    assert found == [[(2, 5), (2, 5)], [(0, 3), (2, 5)]]


def test_a_hit_over_several_paragraphs_is_marked_in_each(open_it: OpenIt) -> None:
    query = Query(text=r"at\n\na", regex=True)
    assert marked(open_it, "a cat\n\na cat", query, reach=2) == [[(3, 5)], [], [(0, 1)]]


def test_of_a_long_paragraph_only_what_is_in_sight_is_marked(open_it: OpenIt) -> None:
    (found,) = marked(open_it, "cat and dog " * 4_000, Query(text="cat"))
    assert 10 < len(found) < 2_000


def test_where_every_letter_is_a_hit_those_that_touch_are_marked_as_one(open_it: OpenIt) -> None:
    (found,) = marked(open_it, "cat dog " * 60, Query(text=r"\w", regex=True))
    assert found[:2] == [(0, 3), (4, 7)]
    assert found[-1] == (476, 479)


def test_nothing_is_marked_any_more_when_the_bar_is_gone(open_it: OpenIt) -> None:
    program = open_it(disk=None)
    program.window.active_view.document.load("a cat")
    program.press_keys("Ctrl+F")
    finder = program.window.findChild(Finder)
    assert isinstance(finder, Finder)
    QTest.keyClicks(finder.bar.field, "cat")
    program.until(lambda: finder.bar.count.text() == "1 of 1")
    before = program.page.grab().toImage()
    finder.hide()
    program.page.place_caret(0)
    assert program.page.grab().toImage() != before
    assert finder.hits is None
