"""How much work a document may be."""

from __future__ import annotations

import pytest

from cowrite.base.errors import UserError
from cowrite.interchange.manuscript import LineBreak, Mark, Run
from cowrite.interchange.readers.common import budget
from cowrite.interchange.readers.common.budget import Budget

BOLD = frozenset({Mark.STRONG})


def paragraphs(*pieces: object) -> int:
    """How many such paragraphs are accepted."""
    counted, done = Budget(), 0
    while done < 1000:
        try:
            for piece in pieces:
                counted.spend(piece)
            counted.end_paragraph()
        except UserError:
            break
        done += 1
    return done


def test_work_is_counted_by_looks_and_not_by_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_STEPS", 100)
    assert paragraphs(Run("a")) == paragraphs(*[Run("a")] * 500) == 50
    assert paragraphs(Run("a", BOLD)) == paragraphs(Run("a", BOLD), Run("b", BOLD)) == 14
    assert paragraphs(Run("a"), Run("b", BOLD), Run("c")) == 11
    assert paragraphs(Run("a"), LineBreak(), Run("c")) == 11
    assert paragraphs() == 605


def test_signs_of_markdown_are_work_where_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_STEPS", 100)
    assert paragraphs(Run("One * in a usual paragraph.")) == 16
    assert paragraphs(Run("*" * 300)) == 0
    monkeypatch.setattr(budget, "MOST_CHARACTERS", 100)
    assert paragraphs(Run("a" * 60), Run("b" * 60)) == 0
