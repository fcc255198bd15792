"""What a person is told about a file that was read or written."""

from __future__ import annotations

from cowrite.interchange.report import Report
from cowrite.interchange.statement import MOST_NAMED, left_out_sentence, statement


def test_nothing_is_said_if_everything_was_carried():
    assert statement(Report()) == []


def test_each_thing_has_a_sentence():
    report = Report()
    report.accepted.update({"insertion": 2, "deletion": 1})
    report.kept.update({"comment": 1, "note": 3})
    report.leave_out("text colour")
    report.leave_out("page headers and footers")
    assert statement(report) == [
        "3 tracked changes were accepted.",
        "1 comment was kept as a comment.",
        "Left out: text colour and page headers and footers.",
    ]


def test_the_same_thing_in_several_places_is_counted():
    report = Report()
    for where in ("page 1", "page 2"):
        report.leave_out("chart", where)
    assert left_out_sentence(report) == "Left out: chart (2)."


def test_a_long_list_ends():
    report = Report()
    for number in range(MOST_NAMED + 3):
        report.leave_out(f"thing {number}")
    assert left_out_sentence(report).endswith(f"thing {MOST_NAMED - 1} and 3 more.")
