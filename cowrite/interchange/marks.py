"""Names of hidden bookmarks that say what DOCX and ODT have no word for, so that a text comes home as it went."""

from __future__ import annotations

import re
from collections.abc import Iterable

_LANGUAGE = re.compile(r"[a-z0-9]{1,20}")
_QUOTATION = re.compile(r"_quoted(\d{1,2})_\d+")
_CODE = re.compile(r"_code([a-z0-9]{1,20})_\d+")


def quotation_mark(depth: int) -> str:
    """The beginning of the name of a mark in a block that stands in so many quotations; nothing for none."""
    return f"_quoted{min(depth, 99)}" if depth else ""


def code_mark(language: str) -> str:
    """The beginning of the name of a mark in lines of code in a language; nothing if its name is no name there."""
    return f"_code{language}" if _LANGUAGE.fullmatch(language) else ""


def depth_of(marks: Iterable[str]) -> int:
    """In how many quotations a block stands that has these bookmarks."""
    found = [int(match[1]) for mark in marks if (match := _QUOTATION.fullmatch(mark))]
    return max(found, default=0)


def language_of(marks: Iterable[str]) -> str:
    """The language of lines of code with these bookmarks; nothing if none says it."""
    return next((match[1] for mark in marks if (match := _CODE.fullmatch(mark))), "")
