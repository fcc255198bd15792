"""What a long text took is given back once its page is gone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication

from cowrite.editor.appearance.fonts import Fonts
from cowrite.editor.appearance.theme import load_themes
from cowrite.editor.page import closed_text
from cowrite.editor.page.page_edit import PageEdit


@pytest.mark.parametrize(
    ("texts", "given_back"),
    [(["short"], 0), (["x\n" * closed_text.LONG_BLOCKS], 1), (["x\n" * 12_000, "short now"], 1)],
)
def test_only_a_long_text_is_worth_it(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, texts: list[str], given_back: int
) -> None:
    trims: list[int] = []
    monkeypatch.setattr(closed_text, "trim", lambda: trims.append(1))
    page = PageEdit(load_themes()["light"], Fonts(), reduced_motion=True)
    for text in texts:
        page.content.load(text)
    qapp.processEvents()
    assert not trims
    page.deleteLater()
    del page
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not trims, "the text itself is deleted only after this"
    qapp.processEvents()
    assert len(trims) == given_back


def test_the_c_library_is_asked_and_takes_it() -> None:
    closed_text.trim()
