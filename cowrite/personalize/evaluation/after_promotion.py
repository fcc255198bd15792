"""Monitoring after a promotion: a version of which the writer clearly keeps less than before is taken out of use.

The gate judges by pages that were kept back; how suggestions are received shows only in use. What is compared is the
number of characters accepted and kept per suggestion shown, of the version in use and of the one before it, hour by
hour of use. The difference of one run cannot be seen so (telling 30 % from 33 % takes thousands of suggestions); a fall
that cannot be chance can.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cowrite.decisions.statistics.counts import WHILE_TYPING, Counts, Slice
from cowrite.decisions.statistics.statistics import read_slices
from cowrite.localization import tr
from cowrite.personalize.adapters.adapter_manifest import Base
from cowrite.personalize.adapters.registry import AdapterRegistry

WATCHED_DAYS = 90
LEAST_SHOWN = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """``adapter`` was replaced by ``before`` (“” for the model itself). Characters kept per suggestion shown."""

    adapter: str
    before: str
    kept: float
    kept_before: float


def withdraw_if_worse(
    registry: AdapterRegistry, base: Base, log: Path, now_ms: int
) -> Withdrawal | None:
    """Go back to the version before, if clearly less is kept of what the one in use suggests.

    A version that the writer chose again after it was withdrawn stays. Raises UserError if the log or the adapters
    cannot be read.
    """
    adapter = registry.active(base.model)
    if not adapter or registry.get(adapter).was_withdrawn:
        return None
    before = registry.before(base)
    if before is None:
        return None
    slices = [each for each in read_slices(log, now_ms, WATCHED_DAYS) if each.model == base.model]
    kept = clear_fall(_hours(slices, adapter), _hours(slices, before))
    if kept is None:
        return None
    now, then = kept
    note = {"kept": now, "kept_before": then, "before": before, "at_ms": now_ms}
    used = registry.withdraw(adapter, base, note)
    return Withdrawal(adapter=adapter, before=used, kept=now, kept_before=then)


def clear_fall(now: Iterable[Counts], before: Iterable[Counts]) -> tuple[float, float] | None:
    """The characters kept per suggestion now and before, if even the upper bound of the one is below the lower bound
    of the other (each of 97.5 %, by bootstrap over hours of use); None otherwise, and where too little is known.

    What was taken but not looked for yet is believed to fare as the rest of its hour.
    """
    from cowrite.personalize.evaluation.bootstrap import mean_interval

    intervals = []
    for counts in (now, before):
        known = [
            (each.characters_kept * each.taken / max(1, each.known), each.shown)
            for each in counts
            if each.known or not each.taken
        ]
        if sum(shown for _, shown in known) < LEAST_SHOWN:
            return None
        try:
            intervals.append(mean_interval(*zip(*known, strict=True)))
        except ValueError:  # too few hours
            return None
    after, earlier = intervals
    return (after.mean, earlier.mean) if after.upper < earlier.lower else None


def in_words(withdrawal: Withdrawal, name: str, name_before: str) -> str:
    """For the writer; the names are those of the two versions."""
    return tr(
        "{name} is no longer used: you kept {kept:.1f} characters of each of its suggestions, compared "
        "with {kept_before:.1f} before. {name_before} is in use again.",
        name=name,
        kept=withdrawal.kept,
        kept_before=withdrawal.kept_before,
        name_before=name_before,
    )


def _hours(slices: Iterable[Slice], adapter: str) -> list[Counts]:
    """What else there is, such as what was asked for by key, is received in another way, and not compared."""
    hours: defaultdict[object, Counts] = defaultdict(Counts)
    for each in slices:
        if each.adapter == adapter and each.occasion == WHILE_TYPING:
            hours[each.day, each.hour].add(each.counts)
    return list(hours.values())
