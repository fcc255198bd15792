"""Names in a list and sentences one after the other, as the language in use writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cowrite.localization.catalogue import current, tr
from cowrite.localization.columns import is_wide
from cowrite.localization.languages import CHINESE


def sentences(*parts: str) -> str:
    """All of ``parts`` that say something, one after the other: with a space between them, or none in Chinese."""
    return ("" if current() == CHINESE else " ").join(filter(None, parts))


def listed(items: Iterable[object]) -> str:
    """``items`` one after the other: “a, b, c”; a、b、c."""
    return ("、" if current() == CHINESE else ", ").join(map(str, items))


def join_names(names: Sequence[str]) -> str:
    """“a”, “a and b”, “a, b and c”; a、b 和 c. The names are shown as they are."""
    return _joined(names, tr("and"))


def join_choices(names: Sequence[str]) -> str:
    """“a”, “a or b”, “a, b or c”; a、b 或 c."""
    return _joined(names, tr("or"))


def _joined(names: Sequence[str], word: str) -> str:
    if len(names) < 2:
        return "".join(names)
    *first, last = names
    if current() == CHINESE:
        before = "" if is_wide(first[-1][-1:]) else " "
        after = "" if is_wide(last[:1]) else " "
        return f"{listed(first)}{before}{word}{after}{last}"
    return f"{listed(first)} {word} {last}"
