"""Hits with the words around them."""

from __future__ import annotations

import pytest

from cowrite.search import found_texts
from cowrite.search.found_texts import FoundHit, found_hits
from cowrite.search.pattern import compiled
from cowrite.search.query import Query
from cowrite.search.regex_errors import PatternError
from cowrite.search.regex_pattern import RegexPattern
from cowrite.search.replacement import Replacement


def test_a_hit_has_the_words_around_it_in_its_line() -> None:
    lines = ["first", "😀 He lit the lamp. The light went out"]
    (hit,) = found_hits(compiled(Query(text="lamp")), lines, Replacement(text="lantern")).hits
    assert hit == FoundHit(
        line=1,
        start=14,
        end=18,
        before="😀 He lit the ",
        hit="lamp",
        after=". The light went out",
        becomes="lantern",
    )


def test_long_lines_are_cut_between_words() -> None:
    line = "one two three four five six seven eight HIT" + " after" * 30
    (hit,) = found_hits(compiled(Query(text="HIT", case=True)), [line]).hits
    assert hit.before == "…five six seven eight "
    assert len(hit.after) == found_texts.AFTER_CHARACTERS
    assert hit.becomes is None


def test_groups_are_put_in_and_a_wrong_one_is_refused() -> None:
    pattern = compiled(Query(text="(a)(b)", regex=True))
    assert found_hits(pattern, ["ab"], Replacement(text=r"\2\1")).hits[0].becomes == "ba"
    with pytest.raises(PatternError):
        found_hits(pattern, ["ab"], Replacement(text="\\"))


def test_there_is_an_end_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(found_texts, "MOST_IN_TEXT", 2)
    found = found_hits(compiled(Query(text="a")), ["aaa"])
    assert len(found.hits) == 2
    assert "first 2" in found.problem
    pattern = RegexPattern(Query(text="(a|aa)+$", regex=True))
    pattern._limit_s = 0.01
    assert "too long" in found_hits(pattern, ["a" * 60 + "!"]).problem
