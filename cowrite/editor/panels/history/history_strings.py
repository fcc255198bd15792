"""What the history panel says: when a version was kept and why, and what differs. Knows no widgets."""

from __future__ import annotations

from datetime import datetime

from cowrite.documents.versions.snapshots import Reason, Snapshot
from cowrite.localization import sentences, tr, tr_noop, trn
from cowrite.localization.dates import moment_text, time_text

REASONS = {
    Reason.WRITING: tr_noop("While you wrote"),
    Reason.SAVED: tr_noop("As it was in the file"),
    Reason.BY_HAND: tr_noop("Kept by you"),
    Reason.BEFORE_REWRITE: tr_noop("Before a rewrite"),
    Reason.BEFORE_RESTORE: tr_noop("Before an earlier version came back"),
    Reason.BEFORE_RELOAD: tr_noop("Before the file changed on disk"),
    Reason.FROM_DISK: tr_noop("What another program wrote"),
}
NONE_YET = tr_noop(
    "No earlier versions yet. One is kept when you save, every ten minutes of writing, and before large changes."
)
NOT_KEPT = {
    "private": tr_noop("Nothing of a private window is kept, so there are no earlier versions."),
    "excluded": tr_noop("This file is excluded, so no versions of it are kept."),
    "off": tr_noop("Earlier versions are switched off in the settings, under “Files”."),
}
CHOOSE = tr_noop("Choose a version to see what was different then.")
SAME = tr_noop("The text is now as it was then.")
DELETED_FOR_GOOD = tr_noop(
    "This version is deleted for good. The text of now, and its other versions, stay as they are."
)
DAYS_BEFORE_YEAR = 300
"""From so many days on the year is told as well."""


def when(at_ms: int, now_ms: int) -> str:
    """A moment as people say it."""
    try:
        moment, now = datetime.fromtimestamp(at_ms / 1000), datetime.fromtimestamp(now_ms / 1000)
    except (OverflowError, OSError, ValueError):
        return tr("Long ago")
    days = (now.date() - moment.date()).days
    if days == 0:
        return tr("Today, {time}", time=time_text(moment))
    if days == 1:
        return tr("Yesterday, {time}", time=time_text(moment))
    return moment_text(moment, year=days >= DAYS_BEFORE_YEAR)


def version_lines(snapshot: Snapshot, now_ms: int) -> tuple[str, str]:
    """The two lines of a version in the list."""
    moment, reason = when(snapshot.at_ms, now_ms), tr(REASONS[snapshot.reason])
    return (snapshot.name, moment) if snapshot.name else (moment, reason)


def differences(count: int, shown: int) -> str:
    """How much differs."""
    if not count:
        return tr(SAME)
    whole = trn("{count:,} passage differs.", "{count:,} passages differ.", count)
    if shown >= count:
        return whole
    return sentences(whole, tr("The first {count:,} are shown.", count=shown))
