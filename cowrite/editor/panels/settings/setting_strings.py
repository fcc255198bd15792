"""What the values of the settings are called, and where each setting stands. Knows no widgets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cowrite.localization.languages import OWN_NAMES

SECTIONS: Mapping[str, Sequence[str]] = {
    "AI": ("assistance",),
    "Language": ("language",),
    "Page": (
        "theme",
        "font",
        "font_family",
        "font_size_pt",
        "column_characters",
        "line_height_percent",
        "markdown_marks",
        "reduced_motion",
    ),
    "Writing": ("smart_punctuation", "spelling", "focus", "typewriter", "daily_goal"),
    "Files": ("open_in", "autosave", "keep_versions"),
    "Suggestions": (
        "suggestions",
        "eagerness",
        "own_gate",
        "influence",
        "length",
        "max_words",
        "when_paused",
        "tab_accepts",
        "repair",
        "key_hints",
    ),
    "Model": ("model", "device", "quantization", "save_power"),
    "Learning and privacy": (
        "keep_log",
        "keep_log_days",
        "learn_at_night",
        "own_texts",
        "excluded",
    ),
}
OF_ASSISTANCE = frozenset(
    {
        *SECTIONS["Suggestions"],
        *SECTIONS["Model"],
        *SECTIONS["Learning and privacy"],
    }
) - {"excluded"}
"""What is offered only to who uses AI."""
WITHOUT_ASSISTANCE: Mapping[str, str] = {"Learning and privacy": "Privacy"}
"""What a section is called for who uses no AI, where that is something else."""
HELP_WITHOUT_ASSISTANCE: Mapping[str, str] = {
    "excluded": "Files and folders about which nothing is stored"
}
"""What a setting is about for who uses no AI, where that is something else."""
KEPT_BY_RESET = frozenset(SECTIONS["Learning and privacy"]) | {"assistance"}
"""What “Reset all” leaves alone: nobody is to be recorded, or to lose a list, because of it."""


@dataclass(frozen=True, slots=True)
class ValueWords:
    """What a value is called, and more about it for who asks."""

    label: str
    details: str = ""


VALUES: Mapping[str, Mapping[str, ValueWords]] = {
    "language": {
        "system": ValueWords("System"),
        **{each: ValueWords(name) for each, name in OWN_NAMES.items()},
    },
    "theme": {
        "system": ValueWords("Match system"),
        "light": ValueWords("Light"),
        "dark": ValueWords("Dark"),
        "sepia": ValueWords("Sepia"),
    },
    "font": {
        "serif": ValueWords("Serif"),
        "sans": ValueWords("Sans serif"),
        "mono": ValueWords("Monospaced"),
    },
    "font_family": {"": ValueWords("None, as chosen above")},
    "smart_punctuation": {
        "off": ValueWords("Off", "Every key writes what is on it"),
        "auto": ValueWords(
            "As the text’s language has them",
            "What language it is, is found out from the text. Undo right after brings the straight sign back.",
        ),
        "en": ValueWords("English  “ ”  ‘ ’"),
        "de": ValueWords("German  „ “  ‚ ‘"),
        "de-guillemets": ValueWords("German  » «  › ‹"),
        "fr": ValueWords("French  « »  “ ”"),
        "zh": ValueWords("Chinese  “ ”  ‘ ’  ……"),
    },
    "focus": {
        "off": ValueWords("Off"),
        "sentence": ValueWords("The sentence"),
        "paragraph": ValueWords("The paragraph"),
    },
    "open_in": {
        "tabs": ValueWords("Tabs"),
        "windows": ValueWords("Windows"),
    },
    "markdown_marks": {
        "quiet": ValueWords("Quiet", "Headings and emphasis as they are meant, the marks in grey"),
        "hidden": ValueWords("Hidden", "The marks are shown only in the paragraph you are in"),
        "plain": ValueWords("As typed", "No formatting: every mark as it was typed"),
    },
    "length": {
        "words": ValueWords("A few words"),
        "sentence": ValueWords("Up to a sentence"),
        "paragraph": ValueWords("Up to a paragraph"),
    },
    "influence": {
        "off": ValueWords("Off", "The model as it was made, without anything of yours"),
        "gentle": ValueWords("Gentle", "Half of what was learned from you"),
        "as tested": ValueWords("As tested", "As it was when it was tested on pages of yours"),
        "strong": ValueWords("Strong", "Half as much again as was tested, and your words first"),
    },
    "when_paused": {
        "nothing": ValueWords("Nothing"),
        "phrase": ValueWords("A phrase", "A few words, after some seconds"),
        "sentences": ValueWords(
            "A phrase, then sentences",
            "A few words after some seconds, and some seconds later up to three sentences to choose from",
        ),
    },
    "tab_accepts": {
        "word": ValueWords("The next word"),
        "all": ValueWords("The whole suggestion"),
    },
    "save_power": {
        "on battery": ValueWords("On battery"),
        "always": ValueWords("Always"),
        "never": ValueWords("Never"),
    },
    "device": {
        "auto": ValueWords("Automatic", "The graphics card if it can be used, else the processor"),
        "cpu": ValueWords("Processor", "CPU"),
        "cuda": ValueWords("NVIDIA card", "CUDA"),
    },
    "quantization": {
        "auto": ValueWords("Automatic", "What was measured to be best on this computer"),
        "int8": ValueWords("Compact", "8-bit whole numbers (int8)"),
        "nf4": ValueWords("Smallest", "4-bit NormalFloat (nf4)"),
        "bf16": ValueWords("Full precision", "16-bit floating point (bf16)"),
    },
}
ENDS: Mapping[str, tuple[str, str]] = {
    "eagerness": ("Most time", "Most keys"),
    "repair": ("Careful", "Thorough"),
}
"""What stands at both ends of a slider."""
STOPS = frozenset({"influence"})
"""Whose choices are positions of a slider, in their order, each with its name."""


def value_words(name: str, value: str) -> ValueWords:
    """What ``value`` of the preference ``name`` is called; what has no name of its own is called what it is."""
    return VALUES.get(name, {}).get(value, ValueWords(value))
