"""What the writer may choose.

Each field carries its help, choices and bounds; dialogs and tables are built from them.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What may stand in a field, and how to explain it. Hidden fields are kept but not offered."""

    help: str
    choices: Sequence[str] = ()
    minimum: float | None = None
    maximum: float | None = None
    hidden: bool = False


def preference(
    default: Any,
    *,
    help: str,  # noqa: A002 - the word argparse uses for the same thing
    choices: Sequence[str] = (),
    minimum: float | None = None,
    maximum: float | None = None,
    hidden: bool = False,
) -> Any:
    """A dataclass field with its explanation."""
    choice = Choice(help=help, choices=choices, minimum=minimum, maximum=maximum, hidden=hidden)
    return field(default=default, metadata={"choice": choice})


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """All preferences with their defaults."""

    theme: str = preference(
        "system", help="Colours of the page", choices=("system", "light", "dark", "sepia")
    )
    font: str = preference("serif", help="Typeface", choices=("serif", "sans", "mono"))
    font_size_pt: int = preference(13, help="Size of the text, in points", minimum=8, maximum=40)
    column_characters: int = preference(
        66, help="Width of the text, in characters", minimum=45, maximum=90
    )
    suggestions: bool = preference(True, help="Offer suggestions while I write")
    eagerness: float = preference(
        0.5, help="How readily to suggest, from quiet (0) to eager (1)", minimum=0, maximum=1
    )
    own_gate: bool = preference(True, help="Learn from my decisions when a suggestion is welcome")
    max_words: int = preference(3, help="How many words to suggest at most", minimum=1, maximum=40)
    length: str = preference(
        "words",
        help="How much to suggest: some words, up to a sentence, or up to a paragraph",
        choices=("words", "sentence", "paragraph"),
    )
    tab_accepts: str = preference(
        "word", help="What Tab takes: the next word, or all", choices=("word", "all")
    )
    key_hints: bool = preference(True, help="Show which keys take or refuse a suggestion")
    reduced_motion: bool = preference(False, help="Let nothing fade or slide")
    keep_log: bool = preference(
        True, help="Keep what I write, take and refuse, on this computer, to learn from it"
    )
    keep_log_days: int = preference(
        0, help="For how many days to keep it; 0 is until I erase it", minimum=0, maximum=36_500
    )
    learn_at_night: bool = preference(False, help="Learn how I write, every night while I am away")
    save_power: str = preference(
        "on battery",
        help="When to save power: suggestions come after a longer pause, and nothing is computed ahead",
        choices=("on battery", "always", "never"),
    )
    excluded: tuple[str, ...] = preference(
        (), help="Files and folders in which nothing is suggested and nothing is kept"
    )
    own_texts: tuple[str, ...] = preference(
        (), help="Texts of mine to learn from, beside what I write here: files, and folders of them"
    )
    model: str = preference("smollm2-135m-instruct", help="The model that suggests")
    device: str = preference("auto", help="Where to compute", choices=("auto", "cpu", "cuda"))
    quantization: str = preference(
        "auto",
        help="How the model is held in memory; auto is what was measured to be best",
        choices=("auto", "int8", "nf4", "bf16"),
    )
    snoozed_until_ms: int = preference(
        0, help="Until when suggestions are snoozed, in Unix time", minimum=0, hidden=True
    )
    tab_hints_used: int = preference(0, help="How often Tab has been used", minimum=0, hidden=True)


_KINDS = {
    bool: "true or false",
    str: "a text",
    int: "a whole number",
    tuple: "a list of texts",
}


def choice_of(name: str) -> Choice:
    """The explanation of the preference ``name``. Raises KeyError."""
    for each in fields(Preferences):
        if each.name == name:
            choice: Choice = each.metadata["choice"]
            return choice
    raise KeyError(name)


def checked(name: str, value: object) -> Any:
    """``value`` as the preference ``name`` may hold it.

    Raises ValueError whose text goes on the sentence “The setting …”.
    """
    choice = choice_of(name)
    expected = type(getattr(Preferences(), name))
    kind = _KINDS.get(expected, "a number")
    if expected is float and type(value) is int:
        with contextlib.suppress(OverflowError):  # an absurdly long number then fails as an int
            value = float(value)
    if expected is tuple and isinstance(value, (list, tuple)):  # JSON has only lists
        if not all(isinstance(each, str) for each in value):
            raise ValueError(f"should be {kind}")
        value = tuple(value)
    if type(value) is not expected or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError(f"should be {kind}")
    if choice.choices and value not in choice.choices:
        raise ValueError(f"should be one of {', '.join(choice.choices)}")
    if isinstance(value, (int, float)):
        if choice.minimum is not None and value < choice.minimum:
            raise ValueError(f"should be at least {choice.minimum:g}")
        if choice.maximum is not None and value > choice.maximum:
            raise ValueError(f"should be at most {choice.maximum:g}")
    return value
