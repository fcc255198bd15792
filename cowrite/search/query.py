"""What is searched for, as the writer says it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """``text`` as it stands in the field; with ``regex`` it is a regular expression.

    ``case``: capitals count. ``words``: only whole words.
    """

    text: str
    case: bool = False
    words: bool = False
    regex: bool = False
