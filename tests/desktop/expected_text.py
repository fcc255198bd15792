"""What an action makes of a text, given the page as the action found it: see :mod:`desktop.monkey`.

``was`` is what the report tells of a page; places in it are UTF-16 units, as Qt counts them.
"""

from __future__ import annotations

from desktop.running_program import Report


def utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


def from_utf16(units: bytes) -> str:
    return units.decode("utf-16-le", "surrogatepass")


def around(was: Report) -> tuple[str, str]:
    """The text before and after the caret."""
    units = utf16(was["text"])
    return from_utf16(units[: 2 * was["caret"]]), from_utf16(units[2 * was["caret"] :])


def selected(was: Report) -> str:
    start, end = sorted((was["caret"], was["anchor"]))
    return from_utf16(utf16(was["text"])[2 * start : 2 * end])


def replaced(was: Report, new: str) -> str:
    start, end = sorted((was["caret"], was["anchor"]))
    units = utf16(was["text"])
    return from_utf16(units[: 2 * start] + utf16(new) + units[2 * end :])


def typed(was: Report, character: str) -> str:
    """What typing makes of it: the space after an accepted word is there already, or gives way."""
    if was["soft_space"] and was["caret"] == was["anchor"]:
        head, tail = around(was)
        if character == " ":
            return str(was["text"])
        if swallows_space(character):
            return head[:-1] + character + tail
    return replaced(was, character)


def written_by(was: Report, key: str, new: str) -> bool:
    """Whether a key that is meant for a menu or a window wrote on the page what it writes there."""
    if key == "Tab":
        return new == typed(was, "\t") or is_accepted(was, new)
    return key == "space" and new == typed(was, " ")


def swallows_space(character: str) -> bool:
    """Whether a mark takes the place of the space that came with the word before it."""
    from cowrite.suggest.seams import swallows_space

    return swallows_space(character)


def composed_over(was: Report, letter: str, new: str) -> bool:
    """The second of two keys is seen with the page as the first left it."""
    return new == replaced(was, letter)


def is_accepted(was: Report, new: str) -> bool:
    """Whether the beginning of the ghost was put in at the caret, perhaps with a space after it."""
    head, tail = around(was)
    ghost = was["ghost"]
    if not ghost or not new.startswith(head) or not new.endswith(tail):
        return False
    put = new[len(head) : len(new) - len(tail)]
    return bool(put) and (ghost.startswith(put) or ghost.startswith(put.rstrip(" ")))


def is_inserted(old: str, new: str) -> bool:
    """Whether something stands in ``new`` that is not in ``old``, in one place: what the middle button pastes."""
    more = len(new) - len(old)
    return more > 0 and any(new[:at] + new[at + more :] == old for at in range(len(old) + 1))


def is_moved(old: str, chosen: str, new: str) -> bool:
    """Whether ``chosen`` stands elsewhere in ``new``, and all else is the same."""
    if len(new) != len(old):
        return False
    at = new.find(chosen)
    while at >= 0:
        rest = new[:at] + new[at + len(chosen) :]
        start = old.find(chosen)
        while start >= 0:
            if old[:start] + old[start + len(chosen) :] == rest:
                return True
            start = old.find(chosen, start + 1)
        at = new.find(chosen, at + 1)
    return False


def difference(old: str, new: str) -> str:
    start = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    begin = max(0, start - 30)
    return (
        f"  was  {len(old)} …{old[begin : start + 40]!r}\n"
        f"  is   {len(new)} …{new[begin : start + 40]!r}"
    )
