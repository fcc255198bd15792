"""What comes in the place of a hit: text, or a template with groups, with the capitals of what was there."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from cowrite.localization import tr
from cowrite.search.matches import Group
from cowrite.search.regex_errors import PatternError

_PARTS = re.compile(
    r"\\(?:(?P<number>\d{1,2})|g<(?P<name>[^>]*)>|(?P<other>.)|(?P<end>$))", re.DOTALL
)
_CHARACTERS = {"n": "\n", "t": "\t", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class _Reference:
    group: int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    r"""``text`` as it stands in the field. For a regular expression it is a template: ``\1``, ``\g<name>``, ``\n``.

    With ``keep_case`` it takes over the capitals of what it replaces: all of them, or the first.
    """

    text: str
    keep_case: bool = False

    def check(self, group_count: int, group_names: Collection[str]) -> None:
        """Raises PatternError if, as a template, it names a group that is not there."""
        for part in self._parts():
            if isinstance(part, _Reference):
                group = part.group
                known = group <= group_count if isinstance(group, int) else group in group_names
                if not known:
                    raise PatternError(tr("There is no group {group} to put in.", group=group))

    def of(self, hit: str, group: Group | None) -> str:
        """In place of ``hit``; ``group`` gives what a group found, None if this is no template. Raises PatternError."""
        text = self.text
        if group is not None:
            text = "".join(
                part if isinstance(part, str) else group(part.group) or "" for part in self._parts()
            )
        return self._with_case(hit, text)

    def _parts(self) -> list[str | _Reference]:
        parts: list[str | _Reference] = []
        end = 0
        for match in _PARTS.finditer(self.text):
            parts.append(self.text[end : match.start()])
            parts.append(_part(match))
            end = match.end()
        return [*parts, self.text[end:]]

    def _with_case(self, hit: str, text: str) -> str:
        if not self.keep_case:
            return text
        if hit.isupper() and sum(map(str.isalpha, hit)) > 1:
            return text.upper()
        if hit[:1].isupper():
            return text[:1].upper() + text[1:]
        return text[:1].lower() + text[1:] if hit[:1].islower() else text


def _part(match: re.Match[str]) -> str | _Reference:
    if match["number"]:
        return _Reference(int(match["number"]))
    if match["name"] is not None:
        name = match["name"]
        return _Reference(int(name) if name.isdecimal() else name)
    if match["other"] is None:
        raise PatternError(tr("There is nothing after the last “\\” of the replacement."))
    if match["other"] in _CHARACTERS:
        return _CHARACTERS[match["other"]]
    raise PatternError(tr("“\\{sign}” means nothing in a replacement.", sign=match["other"]))
