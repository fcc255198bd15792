from __future__ import annotations

import hashlib
import json
import re

import pytest
from hypothesis import given
from provenance_maker import run_lists

from cowrite.provenance.annotations import annotation_block
from cowrite.provenance.authorship_share import Kind, authorship_share, origin_line, parts_of
from cowrite.provenance.ranges import Origin, Ranges, Run
from cowrite.provenance.sources import Source
from cowrite.provenance.statement import make_statement, to_json, to_markdown

# The example of the format's own description.
EXAMPLE = "Markdown Annotations embed authorship in text while preserving its readability and portability."
HUMAN = [(0, 20), (33, 4), (45, 6), (62, 4)]
MINUTE = 60_000


def source(name: str, text: str, model: str = "SmolLM2", adapter: str = "") -> Source:
    return Source(id=name, text=text, pieces=((0, len(text)),), model=model, adapter=adapter)


def example() -> tuple[str, Ranges, dict[str, Source]]:
    """Typed, accepted whole, accepted and then changed, pasted, there before."""
    text = "I went home and slept, then woke. Quote! Old text."
    ranges = Ranges(
        [
            Run(7, Origin.TYPED),
            Run(14, Origin.ACCEPTED, "whole", 0),
            Run(6, Origin.ACCEPTED, "changed", 0),
            Run(6, Origin.TYPED),
            Run(8, Origin.PASTED),
            Run(9, Origin.LOADED),
        ]
    )
    sources = {
        "whole": source("whole", text[7:21]),
        "changed": source("changed", ", then he"),
    }
    return text, ranges, sources


def test_characters_and_words_are_counted_by_kind() -> None:
    text, ranges, sources = example()
    shares = authorship_share(text, ranges, sources)
    assert shares.characters == {
        Kind.TYPED: 13,
        Kind.ACCEPTED: 14,
        Kind.EDITED: 6,
        Kind.REWRITTEN: 0,
        Kind.PASTED: 8,
        Kind.LOADED: 9,
    }
    assert shares.words == {
        Kind.TYPED: 3,
        Kind.ACCEPTED: 3,
        Kind.EDITED: 1,
        Kind.REWRITTEN: 0,
        Kind.PASTED: 1,
        Kind.LOADED: 2,
    }


@given(runs=run_lists(20))
def test_every_character_is_counted_once(runs: list[Run]) -> None:
    ranges = Ranges(runs)
    text = ("ab c😀" * ranges.length).encode("utf-16-le")[: 2 * ranges.length]
    plain = text.decode("utf-16-le", "surrogatepass")
    shares = authorship_share(plain, ranges, {})
    parts = [*parts_of(ranges, {})]
    assert sum(part.end - part.start for part in parts) == ranges.length
    assert sum(shares.characters.values()) >= len(plain)
    assert sum(shares.words.values()) <= len(plain)


def test_chinese_words_are_counted_by_dictionary() -> None:
    text = "今天天气很好"
    shares = authorship_share(text, Ranges([Run(6, Origin.TYPED)]), {})
    assert 2 <= shares.words[Kind.TYPED] <= 4


def test_ranges_of_another_text_are_refused() -> None:
    with pytest.raises(ValueError, match="another text"):
        authorship_share("abc", Ranges(), {})


@pytest.mark.parametrize(
    ("runs", "line"),
    [
        ([], ""),
        ([Run(9, Origin.PASTED), Run(4, Origin.LOADED)], ""),
        ([Run(9, Origin.TYPED)], "you 100 %"),
        ([Run(50, Origin.TYPED), Run(153_000, Origin.LOADED)], "you 1 %, already there 99 %"),
        (
            [Run(7, Origin.PASTED), Run(2, Origin.ACCEPTED), Run(1, Origin.TYPED)],
            "you 10 %, suggestions 20 %, pasted 70 %",
        ),
        ([Run(91, Origin.TYPED), Run(9, Origin.ACCEPTED)], "you 91 %, suggestions 9 %"),
        ([Run(9_999, Origin.TYPED), Run(1, Origin.ACCEPTED)], "you 99 %, suggestions 1 %"),
        ([Run(5, Origin.REWRITTEN)], "suggestions 100 %"),
    ],
)
def test_the_status_line_counts_the_writer_and_the_machine(runs: list[Run], line: str) -> None:
    assert origin_line(Ranges(runs)) == line


def test_the_status_line_in_chinese(in_chinese: None) -> None:
    runs = [Run(91, Origin.TYPED), Run(9, Origin.ACCEPTED)]
    assert origin_line(Ranges(runs)) == "你 91%、建议 9%"


@given(runs=run_lists(20))
def test_the_shares_in_the_status_line_are_those_of_all_that_is_there(runs: list[Run]) -> None:
    line = origin_line(Ranges(runs))
    shares = [int(each) for each in re.findall(r"(\d+) %", line)]
    assert sum(shares) in ((100,) if line else (0,))
    assert all(share >= 1 for share in shares)


def made(*, annotations: bool = True):
    text, ranges, sources = example()
    moments = [0, 2 * MINUTE, 30 * MINUTE, 90 * MINUTE]
    return make_statement(
        "a_b.txt",
        text,
        ranges,
        sources,
        moments=moments,
        made_ms=1_700_000_000_000,
        annotations=annotations,
    )


def test_the_statement_for_people() -> None:
    text = to_markdown(made())
    assert text.startswith("# Authorship statement: a\\_b.txt\n")
    assert "| typed | 13 | 3 | 26.0 % |" in text
    assert "| **Written by a model** | 20 | 4 | 40.0 % |" in text
    assert "| All | 50 | 10 | |" in text
    assert "- SmolLM2: 20 characters from 2 suggestions" in text
    assert text.count(": 2 min\n") == 1
    assert text.count(": 1 min\n") == 1
    assert "@Human: 0,7 27,6" in text
    assert "&SmolLM2: 7,20" in text


def test_the_statement_for_programs() -> None:
    data = json.loads(to_json(made(annotations=False)))
    assert data["authors"]["human"] == {"characters": 13, "words": 3, "percent": 26.0}
    assert data["origins"]["accepted then edited"]["characters"] == 6
    assert sum(each["percent"] for each in data["authors"].values()) == pytest.approx(100)
    assert data["sessions"][0] == {"started_ms": 0, "ended_ms": 30 * MINUTE, "minutes": 2.0}
    assert "annotations" not in data


def test_an_empty_text_has_a_statement_too() -> None:
    statement = make_statement("x", "", Ranges(), {}, moments=[], made_ms=0, annotations=True)
    assert "No part of it was written by a model." in to_markdown(statement)
    assert json.loads(to_json(statement))["characters"] == 0


def test_the_annotations_of_the_formats_own_example() -> None:
    runs, at = [], 0
    for start, length in HUMAN:
        runs += [Run(start - at, Origin.ACCEPTED, "s", at), Run(length, Origin.TYPED)]
        at = start + length
    runs.append(Run(len(EXAMPLE) - at, Origin.ACCEPTED, "s", at))
    block = annotation_block(EXAMPLE + "\n", Ranges([*runs, Run(1, Origin.LOADED)]), {})
    assert block == (
        "---\n"
        "Annotations: 0,95 SHA-256 1132bf5e376a605f5beed4b204456114  \n"
        "@Human: 0,20 33,4 45,6 62,4  \n"
        "&AI: 20,13 37,8 51,11 66,29  \n"
        "...\n"
    )


def test_annotations_count_what_readers_see_as_characters() -> None:
    text = "e\u0301a👨‍👩‍👧b"
    family = len("👨‍👩‍👧".encode("utf-16-le")) // 2
    ranges = Ranges(
        [Run(3, Origin.TYPED), Run(family, Origin.ACCEPTED, "s", 0), Run(1, Origin.TYPED)]
    )
    lines = annotation_block(text, ranges, {"s": source("s", "👨‍👩‍👧", "a:b<c>")}).split("\n")
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    assert lines[1] == f"Annotations: 0,4 SHA-256 {digest}  "
    assert lines[2] == "@Human: 0,2 3  "
    assert lines[3] == "&a\\:b c: 2  "
