"""What kind of change a hunk is that another way of working made."""

from __future__ import annotations

from cowrite.tasks.repair.edits import EditKind
from cowrite.tasks.repair.word_forms import ARTICLES, PREPOSITIONS, inflections, kind_of_form

_SIGNS = {",": EditKind.COMMA, ".": EditKind.STOP, "!": EditKind.STOP, "?": EditKind.STOP}


def kind_of(before: str, after: str, *, is_unknown: bool = False) -> EditKind:
    """The kind of putting ``after`` in the place of ``before``, of which no dictionary ``is_unknown`` says."""
    old, new = before.strip(), after.strip()
    if not old or not new:
        return _of_one(old or new, EditKind.SUPERFLUOUS if old else EditKind.MISSING)
    if old == new or old.replace(" ", "") == new.replace(" ", ""):
        return EditKind.SPACE
    if old.lower() == new.lower():
        return EditKind.CAPITAL
    if is_unknown:
        return EditKind.SPELLING
    if new.lower() in inflections(old.lower()):
        return kind_of_form(old.lower(), new.lower())
    for group, kind in ((ARTICLES, EditKind.ARTICLE), (PREPOSITIONS, EditKind.PREPOSITION)):
        if old.lower() in group and new.lower() in group:
            return kind
    return _SIGNS.get(new, EditKind.WORD)


def _of_one(words: str, otherwise: EditKind) -> EditKind:
    lower = words.lower()
    if lower in ARTICLES:
        return EditKind.ARTICLE
    if lower in PREPOSITIONS:
        return EditKind.PREPOSITION
    return _SIGNS.get(words, otherwise)
