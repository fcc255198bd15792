"""What the history panel says: when a version was kept and why, and what differs. Knows no widgets."""

from __future__ import annotations

from datetime import datetime, timedelta

from cowrite.documents.versions.snapshots import Reason, Snapshot

REASONS = {
    Reason.WRITING: "While you wrote",
    Reason.SAVED: "As it was in the file",
    Reason.BY_HAND: "Kept by you",
    Reason.BEFORE_REWRITE: "Before a rewrite",
    Reason.BEFORE_RESTORE: "Before an earlier version came back",
    Reason.BEFORE_RELOAD: "Before the file changed on disk",
    Reason.FROM_DISK: "What another program wrote",
}
NONE_YET = "No earlier versions yet. One is kept when you save, every ten minutes of writing, and before large changes."
NOT_KEPT = {
    "private": "Nothing of a private window is kept, so there are no earlier versions.",
    "excluded": "This file is excluded, so no versions of it are kept.",
    "off": "Earlier versions are switched off in the settings, under “Files”.",
}
CHOOSE = "Choose a version to see what was different then."
SAME = "The text is now as it was then."
DELETED_FOR_GOOD = (
    "This version is deleted for good. The text of now, and its other versions, stay as they are."
)


def when(at_ms: int, now_ms: int) -> str:
    """A moment as people say it."""
    try:
        moment, now = datetime.fromtimestamp(at_ms / 1000), datetime.fromtimestamp(now_ms / 1000)
    except (OverflowError, OSError, ValueError):
        return "Long ago"
    clock = f"{moment:%H:%M}"
    days = (now.date() - moment.date()).days
    if days == 0:
        return f"Today, {clock}"
    if days == 1:
        return f"Yesterday, {clock}"
    year = "" if now.date() - moment.date() < timedelta(days=300) else f" {moment.year}"
    return f"{moment.day} {moment:%B}{year}, {clock}"


def version_lines(snapshot: Snapshot, now_ms: int) -> tuple[str, str]:
    """The two lines of a version in the list."""
    moment, reason = when(snapshot.at_ms, now_ms), REASONS[snapshot.reason]
    return (snapshot.name, moment) if snapshot.name else (moment, reason)


def differences(count: int, shown: int) -> str:
    """How much differs."""
    if not count:
        return SAME
    whole = "1 passage differs." if count == 1 else f"{count:,} passages differ."
    return whole if shown >= count else f"{whole} The first {shown:,} are shown."
