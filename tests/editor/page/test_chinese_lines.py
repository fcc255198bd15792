"""Where lines of Chinese break: none begins with a mark that closes, none ends with one that opens.

On the page in either layout, at all widths and sizes. Pages in print break lines the same way:
``test_typesetter.py`` of the printing panel.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from support.chinese_lines import CHINESE_TEXTS, badly_broken

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page.large import large_layout
from cowrite.editor.page.large.large_layout import LargeLayout
from cowrite.editor.page.page_edit import PageEdit
from cowrite.editor.page.tracked_edit import LooseText


@pytest.fixture
def page(qapp: QApplication) -> Iterator[PageEdit]:
    made = PageEdit(load_themes()["light"], Fonts(), LooseText("doc"), reduced_motion=True)
    made.show()
    yield made
    made.close()
    made.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture(params=["Qt’s layout", "ours"])
def laid_out(
    page: PageEdit, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> PageEdit:
    if request.param == "ours":
        monkeypatch.setattr(large_layout, "LARGE_PARAGRAPHS", 0)
    return page


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(CHINESE_TEXTS, st.integers(360, 1400), st.sampled_from([50, 100, 150]))
def test_no_line_begins_with_what_closes(
    laid_out: PageEdit, text: str, width: int, zoom: int
) -> None:
    laid_out.resize(width, 500)
    laid_out.set_zoom(zoom)
    laid_out.content.load(text)
    layout = laid_out.document().documentLayout()
    assert isinstance(layout, LargeLayout) is (large_layout.LARGE_PARAGRAPHS == 0)
    block = laid_out.document().begin()
    layout.blockBoundingRect(block)
    assert block.layout().lineCount() > 0
    assert badly_broken(block.layout()) == []
