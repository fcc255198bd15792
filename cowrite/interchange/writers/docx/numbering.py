"""word/numbering.xml: one definition of bullets and one of numbers, and an instance of them for each list."""

from __future__ import annotations

from cowrite.interchange.writers.docx.names import Element, add, root, twips
from cowrite.interchange.writers.docx.styles import STEP

DEEPEST = 8
"""The last of the nine levels that Word knows."""

_BULLETS = ("•", "–", "▪")
_LARGEST = 2**31 - 1
_ABSTRACT_BULLETS, _ABSTRACT_NUMBERS = 0, 1


class Numbering:
    """The lists of a document."""

    def __init__(self) -> None:
        self._lists: list[tuple[int | None, int]] = []

    @property
    def is_used(self) -> bool:
        """Whether the document has a list at all."""
        return bool(self._lists)

    def add_list(self, first: int | None, level: int) -> int:
        """The number of a new list whose items stand at ``level``; ``first``: as in the model."""
        self._lists.append((first, level))
        return len(self._lists)

    def xml(self) -> Element:
        """The part."""
        part = root("numbering")
        for kind in (_ABSTRACT_BULLETS, _ABSTRACT_NUMBERS):
            abstract = add(part, "abstractNum", abstractNumId=kind)
            add(abstract, "multiLevelType", "hybridMultilevel")
            for level in range(DEEPEST + 1):
                _add_level(abstract, level, kind)
        for number, (first, level) in enumerate(self._lists, 1):
            instance = add(part, "num", numId=number)
            kind = _ABSTRACT_BULLETS if first is None else _ABSTRACT_NUMBERS
            add(instance, "abstractNumId", kind)
            if first is not None:
                override = add(instance, "lvlOverride", ilvl=level)
                add(override, "startOverride", min(max(first, 0), _LARGEST))
        return part


def _add_level(abstract: Element, level: int, kind: int) -> None:
    is_bullet = kind == _ABSTRACT_BULLETS
    element = add(abstract, "lvl", ilvl=level)
    add(element, "start", 1)
    add(element, "numFmt", "bullet" if is_bullet else "decimal")
    add(element, "lvlText", _BULLETS[level % len(_BULLETS)] if is_bullet else f"%{level + 1}.")
    add(element, "lvlJc", "left")
    add(add(element, "pPr"), "ind", left=twips(STEP * (level + 1)), hanging=twips(STEP))
