from __future__ import annotations

import pytest

from cowrite.editor.appearance.theme import contrast_ratio, load_themes
from cowrite.editor.panels.provenance.origin_marks import MARKS
from cowrite.provenance.authorship_share import Kind

THEMES = load_themes()


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("kind", MARKS, ids=str)
def test_words_and_lines_can_be_read_on_their_ground(kind: Kind, theme) -> None:
    mark = MARKS[kind]
    ground = mark.ground(theme)
    assert contrast_ratio(theme.ink, ground) >= 7
    assert contrast_ratio(mark.colour(theme), theme.page) >= 4.5
    assert contrast_ratio(mark.colour(theme), theme.desk) >= 4.5, (
        "the legend lies on the colour `desk`"
    )


def test_the_lines_alone_tell_the_origins_apart() -> None:
    assert len({(mark.style, mark.width) for mark in MARKS.values()}) == len(MARKS)
    assert Kind.TYPED not in MARKS
