"""Regular expressions of the ``regex`` library, with a limit to how long one may work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import regex

from cowrite.base.errors import UserError
from cowrite.localization import tr
from cowrite.search.matches import Match
from cowrite.search.query import Query
from cowrite.search.regex_errors import PatternError, plain_sentence
from cowrite.search.replacement import Replacement

LINE_LIMIT_S = 1.0
"""How long an expression may work on one line. The library looks at the clock now and then only."""
TEXT_LIMIT_S = 5.0
"""The same for a whole text, where it names line ends."""
LONGEST_CHARACTERS = 1000

_NAMES_LINE_END = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[nrRv]|\(\?[a-zA-Z]*s)|\n")


class TooLongError(UserError):
    """An expression that has to try too much."""

    def __init__(self) -> None:
        super().__init__(
            tr("This expression takes too long."),
            tr("It has to try too many ways: make it simpler."),
        )


class RegexPattern:
    """Finds what a regular expression describes. ``^`` and ``$`` are the ends of a line."""

    may_take_long = True

    def __init__(self, query: Query) -> None:
        self.crosses_lines = _NAMES_LINE_END.search(query.text) is not None
        self._limit_s = TEXT_LIMIT_S if self.crosses_lines else LINE_LIMIT_S
        if len(query.text) > LONGEST_CHARACTERS:
            raise PatternError(
                tr("This expression is longer than {most:,} characters.", most=LONGEST_CHARACTERS),
                tr("Search for a part of it."),
            )
        flags = regex.MULTILINE | (0 if query.case else regex.IGNORECASE)
        source = rf"\b(?:{query.text})\b" if query.words else query.text
        try:
            regex.compile(
                query.text, flags
            )  # for errors that count from the writer's first character
            self._pattern = regex.compile(source, flags)
        except regex.error as error:
            raise PatternError(plain_sentence(error.msg, error.pos)) from error
        except (RecursionError, OverflowError, MemoryError, ValueError) as error:
            raise PatternError(tr("This expression is too large.")) from error

    def check(self, replacement: Replacement) -> None:
        """Raises PatternError if the template names a group that the expression does not have."""
        replacement.check(self._pattern.groups, self._pattern.groupindex)

    def matches(self, text: str) -> Iterator[Match]:
        """Each hit that is not empty. Raises TooLongError."""
        # Concurrent: the library holds no lock while it works, so that the window goes on.
        found = self._pattern.finditer(text, concurrent=True, timeout=self._limit_s)
        try:
            for match in found:
                start, end = match.span()
                if end > start:
                    yield Match(start, end, match.group)
        except TimeoutError as error:
            raise TooLongError from error

    def by_line(self, lines: Sequence[str]) -> Iterator[tuple[int, list[int], list[int]]]:
        """The number of each line with hits, where they start and where they end. Raises TooLongError."""
        if self.crosses_lines:
            yield from self._in_whole(lines)
            return
        for number, line in enumerate(lines):
            starts, ends = [], []
            for start, end, _ in self.matches(line):
                starts.append(start)
                ends.append(end)
            if starts:
                yield number, starts, ends

    def _in_whole(self, lines: Sequence[str]) -> Iterator[tuple[int, list[int], list[int]]]:
        number = base = 0
        for start, end, _ in self.matches("\n".join(lines)):
            while start > base + len(lines[number]):
                base += len(lines[number]) + 1
                number += 1
            yield number, [start - base], [end - base]
