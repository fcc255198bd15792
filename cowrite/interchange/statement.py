"""What became of a file on its way, as a person is told: a sentence for each thing."""

from __future__ import annotations

from collections import Counter

from cowrite.interchange.report import Report
from cowrite.localization import tr, trn
from cowrite.localization.joining import join_names

MOST_NAMED = 6
"""So many things that were left out are named; the whole list is for whoever asks."""


def statement(report: Report) -> list[str]:
    """All that is worth saying; nothing if everything was carried."""
    changes, comments = report.kept[tr("tracked change")], report.kept[tr("comment")]
    said = [
        accepted_sentence(report),
        trn("{count} tracked change was kept.", "{count} tracked changes were kept.", changes)
        * bool(changes),
        trn(
            "{count} comment was kept as a comment.",
            "{count} comments were kept as comments.",
            comments,
        )
        * bool(comments),
        left_out_sentence(report),
    ]
    return [each for each in said if each]


def accepted_sentence(report: Report) -> str:
    """How many tracked changes are in the text now; empty if there were none."""
    count = sum(report.accepted.values())
    if count == 0:
        return ""
    return trn(
        "{count} tracked change was accepted.", "{count} tracked changes were accepted.", count
    )


def left_out_sentence(report: Report) -> str:
    """What could not be carried; empty if there was nothing."""
    if not report.left_out:
        return ""
    counted = Counter(each.what for each in report.left_out)
    names = [what if many == 1 else f"{what} ({many})" for what, many in counted.items()]
    more = len(names) - MOST_NAMED
    if more > 0:
        names = [*names[:MOST_NAMED], trn("{count} more", "{count} more", more)]
    return tr("Left out: {things}.", things=join_names(names))
