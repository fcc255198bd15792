"""Says again what stands on screen already: in the language that is in use now, or in English."""

from __future__ import annotations

from cowrite.localization.catalogue import tr, trp
from cowrite.localization.joining import listed_of, sentences
from cowrite.localization.said import memory


def again(text: str) -> str:
    """``text``, which was said in the language of then, in that of now; as it is where nobody knows how it was made.

    What it was made of is said again, too; not a single word, which may be the name of a file.
    """
    said = memory.how(text)
    if said is None:
        return tr(text)
    values = {name: _part_again(value) for name, value in said.values.items()}
    if said.say in (sentences, listed_of):
        return said.say(*map(_part_again, said.parts))
    return said.say(*said.parts, **values)


def _part_again(part: object) -> object:
    is_sentence = isinstance(part, str) and (" " in part or memory.how(part) is not None)
    return again(str(part)) if is_sentence else part


def english(text: str) -> str:
    """What ``text``, said in the language in use, is in English; the same where nobody knows how it was made."""
    said = memory.how(text)
    if said is None or said.say not in (tr, trp):
        return text
    message = str(said.parts[-1])
    return message.format(**said.values) if said.values else message
