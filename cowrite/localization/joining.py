"""Names in a list and sentences one after the other, as the language in use writes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cowrite.localization.catalogue import current, tr
from cowrite.localization.columns import is_wide
from cowrite.localization.languages import CHINESE
from cowrite.localization.said import memory


def sentences(*parts: str) -> str:
    """All of ``parts`` that say something, one after the other: with a space between them, or none in Chinese."""
    said = [part for part in parts if part]
    text = ("" if current() == CHINESE else " ").join(said)
    if len(said) > 1:
        memory.keep(text, sentences, tuple(said), {})
    return text


def listed(items: Iterable[object]) -> str:
    """``items`` one after the other: “a, b, c”; a、b、c."""
    words = [str(item) for item in items]
    text = ("、" if current() == CHINESE else ", ").join(words)
    if len(words) > 1:
        memory.keep(text, listed_of, tuple(words), {})
    return text


def listed_of(*items: str) -> str:
    """The same, of the items themselves."""
    return listed(items)


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
