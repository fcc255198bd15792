"""Sentences one after the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cowrite.localization import listed, sentences, use
from cowrite.settings.resources import resource_path


@pytest.fixture(autouse=True)
def _in_english_again() -> Iterator[None]:
    yield
    use("en")


def test_a_space_stands_between_sentences_in_english() -> None:
    assert sentences("One.", "", "Two.", "Three.") == "One. Two. Three."
    assert sentences() == ""


def test_none_stands_between_them_in_chinese() -> None:
    use("zh_CN", resource_path("locale"))
    assert sentences("一。", "二。") == "一。二。"


def test_items_of_a_list() -> None:
    assert listed(["a", 2]) == "a, 2"
    assert listed([]) == ""
    use("zh_CN", resource_path("locale"))
    assert listed(["甲", "乙"]) == "甲、乙"
