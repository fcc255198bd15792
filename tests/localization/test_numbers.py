"""Numbers in both languages."""

from __future__ import annotations

import pytest

from cowrite.localization.numbers import percent_text


def test_percent_in_english() -> None:
    assert percent_text(12.4) == "12 %"
    assert percent_text(0.5, digits=1) == "0.5 %"


@pytest.mark.usefixtures("in_chinese")
def test_percent_in_chinese() -> None:
    assert percent_text(12.4) == "12%"
