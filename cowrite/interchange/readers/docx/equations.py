"""Equations in one line of characters: what stands above and below each other comes one after the other."""

from __future__ import annotations

from collections.abc import Callable

from cowrite.interchange.readers.docx.names import Element, M

_BESIDE = frozenset("+-−=<>,;/ ")


def in_one_line(element: Element) -> str:
    """The characters of an equation, with signs for fractions, roots and what is raised or lowered."""
    write = _WRITERS.get(element.tag)
    if write is not None:
        return write(element)
    if element.tag == M + "t":
        return element.text or ""
    return "".join(in_one_line(child) for child in element)


def _part(element: Element, name: str) -> str:
    found = element.find(M + name)
    return "" if found is None else in_one_line(found).strip()


def _grouped(text: str) -> str:
    """In brackets if it is more than one thing."""
    return f"({text})" if len(text) > 1 and not _BESIDE.isdisjoint(text) else text


def _property(element: Element, properties: str, name: str, otherwise: str) -> str:
    found = element.find(f"{M}{properties}/{M}{name}")
    return otherwise if found is None else found.get(M + "val") or ""


def _fraction(element: Element) -> str:
    return f"{_grouped(_part(element, 'num'))}/{_grouped(_part(element, 'den'))}"


def _scripts(element: Element) -> str:
    below, above = _part(element, "sub"), _part(element, "sup")
    lowered = f"_{_grouped(below)}" if below else ""
    raised = f"^{_grouped(above)}" if above else ""
    return f"{_part(element, 'e')}{lowered}{raised}"


def _root(element: Element) -> str:
    return f"{_part(element, 'deg')}√{_grouped(_part(element, 'e'))}"


def _sum(element: Element) -> str:
    sign = _property(element, "naryPr", "chr", "∫")
    below, above = _part(element, "sub"), _part(element, "sup")
    limits = (f"_{_grouped(below)}" if below else "") + (f"^{_grouped(above)}" if above else "")
    return f"{sign}{limits} {_part(element, 'e')}"


def _brackets(element: Element) -> str:
    opening = _property(element, "dPr", "begChr", "(")
    closing = _property(element, "dPr", "endChr", ")")
    between = _property(element, "dPr", "sepChr", "|")
    parts = [in_one_line(part).strip() for part in element.iterchildren(M + "e")]
    return f"{opening}{between.join(parts)}{closing}"


def _function(element: Element) -> str:
    return f"{_part(element, 'fName')} {_grouped(_part(element, 'e'))}"


def _matrix(element: Element) -> str:
    rows = (
        ", ".join(in_one_line(cell).strip() for cell in row.iterchildren(M + "e"))
        for row in element.iterchildren(M + "mr")
    )
    return f"[{'; '.join(rows)}]"


_WRITERS: dict[str, Callable[[Element], str]] = {
    M + "f": _fraction, M + "sSup": _scripts, M + "sSub": _scripts, M + "sSubSup": _scripts, M + "rad": _root,
    M + "nary": _sum, M + "d": _brackets, M + "func": _function, M + "m": _matrix,
}  # fmt: skip
