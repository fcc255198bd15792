"""Numbers of models as somebody says them."""

from __future__ import annotations

import pytest

from cowrite.editor.panels.models.model_strings import parameters


@pytest.mark.parametrize(
    ("count", "said"),
    [(135e6, "135 million"), (949e6, "949 million"), (1.72e9, "1.7 billion"), (14.8e9, "14.8 billion")],
)  # fmt: skip
def test_parameters_as_models_are_named(count: float, said: str) -> None:
    assert parameters(int(count)) == said


@pytest.mark.usefixtures("in_chinese")
@pytest.mark.parametrize(
    ("count", "said"), [(135e6, "1.35 亿"), (1.7e9, "17 亿"), (14.8e9, "148 亿")]
)
def test_in_chinese_they_are_counted_by_hundreds_of_millions(count: float, said: str) -> None:
    assert parameters(int(count)) == said
